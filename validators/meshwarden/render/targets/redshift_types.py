"""The types of ODCS' columns as Redshift has them.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.logical_types import decimals, is_local, logical_type

_PHYSICAL: Final = ("physicalType",)
_DIGITS: Final = 38
_MOST_DECIMALS: Final = 37
_SIMPLE: Final = frozenset(
    {
        *("smallint", "int2", "integer", "int", "int4", "bigint", "int8"),
        *("real", "float4", "double precision", "float8", "float"),
        *("boolean", "bool", "bpchar", "text", "date"),
        *("time", "time without time zone", "time with time zone", "timetz"),
        *("timestamp", "timestamp without time zone", "timestamp with time zone", "timestamptz"),
        *("interval year to month", "interval day to second"),
        *("geometry", "geography", "hllsketch", "super"),
    }
)
_DECIMALS: Final = ("decimal", "numeric")
_OF_BYTES: Final = ("varbyte", "varbinary", "binary varying")
# In bytes: https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html and r_VARBYTE_type.html
_LENGTHS: Final[Mapping[str, int]] = {
    **dict.fromkeys(("char", "character", "nchar", "national character"), 4096),
    **dict.fromkeys(("varchar", "character varying", "nvarchar", "national character varying"), 65_535),
    **dict.fromkeys(_OF_BYTES, 16_777_216),
}
_PRECISIONS: Final = tuple("0123456")  # of the seconds of an interval
# Times always have six digits of seconds: https://docs.aws.amazon.com/redshift/latest/dg/r_Datetime_types.html
_SECONDS: Final = re.compile(r"\b(time|timestamp|timetz|timestamptz) ?\( ?[0-6] ?\)")
_WRITTEN: Final = re.compile(r"([a-z0-9 ]*[a-z0-9]) ?(?:\( ?([0-9]{1,9}|max) ?(?:, ?([0-9]{1,9}) ?)?\))?\Z")

# Where a contract has no type of Redshift's: what holds any value of the logical type.
_PLAIN: Final[Mapping[str, str]] = {
    "array": "super",
    "boolean": "boolean",
    "date": "date",
    "map": "super",
    "object": "super",
    "string": "varchar(65535)",
    "vector": "super",
}
# The narrower ones are `bigint`, too: a table keeps the type that it was made with.
_INTEGERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("i8", "i16", "i32", "i64", "u8", "u16", "u32"), "bigint"),
    "u64": "numeric(20, 0)",
}
_NUMBERS: Final[Mapping[str, str]] = {"f32": "real", "f64": "double precision"}


@dataclass(frozen=True, slots=True)
class NoType:
    """What a column is that Redshift cannot hold, and which of its fields says so."""

    reason: str
    at: Pointer


def type_of(column: Mapping[str, Any]) -> str | NoType:
    """The type of a column: its `physicalType` where Redshift has that, else from its `logicalType`.

    What lies within the column is of no matter: arrays, maps and records are documents there (`super`).
    """
    physical, logical = fields.text(column, "physicalType"), logical_type(column)
    if physical and (found := _physical(physical)):
        return found if found not in _DECIMALS or _is_whole(column) else _no_digits(physical)
    if logical in _PLAIN:
        return _PLAIN[logical]
    if logical == "timestamp":
        return "timestamp" if is_local(column) else "timestamptz"
    if logical == "time":
        return "timetz" if fields.at(column, "logicalTypeOptions", "timezone") is True else "time"
    if logical in ("integer", "number"):
        return _of_numbers(column, logical)
    said, key = physical or logical, "physicalType" if physical else "logicalType"
    return NoType(f"of type `{said}`, which Redshift does not have" if said else "of no type", (key,))


def _is_whole(column: Mapping[str, Any]) -> bool:
    return logical_type(column) == "integer" or decimals(column) == 0


def _no_digits(written: str) -> NoType:
    """https://docs.aws.amazon.com/redshift/latest/dg/r_Numeric_types201.html: by default the scale is 0."""
    wanted = f"{written.strip()}({_DIGITS},2)"
    return NoType(f"of type `{written}`, which keeps no fractions: say digits, as `{wanted}` does", _PHYSICAL)


def _of_numbers(column: Mapping[str, Any], logical: str) -> str | NoType:
    known, otherwise = (_INTEGERS, "bigint") if logical == "integer" else (_NUMBERS, "double precision")
    said = fields.text(column, "logicalTypeOptions", "format")
    if said:
        reason = f"of format `{said}`, which Redshift does not have"
        return known.get(said) or NoType(reason, ("logicalTypeOptions", "format"))
    after = decimals(column) if logical == "number" else None
    return otherwise if after is None or after > _MOST_DECIMALS else f"numeric({_DIGITS}, {after})"


def _physical(written: str) -> str | NoType | None:
    """The type as `physicalType` has it; None if that is no type of Redshift, but of another system."""
    said = _SECONDS.sub(r"\1", " ".join(written.lower().split()))
    parts = _WRITTEN.match(said)
    name, size, scale = parts.groups() if parts else ("", None, None)
    problem = None
    if size is None:
        known = name in _SIMPLE or name in _LENGTHS or name in _DECIMALS
    elif name in _DECIMALS:
        known, problem = size != "max", _why_no_decimal(size, scale)
    elif name in _LENGTHS:
        known = scale is None and (size != "max" or name not in _OF_BYTES)
        problem = _why_no_length(name, size)
    else:  # with a size, others such as `integer(11)` are another system's
        known = name == "interval day to second" and size in _PRECISIONS and scale is None
    if not known:
        return None
    return NoType(f"of type `{written}`: {problem}", _PHYSICAL) if problem else said


def _why_no_decimal(size: str, scale: str | None) -> str | None:
    precision, after = int(size) if size.isdigit() else 0, int(scale or 0)
    if 1 <= precision <= _DIGITS and after <= min(precision, _MOST_DECIMALS):
        return None
    return f"Redshift's have up to {_DIGITS} digits, {_MOST_DECIMALS} of them after the point"


def _why_no_length(name: str, size: str) -> str | None:
    fits = size == "max" or 1 <= int(size) <= _LENGTHS[name]
    return None if fits else f"Redshift's have up to {_LENGTHS[name]} bytes"
