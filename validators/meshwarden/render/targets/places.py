"""Which objects of a bucket a location means, and whose objects lie among those of another contract."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from meshwarden.render import retention
from meshwarden.render.targets.target import NotRendered, ServerContext

_PATTERN: Final = re.compile(r"[*?{\[].*", re.DOTALL)  # ODCS' locations may be globs
_ENDING: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]*\Z")  # of a file; `v1.2` is a folder


def prefix_of(path: str) -> str:
    """The prefix of all objects that a location's path means; empty if that is the whole bucket.

    Of a glob it is all that stands before the first wildcard, as prefixes need not end with a folder. Of
    partitions (`day={day}/`) it is their folder: what writes them has files of its own there.
    """
    literal = _PATTERN.sub("", path)
    folder, last = literal[: literal.rfind("/") + 1], literal.rpartition("/")[2]
    if literal != path and "=" in last:
        return folder
    if literal != path or not last:
        return literal
    # `raw` is the folder and not all that begins with it, such as `raw-lines`.
    return path if _ENDING.search(last) else f"{path}/"


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
