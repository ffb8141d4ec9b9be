"""A value and a column's promise → what is wrong with it, in words; nothing if it is as promised."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import Any

from mesh_contracts.contract import Column

_TRUTHS = ("true", "false")
_BOUNDS: tuple[tuple[str, Callable[[Any, Any], bool], str], ...] = (
    ("minimum", lambda value, bound: value < bound, "below the minimum"),
    ("exclusiveMinimum", lambda value, bound: value <= bound, "not above"),
    ("maximum", lambda value, bound: value > bound, "above the maximum"),
    ("exclusiveMaximum", lambda value, bound: value >= bound, "not below"),
)


def faults(column: Column, value: Any) -> Iterator[str]:
    """What is wrong with a value that is not empty."""
    read = _READERS.get(column.logical_type or "")
    if read is None:
        return
    found = read(value)
    if found is None:
        yield f"`{value}` is no {column.logical_type}"
    elif isinstance(found, str):
        yield from _of_text(column.options, found)
    elif not isinstance(found, bool):
        yield from _of_bounds(column.options, found, value, read)


def _of_text(options: Mapping[str, Any], text: str) -> Iterator[str]:
    if len(text) < options.get("minLength", 0):
        yield f"`{text}` is shorter than {options['minLength']}"
    if len(text) > options.get("maxLength", math.inf):
        yield f"`{text}` is longer than {options['maxLength']}"
    if "pattern" in options and not _compiled(options["pattern"]).search(text):
        yield f"`{text}` does not match {options['pattern']}"


def _of_bounds(
    options: Mapping[str, Any], found: Any, value: Any, read: Callable[[Any], Any]
) -> Iterator[str]:
    for name, beyond, words in _BOUNDS:
        bound = read(options[name]) if name in options else None
        if bound is not None and beyond(found, bound):
            yield f"`{value}` is {words} {options[name]}"
    multiple = _number(options["multipleOf"]) if "multipleOf" in options else None
    if multiple and isinstance(found, Decimal) and Fraction(found) % Fraction(multiple):
        yield f"`{value}` is no multiple of {multiple}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _string(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> Decimal | None:
    """The value as a number. Exact, as a text says it: binary fractions would make 0.3 no multiple of 0.1."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _integer(value: Any) -> Decimal | None:
    number = _number(value)
    return number if number is not None and number == number.to_integral_value() else None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    return text == "true" if text in _TRUTHS else None


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError:
        return None


def _timestamp(value: Any) -> datetime | None:
    """The value as a point in time; one that names no zone counts as UTC, so that all can be compared."""
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
}
