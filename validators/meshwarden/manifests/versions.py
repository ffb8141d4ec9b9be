"""Versions of contracts and products: which are the same, and which is the newer."""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(
    r"v?(\d{1,18})(?:\.(\d{1,18}))?(?:\.(\d{1,18}))?(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)

Key = tuple[int | tuple[int, int, str], ...]


def version_key(version: str | None) -> Key:
    """What orders versions, and is equal for the same one: `1` and `v1.0.0` are `1.0.0`.

    Numbers, then a release after its pre-releases, as Semantic Versioning 2.0.0 orders them; what is no
    version is empty, and so the oldest.
    """
    found = _VERSION.fullmatch((version or "").strip())
    if found is None:
        return ()
    numbers = tuple(int(part or 0) for part in found.group(1, 2, 3))
    return (*numbers, *_precedence((found[4] or "")[1:]))


def same_version(one: str | None, other: str | None) -> bool:
    """Whether two texts are one version; those that are none, where they are the same text."""
    return one == other or (version_key(one) != () and version_key(one) == version_key(other))


def _precedence(pre_release: str) -> Key:
    """A release after all its pre-releases; of these numbers before words, and the longer one later."""
    if not pre_release:
        return (1,)
    parts = pre_release.split(".")
    return (0, *map(_identifier, parts))


def _identifier(part: str) -> tuple[int, int, str]:
    """A number by its digits, as there may be more of them than Python makes a number of; or a word."""
    if not (part.isascii() and part.isdigit()):
        return (1, 0, part)
    digits = part.lstrip("0")
    return (0, len(digits), digits)
