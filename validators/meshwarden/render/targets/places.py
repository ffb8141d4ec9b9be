"""Which objects of a bucket a location means."""

from __future__ import annotations

import re
from typing import Final

_PATTERN: Final = re.compile(r"[*?{\[].*")  # ODCS' locations may be globs: what is before them is the prefix


def prefix_of(path: str) -> str:
    """The prefix of all objects that a location's path means; empty if that is the whole bucket."""
    literal = _PATTERN.sub("", path)
    if literal != path:
        return literal[: literal.rfind("/") + 1]
    # `raw` is the folder and not all that begins with it, such as `raw-lines`; a name with a dot is a file.
    is_folder = path and not path.endswith("/") and "." not in path.rpartition("/")[2]
    return f"{path}/" if is_folder else path
