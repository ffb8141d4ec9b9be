"""The types of ODCS' properties as BigQuery's REST API writes them.

https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema

They have the names that the API answers with (INTEGER, not INT64), so that nothing differs from what the
controller reads back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.logical_types import decimals, is_local, logical_type

# What may be written in GoogleSQL, aliases included, or in the API.
_PHYSICAL: Final = {
    **dict.fromkeys(("BIGINT", "BYTEINT", "INT", "INT64", "INTEGER", "SMALLINT", "TINYINT"), "INTEGER"),
    **dict.fromkeys(("BIGDECIMAL", "BIGNUMERIC"), "BIGNUMERIC"),
    **dict.fromkeys(("BOOL", "BOOLEAN"), "BOOLEAN"),
    **dict.fromkeys(("DECIMAL", "NUMERIC"), "NUMERIC"),
    **dict.fromkeys(("FLOAT", "FLOAT64"), "FLOAT"),
    **dict.fromkeys(("RECORD", "STRUCT"), "RECORD"),
    **{
        name: name
        for name in ("BYTES", "DATE", "DATETIME", "GEOGRAPHY", "JSON", "STRING", "TIME", "TIMESTAMP")
    },
}
_UNKNOWN_TO_THE_CONTROLLER: Final = ("INTERVAL", "RANGE")
_LOGICAL: Final = {
    "boolean": "BOOLEAN",
    "date": "DATE",
    "object": "RECORD",
    "string": "STRING",
    "time": "TIME",
    "timestamp": "TIMESTAMP",
}
# Integers beyond 64 bits with a sign: NUMERIC has 29 digits, BIGNUMERIC goes beyond 2**128, as of
# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types.
_WIDE: Final = {"u64": "NUMERIC", "i128": "BIGNUMERIC", "u128": "BIGNUMERIC"}
# Vectors are arrays: https://cloud.google.com/bigquery/docs/vector-search-intro. FLOAT64 holds each value of
# the narrower ones.
_ELEMENTS: Final = {
    **dict.fromkeys(("bfloat16", "float16", "float32", "float64"), "FLOAT"),
    **dict.fromkeys(("int8", "uint8"), "INTEGER"),
}
_SCALES: Final = {"NUMERIC": (9, 29), "BIGNUMERIC": (38, 38)}  # most digits after the point, and before it

_WRITTEN: Final = re.compile(
    r"\s*([A-Za-z0-9]+)\s*(?:\(\s*([0-9]{1,18})\s*(?:,\s*([0-9]{1,18})\s*)?\)\s*)?\Z"
)
_ARRAY: Final = re.compile(r"\s*ARRAY\s*(?:<(.*)>\s*)?\Z", re.IGNORECASE | re.DOTALL)
_GENERIC: Final = re.compile(r"\s*(STRUCT|RECORD|RANGE)\s*<.*>\s*\Z", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Type:
    """A type with its parameters; `of` is the property that tells a record's fields, `at` where that is."""

    name: str
    of: Mapping[str, Any]
    parameters: Mapping[str, str]
    repeated: bool = False
    at: Pointer = ()


@dataclass(frozen=True, slots=True)
class NoType:
    """What a property is that BigQuery cannot hold, and which of its fields says so."""

    reason: str
    at: Pointer


def bigquery_type(entry: Mapping[str, Any]) -> Type | NoType:
    """The type of a property, or what it is that BigQuery cannot hold."""
    physical = fields.text(entry, "physicalType") or ""
    logical = fields.text(entry, "logicalType")
    if array := _ARRAY.match(physical):
        return _array(entry, array[1] or "")
    if found := _physical(entry, physical):
        if isinstance(found, NoType) or found.name != "RECORD" or logical != "array":
            return found
        if items := fields.mapping(entry, "items"):
            return Type("RECORD", items, {}, repeated=True, at=("items",))
        return Type("RECORD", entry, {}, repeated=True)
    return _array(entry, "") if logical == "array" else _logical(entry)


def _array(entry: Mapping[str, Any], physical: str) -> Type | NoType:
    """A repeated column: of the type in `ARRAY<…>`, else of the type of its items."""
    items = fields.mapping(entry, "items")
    if _ARRAY.match(physical):
        return NoType("is an array of arrays, which BigQuery does not have", ("physicalType",))
    at: Pointer = ("physicalType",)
    found = _physical(items, physical)
    if found is None and items:
        found, at = bigquery_type(items), ()
    if found is None:
        return NoType("is an array of which `items` does not tell the type", ("items",))
    if isinstance(found, NoType):
        return NoType(f"is an array, of which each item {found.reason}", at or ("items", *found.at))
    if found.repeated:
        return NoType("is an array of arrays, which BigQuery does not have", ("items", *found.at))
    return Type(found.name, found.of, found.parameters, repeated=True, at=("items", *found.at))


def _physical(entry: Mapping[str, Any], written: str) -> Type | NoType | None:
    """The type as `physicalType` has it; None if that is no type of BigQuery, but of another system."""
    generic, plain = _GENERIC.match(written), _WRITTEN.match(written)
    name = (generic or plain or ("", ""))[1].upper()
    if name in _UNKNOWN_TO_THE_CONTROLLER:
        return NoType(f"has type `{name}`, of which Config Connector knows nothing", ("physicalType",))
    if name not in _PHYSICAL:
        return None
    kind = _PHYSICAL[name]
    numbers = [int(found) for found in (plain[2], plain[3]) if found] if plain else []
    if not numbers:
        return Type(kind, entry, {})
    if kind in _SCALES:
        return _decimal(entry, kind, written, numbers)
    if kind in ("BYTES", "STRING") and len(numbers) == 1 and numbers[0]:
        return Type(kind, entry, {"maxLength": str(numbers[0])})
    return None  # such as INT(11): another system's


def _decimal(entry: Mapping[str, Any], kind: str, written: str, numbers: list[int]) -> Type | NoType:
    """https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#parameterized_decimal_type."""
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    after, before = _SCALES[kind]
    if scale > after or not max(1, scale) <= precision <= scale + before:
        wanted = f"{after} digits after the point and {before} before it"
        other = "; BIGNUMERIC takes 38 and 38" if kind == "NUMERIC" else ""
        reason = f"has type `{written.strip()}`: BigQuery's {kind} takes {wanted}{other}"
        return NoType(reason, ("physicalType",))
    said = {"precision": str(precision), "scale": str(scale)} if scale else {"precision": str(precision)}
    return Type(kind, entry, said)


def _logical(entry: Mapping[str, Any]) -> Type | NoType:
    logical = logical_type(entry)
    form = fields.text(entry, "logicalTypeOptions", "format") or ""
    if logical == "vector":
        return _vector(entry)
    if logical not in (*_LOGICAL, "integer", "number"):
        at = "physicalType" if fields.text(entry, "physicalType") else "logicalType"
        said = fields.text(entry, at)
        return NoType(f"has type `{said}`, which is none of BigQuery's" if said else "has no type", (at,))
    if logical == "integer":
        return Type(_WIDE.get(form, "INTEGER"), entry, {})
    if logical == "number":
        return Type(_number(entry, form), entry, {})
    if logical == "timestamp" and is_local(entry):
        return Type("DATETIME", entry, {})
    return Type(_LOGICAL[logical], entry, {})


def _number(entry: Mapping[str, Any], form: str) -> str:
    """The narrowest that is exact; FLOAT for what says that it is floating, or has too many digits."""
    if form in ("f32", "f64"):
        return "FLOAT"
    after = decimals(entry) or 0
    return next((name for name, (most, _) in _SCALES.items() if after <= most), "FLOAT")


def _vector(entry: Mapping[str, Any]) -> Type | NoType:
    element = fields.text(entry, "logicalTypeOptions", "elementType") or "float32"
    if element not in _ELEMENTS:
        reason = f"is a vector of `{element}`, which is none of BigQuery's types"
        return NoType(reason, ("logicalTypeOptions", "elementType"))
    return Type(_ELEMENTS[element], entry, {}, repeated=True)
