"""Properties of a schema object → columns of a BigQuery table, as its REST API writes them.

https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema

Types have the names that the API answers with (INTEGER, not INT64), so that nothing differs from what the
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
from meshwarden.render.targets.properties import name_key, name_of, stored
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

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
_LONGEST: Final = 2**63 - 1
_DESCRIPTION_LENGTH: Final = 1024
_DEPTH: Final = 15  # https://cloud.google.com/bigquery/quotas#standard_tables

_WRITTEN: Final = re.compile(
    r"\s*([A-Za-z0-9]+)\s*(?:\(\s*([0-9]{1,18})\s*(?:,\s*([0-9]{1,18})\s*)?\)\s*)?\Z"
)
_ARRAY: Final = re.compile(r"\s*ARRAY\s*(?:<(.*)>\s*)?\Z", re.IGNORECASE | re.DOTALL)
_GENERIC: Final = re.compile(r"\s*(STRUCT|RECORD|RANGE)\s*<.*>\s*\Z", re.IGNORECASE | re.DOTALL)
# BigQuery also takes names in any script, but not in all that reads its tables.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}\Z")
# https://cloud.google.com/bigquery/docs/schemas#column_names
_RESERVED: Final = (
    *("_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier"),
    *("_change_sequence_number", "_change_type", "_change_timestamp"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a table or a record, and why others cannot be columns."""

    fields: tuple[dict[str, Any], ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Type:
    """A type with its parameters; `of` is the property that tells a record's fields, `at` where that is."""

    name: str
    of: Mapping[str, Any]
    parameters: Mapping[str, str]
    repeated: bool = False
    at: Pointer = ()


@dataclass(frozen=True, slots=True)
class _NoType:
    """What a property is that BigQuery cannot hold, and which of its fields says so."""

    reason: str
    at: Pointer


def columns(entry: Mapping[str, Any], pointer: Pointer, place: str = "", depth: int = 1) -> Columns:
    """The columns of the properties of a schema object or a record, which stands at `pointer`.

    `place` is the column that they lie in, with a dot, and `depth` how deep that is.
    """
    found: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    taken: set[str] = set()
    for index, part in stored(entry):
        name, own = name_of(part), (*pointer, "properties", index)
        called = f"column `{place}{name}`"
        if not _is_name(name):
            refusals.append(Refusal((*own, name_key(part)), f"{called} is called as BigQuery does not allow"))
        elif name.lower() in taken:
            reason = f"{called} is there twice, as BigQuery makes no difference of case"
            refusals.append(Refusal((*own, name_key(part)), reason))
        else:
            taken.add(name.lower())
            one = _column(part, own, name, place, depth)
            found.extend(one.fields)
            refusals.extend(one.refusals)
    return Columns(tuple(found), tuple(refusals))


def _is_name(name: str) -> bool:
    return _NAME.match(name) is not None and not name.lower().startswith(_RESERVED)


def _column(entry: Mapping[str, Any], pointer: Pointer, name: str, place: str, depth: int) -> Columns:
    kind, called = _type(entry), f"column `{place}{name}`"
    if isinstance(kind, _NoType):
        return _untyped((*pointer, *kind.at), f"{called} {kind.reason}")
    mode = "REPEATED" if kind.repeated else "REQUIRED" if entry.get("required") is True else "NULLABLE"
    column: dict[str, Any] = {"name": name, "type": kind.name, "mode": mode, **kind.parameters}
    if said := fields.text(entry, "description"):
        column["description"] = said.strip()[:_DESCRIPTION_LENGTH]
    if kind.name != "RECORD":
        return Columns((column,))
    if depth > _DEPTH:
        return _untyped(pointer, f"{called} is a record {_DEPTH + 1} deep; BigQuery takes {_DEPTH}")
    inner = columns(kind.of, (*pointer, *kind.at), f"{place}{name}.", depth + 1)
    if inner.refusals:
        return Columns(refusals=inner.refusals)
    if not inner.fields:
        return _untyped((*pointer, *kind.at, "properties"), f"{called} is a record without properties")
    return Columns(({**column, "fields": list(inner.fields)},))


def _untyped(pointer: Pointer, reason: str) -> Columns:
    return Columns(refusals=(Refusal(pointer, reason, Why.TYPE),))


def _type(entry: Mapping[str, Any]) -> _Type | _NoType:
    """The type of a property, or what it is that BigQuery cannot hold."""
    physical = fields.text(entry, "physicalType") or ""
    logical = fields.text(entry, "logicalType")
    if array := _ARRAY.match(physical):
        return _array(entry, array[1] or "")
    if found := _physical(entry, physical):
        if isinstance(found, _NoType) or found.name != "RECORD" or logical != "array":
            return found
        if items := fields.mapping(entry, "items"):
            return _Type("RECORD", items, {}, repeated=True, at=("items",))
        return _Type("RECORD", entry, {}, repeated=True)
    return _array(entry, "") if logical == "array" else _logical(entry)


def _array(entry: Mapping[str, Any], physical: str) -> _Type | _NoType:
    """A repeated column: of the type in `ARRAY<…>`, else of the type of its items."""
    items = fields.mapping(entry, "items")
    if _ARRAY.match(physical):
        return _NoType("is an array of arrays, which BigQuery does not have", ("physicalType",))
    at: Pointer = ("physicalType",)
    found = _physical(items, physical)
    if found is None and items:
        found, at = _type(items), ()
    if found is None:
        return _NoType("is an array of which `items` does not tell the type", ("items",))
    if isinstance(found, _NoType):
        return _NoType(f"is an array, of which each item {found.reason}", at or ("items", *found.at))
    if found.repeated:
        return _NoType("is an array of arrays, which BigQuery does not have", ("items", *found.at))
    return _Type(found.name, found.of, found.parameters, repeated=True, at=("items", *found.at))


def _physical(entry: Mapping[str, Any], written: str) -> _Type | _NoType | None:
    """The type as `physicalType` has it; None if that is no type of BigQuery, but of another system."""
    generic, plain = _GENERIC.match(written), _WRITTEN.match(written)
    name = (generic or plain or ("", ""))[1].upper()
    if name in _UNKNOWN_TO_THE_CONTROLLER:
        return _NoType(f"has type `{name}`, of which Config Connector knows nothing", ("physicalType",))
    if name not in _PHYSICAL:
        return None
    kind = _PHYSICAL[name]
    numbers = [int(found) for found in (plain[2], plain[3]) if found] if plain else []
    if not numbers:
        return _Type(kind, entry, {})
    if kind in _SCALES:
        return _decimal(entry, kind, written, numbers)
    if kind in ("BYTES", "STRING") and len(numbers) == 1 and numbers[0]:
        return _Type(kind, entry, {"maxLength": str(numbers[0])})
    return None  # such as INT(11): another system's


def _decimal(entry: Mapping[str, Any], kind: str, written: str, numbers: list[int]) -> _Type | _NoType:
    """https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#parameterized_decimal_type."""
    precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
    after, before = _SCALES[kind]
    if scale > after or not max(1, scale) <= precision <= scale + before:
        wanted = f"{after} digits after the point and {before} before it"
        other = "; BIGNUMERIC takes 38 and 38" if kind == "NUMERIC" else ""
        reason = f"has type `{written.strip()}`: BigQuery's {kind} takes {wanted}{other}"
        return _NoType(reason, ("physicalType",))
    said = {"precision": str(precision), "scale": str(scale)} if scale else {"precision": str(precision)}
    return _Type(kind, entry, said)


def _logical(entry: Mapping[str, Any]) -> _Type | _NoType:
    logical = logical_type(entry)
    form = fields.text(entry, "logicalTypeOptions", "format") or ""
    if logical == "vector":
        return _vector(entry)
    if logical not in (*_LOGICAL, "integer", "number"):
        at = "physicalType" if fields.text(entry, "physicalType") else "logicalType"
        said = fields.text(entry, at)
        return _NoType(f"has type `{said}`, which is none of BigQuery's" if said else "has no type", (at,))
    if logical == "integer":
        return _Type(_WIDE.get(form, "INTEGER"), entry, {})
    if logical == "number":
        return _Type(_number(entry, form), entry, {})
    if logical == "timestamp" and is_local(entry):
        return _Type("DATETIME", entry, {})
    return _Type(_LOGICAL[logical], entry, {})


def _number(entry: Mapping[str, Any], form: str) -> str:
    """The narrowest that is exact; FLOAT for what says that it is floating, or has too many digits."""
    if form in ("f32", "f64"):
        return "FLOAT"
    after = decimals(entry) or 0
    return next((name for name, (most, _) in _SCALES.items() if after <= most), "FLOAT")


def _vector(entry: Mapping[str, Any]) -> _Type | _NoType:
    element = fields.text(entry, "logicalTypeOptions", "elementType") or "float32"
    if element not in _ELEMENTS:
        reason = f"is a vector of `{element}`, which is none of BigQuery's types"
        return _NoType(reason, ("logicalTypeOptions", "elementType"))
    return _Type(_ELEMENTS[element], entry, {}, repeated=True)
