"""What ODCS' `logicalType` of a column means, whatever system holds the column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from meshwarden.manifests import fields

# Letters of a pattern: https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
_QUOTED: Final = re.compile(r"'[^']*'")
_HOURS: Final = re.compile(r"H|hh|KK|kk")
_DAYS: Final = re.compile(r"[GuyYDMLdQqwWEec]")
_OPTIONS: Final = "logicalTypeOptions"


def logical_type(column: Mapping[str, Any]) -> str:
    """A column's `logicalType`; empty if it has none.

    ODCS 3.0 has neither `timestamp` nor `time`: its dates have the one's format, or the other's.
    """
    said = fields.text(column, "logicalType") or ""
    pattern = _QUOTED.sub("", fields.text(column, _OPTIONS, "format") or "")
    if said != "date" or not _HOURS.search(pattern):
        return said
    return "timestamp" if _DAYS.search(pattern) else "time"


def is_local(column: Mapping[str, Any]) -> bool:
    """Whether its times are what clocks show somewhere, and not moments: it says that they have no zone.

    One that says nothing has those of UTC, as ODCS has it by default.
    """
    return fields.at(column, _OPTIONS, "timezone") is False


def decimals(column: Mapping[str, Any]) -> int | None:
    """The digits after the point of numbers that are multiples of one, a tenth, a hundredth and so on.

    None of others: of these fractions are not known to be of ten.
    """
    step = fields.at(column, _OPTIONS, "multipleOf")
    if not isinstance(step, int | float) or isinstance(step, bool):
        return None
    _, digits, exponent = Decimal(str(step)).normalize().as_tuple()
    return -exponent if digits == (1,) and isinstance(exponent, int) and exponent <= 0 else None
