"""Two folders change places, at once where the system can do that."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

_HERE: Final = -100  # AT_FDCWD of Linux: paths as they are
_SWAP: Final = 2  # RENAME_EXCHANGE of Linux, renameat2(2); RENAME_SWAP of macOS, renamex_np(2)


def exchange(one: Path, other: Path) -> None:
    """Lets two folders change places. Raises `OSError` if they cannot.

    Nobody sees a moment at which either place is empty, and being killed does not make one. Only file systems
    that cannot do this in one step, and systems other than Linux and macOS, take three.
    """
    if not _at_once(os.fsencode(one), os.fsencode(other)):
        aside = _aside(one)
        other.rename(aside)
        one.rename(other)
        aside.rename(one)


def was_cut_short(one: Path, other: Path) -> bool:
    """Whether an exchange in three steps ended after the first; if so, it is undone."""
    aside = _aside(one)
    if other.exists() or not aside.exists():
        return False
    aside.rename(other)
    return True


def _aside(one: Path) -> Path:
    return one.with_name(f"{one.name}.aside")


def _at_once(one: bytes, other: bytes) -> bool:
    """Whether the system did it in one step."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            return bool(library.renamex_np(one, other, _SWAP) == 0)
        return bool(library.renameat2(_HERE, one, _HERE, other, _SWAP) == 0)
    except (AttributeError, OSError, TypeError):  # a library, or a platform, that does not have it
        return False
