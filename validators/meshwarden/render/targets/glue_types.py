"""The types of ODCS' columns as Hive writes them, which is how Glue's catalogue has them.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.logical_types import decimals, logical_type
from meshwarden.render.targets import hive
from meshwarden.render.targets.properties import name_key, name_of, stored
from meshwarden.render.targets.target import Why

_LONGEST: Final = 131_072  # https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html

# The narrowest signed type that holds all values: Hive has no unsigned ones.
_INTEGERS: Final[Mapping[str, str]] = {
    "i8": "tinyint",
    "i16": "smallint",
    "i32": "int",
    "i64": "bigint",
    "u8": "smallint",
    "u16": "int",
    "u32": "bigint",
    "u64": "decimal(20,0)",
}
_NUMBERS: Final[Mapping[str, str]] = {"f32": "float", "f64": "double"}
_ELEMENTS: Final[Mapping[str, str]] = {
    "float32": "float",
    "float64": "double",
    "int8": "tinyint",
    "uint8": "smallint",
}


@dataclass(frozen=True, slots=True)
class NoType:
    """Why a column has no type in Hive, and which of its fields says so."""

    reason: str
    at: Pointer = ()
    why: Why = Why.TYPE

    def within(self, what: str, *keys: str | int) -> NoType:
        """The same of a column that holds the one at `keys`."""
        return NoType(f"{what} of {self.reason}", (*keys, *self.at), self.why)


_PHYSICAL: Final = ("physicalType",)
_LOGICAL: Final = ("logicalType",)
_OPTIONS: Final = "logicalTypeOptions"


def column_name(column: Mapping[str, Any]) -> str:
    """What a column is called in Hive, which knows small letters only; empty if the column has no name."""
    return name_of(column).lower()


def hive_type(column: Mapping[str, Any], *, times_are_text: bool) -> str | NoType:
    """The type of a property of ODCS: its `physicalType` where Hive has that, else from its `logicalType`.

    `times_are_text` is whether the files hold times of day as text: Hive has no type for others.
    """
    found = _type(column, times_are_text, hive.DEPTH)
    if isinstance(found, str) and len(found) > _LONGEST:
        return NoType("a type of more characters than Glue takes")
    return found


def _type(column: Any, times_are_text: bool, depth: int) -> str | NoType:
    if depth == 0:
        return NoType(f"types nested more than {hive.DEPTH} deep")
    physical, logical = fields.text(column, "physicalType"), logical_type(column)
    found = hive.parsed(physical) if physical else None
    if isinstance(found, hive.Wrong):
        return NoType(f"physicalType `{physical}`, {found.reason}", _PHYSICAL)
    if found:
        return found
    if logical in _SIMPLE:
        return _SIMPLE[logical]
    if logical == "time":
        reason = "times of day, for which Hive has no type"
        return "string" if times_are_text else NoType(reason, _LOGICAL)
    if logical in _BY_OPTIONS:
        return _BY_OPTIONS[logical](column)
    if logical in _NESTED:
        return _NESTED[logical](column, times_are_text, depth - 1)
    said = physical or logical
    reason = f"type `{said}`, which Hive does not have" if said else "no type"
    return NoType(reason, _PHYSICAL if physical else _LOGICAL)


def _integer(column: Mapping[str, Any]) -> str | NoType:
    """By ODCS' `format`. Without one `bigint`: it reads narrower integers too, and the other way it fails."""
    said = fields.text(column, _OPTIONS, "format")
    return "bigint" if said is None else _INTEGERS.get(said) or _no_option(f"integers of format `{said}`")


def _number(column: Mapping[str, Any]) -> str | NoType:
    """By ODCS' `format`, or as decimals where values are multiples of a tenth, a hundredth and so on."""
    if said := fields.text(column, _OPTIONS, "format"):
        return _NUMBERS.get(said) or _no_option(f"numbers of format `{said}`")
    after = decimals(column)
    return "double" if after is None or after > hive.DIGITS else f"decimal({hive.DIGITS},{after})"


def _vector(column: Mapping[str, Any]) -> str | NoType:
    element = fields.text(column, _OPTIONS, "elementType") or "float32"
    found = _ELEMENTS.get(element)
    reason = f"vectors of `{element}`, for which Hive has no type"
    return f"array<{found}>" if found else _no_option(reason, "elementType")


def _no_option(reason: str, option: str = "format") -> NoType:
    return NoType(reason, (_OPTIONS, option))


def _struct(column: Any, times_are_text: bool, depth: int) -> str | NoType:
    parts: dict[str, str] = {}
    for index, entry in stored(column):
        name, at = column_name(entry), ("properties", index)
        if problem := _why_no_field(name, parts):
            return NoType(problem, (*at, name_key(entry)), Why.REFUSED)
        found = _type(entry, times_are_text, depth)
        if isinstance(found, NoType):
            return found.within(f"a field `{name}`", *at)
        parts[name] = found
    if not parts:
        return NoType("logicalType `object` and no properties", ("properties",))
    return f"struct<{','.join(f'{name}:{found}' for name, found in parts.items())}>"


def _why_no_field(name: str, taken: Collection[str]) -> str | None:
    if not hive.is_name(name):
        return f"a field `{name}`, which is no name in Hive"
    return f"two fields `{name}`, as Hive knows small letters only" if name in taken else None


def _array(column: Any, times_are_text: bool, depth: int) -> str | NoType:
    inner = _within(column, ("items",), times_are_text, depth)
    return inner if isinstance(inner, NoType) else f"array<{inner}>"


def _map(column: Any, times_are_text: bool, depth: int) -> str | NoType:
    key = _within(column, ("map", "key"), times_are_text, depth)
    value = _within(column, ("map", "value"), times_are_text, depth)
    for found in (key, value):
        if isinstance(found, NoType):
            return found
    if not hive.is_simple(str(key)):
        return NoType(f"keys of type `{key}`, which Hive does not take in maps", ("map", "key"))
    return f"map<{key},{value}>"


def _within(column: Any, keys: tuple[str, ...], times_are_text: bool, depth: int) -> str | NoType:
    what = keys[-1]
    if not fields.mapping(column, *keys):
        return NoType(f"logicalType `{fields.text(column, 'logicalType')}` and no `{what}`", keys)
    found = _type(fields.at(column, *keys), times_are_text, depth)
    return found.within(what, *keys) if isinstance(found, NoType) else found


_SIMPLE: Final[Mapping[str, str]] = {
    "boolean": "boolean",
    "date": "date",
    "string": "string",
    "timestamp": "timestamp",
}
_BY_OPTIONS: Final[Mapping[str, Callable[[Mapping[str, Any]], str | NoType]]] = {
    "integer": _integer,
    "number": _number,
    "vector": _vector,
}
_NESTED: Final[Mapping[str, Callable[[Any, bool, int], str | NoType]]] = {
    "array": _array,
    "map": _map,
    "object": _struct,
}
