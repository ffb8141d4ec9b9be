"""Colours of a terminal, or none."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Final, TextIO

_CODES: Final = {"red": 31, "green": 32, "yellow": 33, "blue": 34, "magenta": 35, "cyan": 36}


@dataclass(frozen=True, slots=True)
class Colours:
    """Paints text, or leaves it as it is."""

    on: bool

    def paint(self, text: str, colour: str | None = None, *, bold: bool = False) -> str:
        """`text` in a colour, if colours are on."""
        codes = [code for code in ("1" if bold else "", str(_CODES[colour]) if colour else "") if code]
        return f"\x1b[{';'.join(codes)}m{text}\x1b[0m" if self.on and codes else text


def colours_for(stream: TextIO) -> Colours:
    """Colours where the stream is a terminal and nobody said otherwise: https://no-color.org."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Colours(on=stream.isatty() and not plain)
