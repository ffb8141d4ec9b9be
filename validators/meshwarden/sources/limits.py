"""How much a file may ask of its reader."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults are far above what people write by hand."""

    bytes: int = 4 * 1024 * 1024
    depth: int = 64
    aliased: int = 20_000  # values that aliases stand for, in all


LIMITS: Final = Limits()
