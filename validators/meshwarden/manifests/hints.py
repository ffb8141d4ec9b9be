"""What a hint offers for a name that is none: the nearest one that there is, or all."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_LONGEST: Final = 200  # characters of a name; comparing takes the product of both lengths
_MOST_COMPARED: Final = 2_000
_MOST_LISTED: Final = 20


def nearest(name: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The name among `known` that was most likely meant; None if none is near, or too many would be asked."""
    return next(iter(near(name, known, cutoff)), None)


def near(name: str, known: Collection[str], cutoff: float = 0.6) -> list[str]:
    """The names among `known` that may have been meant, the likeliest first; none if too many are asked."""
    if len(name) > _LONGEST or len(known) > _MOST_COMPARED:
        return []
    return get_close_matches(name, known, cutoff=cutoff)


def offer(name: str, known: Collection[str], what: str, cutoff: float = 0.6) -> str:
    """The hint for a name that is not among `known`: the nearest one, else what there is, called `what`."""
    if meant := nearest(name, known, cutoff):
        return f"Did you mean `{meant}`?"
    listed = sorted(known)
    more = f" and {len(listed) - _MOST_LISTED} more" if len(listed) > _MOST_LISTED else ""
    return f"{what}: {', '.join(f'`{one}`' for one in listed[:_MOST_LISTED]) or 'none'}{more}."
