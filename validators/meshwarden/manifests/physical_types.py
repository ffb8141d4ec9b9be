"""The `physicalType` of a column: what it names, and whether such a type holds values of a `logicalType`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.logical_types import logical_type


class Family(Enum):
    """What kind of values a type holds. Text, bytes and documents hold any, in some way of writing them."""

    ANY = "any"
    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    TIMESTAMP = "timestamp"
    LIST = "list"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class Written:
    """A type as it is written, without its parameters: `numeric` of `NUMERIC(10,2)`."""

    name: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class TypeSystem:
    """The types that a system has, by their names in small letters.

    `extensible` is one in which users make types of their own, with any name.
    """

    name: str
    types: Mapping[str, Family]
    extensible: bool = False

    def family(self, written: Written) -> Family | None:
        """The kind of values that a type holds; None if the system has no type of that name."""
        found = self.types.get(written.name) or self.types.get(written.name.partition(" ")[0])
        return Family.LIST if found and written.is_list else found


_QUOTED: Final = re.compile(r"'[^']*'")
_BRACKETED: Final = re.compile(r"\([^()<>]*\)|<[^()<>]*>")
_LISTS: Final = re.compile(r"(?: array)?(?: ?\[ ?[0-9]* ?\])+\Z| array\Z")  # `text[]`, `integer array`
_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*(?: [a-z_][a-z0-9_]*)*\Z")
_MODES: Final = ("nullable", "optional", "repeated", "required")
_LONGEST: Final = 2_000


@cache
def written(physical_type: str) -> Written | None:
    """What a `physicalType` names; None if it is not written as types of databases are."""
    if len(physical_type) > _LONGEST:
        return None
    rest = _QUOTED.sub("", physical_type.lower())
    while (shorter := _BRACKETED.sub(" ", rest)) != rest:
        rest = shorter
    rest = " ".join(rest.split())
    bare = _LISTS.sub("", rest)
    mode, _, of = bare.partition(" ")
    name = of if of and mode in _MODES else bare
    return Written(name, bare != rest or (mode == "repeated" and name != bare)) if _NAME.match(name) else None


_NESTED: Final = frozenset({Family.LIST, Family.RECORD})
_TIMES: Final = frozenset({Family.DATE, Family.TIME, Family.TIMESTAMP})
_SCALARS: Final = frozenset({Family.BOOLEAN, Family.INTEGER, Family.NUMBER}) | _TIMES
# Only what certainly cannot be held: days and times are kept in numbers, too, and truth values as 0 and 1.
_NOT_HELD: Final[Mapping[str, frozenset[Family]]] = {
    "array": _SCALARS,
    "boolean": _TIMES | _NESTED,
    "date": _NESTED | {Family.BOOLEAN, Family.TIME},
    "integer": _TIMES | _NESTED | {Family.BOOLEAN},
    "map": _SCALARS,
    "number": _TIMES | _NESTED | {Family.BOOLEAN, Family.INTEGER},
    "object": _SCALARS,
    "string": _SCALARS | _NESTED,
    "time": _NESTED | {Family.BOOLEAN, Family.DATE},
    "timestamp": _NESTED | {Family.BOOLEAN, Family.DATE, Family.TIME},
    "vector": _SCALARS,
}


def holds(family: Family, column: Mapping[str, Any]) -> bool:
    """Whether a type of that kind can hold what a column's `logicalType` says; True where that is not clear.

    A decimal without digits after the point counts as a number: importers write whole numbers so.
    """
    logical = logical_type(column)
    if logical == "number" and family is Family.INTEGER and _is_whole(column):
        return True
    return family not in _NOT_HELD.get(logical, ())


def _is_whole(column: Mapping[str, Any]) -> bool:
    """Whether a column of numbers says that it has no fractions."""
    step = fields.at(column, "logicalTypeOptions", "multipleOf")
    return type(step) is int or (isinstance(step, float) and step.is_integer())
