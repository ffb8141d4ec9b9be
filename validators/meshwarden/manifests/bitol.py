"""What meshwarden needs of Bitol's two standards: ODPS' data products, ODCS' data contracts."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields

_MOST: Final = sys.float_info.max
_DECIMAL: Final = re.compile(r"[-+]?[0-9]{1,15}(?:\.[0-9]{1,15})?")


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output port of a data product, and where it stands in its document."""

    name: str
    contract: str | None
    version: str | None
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Column:
    """A property of a schema object."""

    name: str
    physical_name: str
    logical_type: str | None
    physical_type: str | None
    required: bool
    classification: str | None
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a schema object, or of another property; its name is the way to it, with dots."""

    name: str
    said: Mapping[str, Any]
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Classified:
    """A class of data, and where a property has it."""

    name: str
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """A table, topic or file of a contract, as ODCS' `schema` lists them."""

    name: str
    physical_name: str
    columns: tuple[Column, ...]
    classes: tuple[Classified, ...]  # of its properties, at any depth
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Server:
    """Where a contract's data lies. `environment` is None for a server that counts in all."""

    name: str
    type: str
    environment: str | None
    fields: dict[str, Any]
    pointer: Pointer


def ports(data: Any, key: str) -> Iterator[Port]:
    """The ports that an ODPS document lists under `inputPorts` or `outputPorts`."""
    for index, port in fields.mappings(data, key):
        yield Port(
            name=fields.text(port, "name") or f"{key}[{index}]",
            contract=fields.text(port, "contractId"),
            version=fields.text(port, "version"),
            pointer=(key, index),
        )


def schema_objects(data: Any) -> Iterator[SchemaObject]:
    """The schema objects of an ODCS document that have a name."""
    for index, entry in fields.mappings(data, "schema"):
        if name := fields.text(entry, "name"):
            place = ("schema", index)
            yield SchemaObject(
                name=name,
                physical_name=fields.text(entry, "physicalName") or name,
                columns=tuple(_columns(entry, (*place, "properties"))),
                classes=tuple(_classes(entry, place)),
                pointer=place,
            )


def _classes(entry: Any, place: Pointer) -> Iterator[Classified]:
    for found in properties(entry, place):
        if name := fields.text(found.said, "classification"):
            yield Classified(name, (*found.pointer, "classification"))


def _columns(entry: Any, place: Pointer) -> Iterator[Column]:
    for index, column in fields.mappings(entry, "properties"):
        if name := fields.text(column, "name"):
            yield Column(
                name=name,
                physical_name=fields.text(column, "physicalName") or name,
                logical_type=fields.text(column, "logicalType"),
                physical_type=fields.text(column, "physicalType"),
                required=column.get("required") is True,
                classification=fields.text(column, "classification"),
                pointer=(*place, index),
            )


def properties(entry: Any, place: Pointer, within: str = "") -> Iterator[Property]:
    """The properties of a schema object that stands at `place`, and those that lie in them, at any depth."""
    for index, said in fields.mappings(entry, "properties"):
        name = f"{within}{fields.text(said, 'name') or index}"
        yield from _whole(Property(name, said, (*place, "properties", index)))


def _whole(found: Property) -> Iterator[Property]:
    """A property with those that lie in it: fields, the items of an array, key and value of a map."""
    yield found
    yield from properties(found.said, found.pointer, f"{found.name}.")
    for keys in (("items",), ("map", "key"), ("map", "value")):
        if inner := fields.mapping(found.said, *keys):
            yield from _whole(Property(f"{found.name}.{'.'.join(keys)}", inner, (*found.pointer, *keys)))


def primary_key(entry: Any) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """The properties that are the key of a schema object, by their place in it, each with its index.

    Those that tell no place come last, in the order in which they stand.
    """
    parts = fields.mappings(entry, "properties")
    found = [(index, part) for index, part in parts if part.get("primaryKey") is True]
    return tuple(sorted(found, key=lambda part: _place_in_key(part[1])))


def _place_in_key(part: Mapping[str, Any]) -> float:
    place = part.get("primaryKeyPosition")
    return place if type(place) is int and place > 0 else math.inf


def servers(data: Any) -> Iterator[Server]:
    """The servers of an ODCS document that have a type."""
    for index, entry in fields.mappings(data, "servers"):
        if kind := fields.text(entry, "type"):
            yield Server(
                name=fields.text(entry, "server") or f"{kind}-{index}",
                type=kind,
                environment=fields.text(entry, "environment"),
                fields=dict(entry),
                pointer=("servers", index),
            )


def number(value: Any) -> float | None:
    """The number that a value is, or tells as text; None of anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value) if abs(value) <= _MOST else None
    return float(value) if isinstance(value, str) and _DECIMAL.fullmatch(value) else None
