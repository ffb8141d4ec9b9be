"""Text of a mesh as it may be printed: no manifest and no file's name writes to the reader's terminal."""

from __future__ import annotations

import re
from typing import Final

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The text in one line, without escape sequences and what turns the direction of writing."""
    return _CONTROL.sub("\ufffd", text.replace("\n", " "))
