"""Which objects of a bucket a location means, and whose objects lie among those of another contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from meshwarden.render import retention
from meshwarden.render.targets.target import NotRendered, ServerContext

_PATTERN: Final = re.compile(r"[*?{\[].*")  # ODCS' locations may be globs: what is before them is the prefix


def prefix_of(path: str) -> str:
    """The prefix of all objects that a location's path means; empty if that is the whole bucket."""
    literal = _PATTERN.sub("", path)
    if literal != path:
        return literal[: literal.rfind("/") + 1]
    # `raw` is the folder and not all that begins with it, such as `raw-lines`; a name with a dot is a file.
    is_folder = path and not path.endswith("/") and "." not in path.rpartition("/")[2]
    return f"{path}/" if is_folder else path


def among_others(parts: Sequence[tuple[ServerContext, str]]) -> Iterator[NotRendered]:
    """Contracts whose prefix in a bucket holds that of another, with other readers or another retention.

    A grant and a lifecycle are of a prefix: who reads the one would read both, and what deletes the one would
    delete both.
    """
    for context, prefix in parts:
        for other, inner in parts:
            same = inner.startswith(prefix) or prefix.startswith(inner)
            if same and other.contract is not context.contract and _promises(context) != _promises(other):
                reason = (
                    f"server `{context.server.name}` and `{other.server.name}` of `{other.name}` have objects"
                    " of one prefix: who may read the one would read both, and be kept as long as both"
                )
                yield context.at_server(reason, "location")
                break


def _promises(context: ServerContext) -> tuple[frozenset[tuple[str, str]], int | None]:
    readers = frozenset((reader.domain, reader.product) for reader in context.readers)
    return readers, retention.days(context.contract)
