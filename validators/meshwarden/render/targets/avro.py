"""Properties of a schema object → a record of Apache Avro.

https://avro.apache.org/docs/1.11.1/specification/

A property that is not required may be null, and is so by default: then messages of before and after it was
added fit one another. Descriptions stay in the contract: no reader decodes by them, and each change of a
schema's text is a revision to whoever registers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.logical_types import is_local, logical_type
from meshwarden.render.targets.properties import name_key, name_of, stored
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_DECIMAL: Final = re.compile(
    r"\s*decimal\s*\(\s*([0-9]{1,9})\s*(?:,\s*([0-9]{1,9})\s*)?\)\s*\Z", re.IGNORECASE
)
_PRIMITIVE: Final = ("boolean", "bytes", "double", "float", "int", "long", "string")
# https://avro.apache.org/docs/1.11.1/specification/#names: no record may be called so, in any namespace.
_TAKEN: Final = (*_PRIMITIVE, "null")
_ANNOTATED: Final[Mapping[str, str]] = {
    "date": "int",
    "time-millis": "int",
    "time-micros": "long",
    "timestamp-millis": "long",
    "timestamp-micros": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
    "uuid": "string",
}
_PLAIN: Final[Mapping[str, str]] = {
    "boolean": "boolean",
    "date": "date",
    "string": "string",
    "time": "time-micros",
    "timestamp": "timestamp-micros",
}
# By an option of the logical type; else the last. Of integers the narrowest that holds all values: Avro has
# no unsigned ones.
_BY_OPTION: Final[Mapping[str, tuple[str, Mapping[str, str], str]]] = {
    "integer": (
        "format",
        {**dict.fromkeys(("i8", "i16", "i32", "u8", "u16"), "int"), "i64": "long", "u32": "long"},
        "long",
    ),
    "number": ("format", {"f32": "float", "f64": "double"}, "double"),
    "vector": (
        "elementType",
        {"float32": "float", "float64": "double", "int8": "int", "uint8": "int"},
        "float",
    ),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A record; without a schema where a property of it has no type or no name in Avro."""

    schema: Mapping[str, Any] | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _At:
    """Where a property stands in the contract, and in which record: by full names these are told apart."""

    pointer: Pointer
    path: tuple[str, ...]

    def within(self, *keys: str | int) -> _At:
        return _At((*self.pointer, *keys), self.path)

    def no_type(self, reason: str, *keys: str) -> tuple[Refusal, ...]:
        called = f"property `{'.'.join(self.path[1:])}`"
        return (Refusal((*self.pointer, *keys), f"{called} {reason}", Why.TYPE),)


_Found = str | dict[str, Any] | tuple[Refusal, ...]  # a type, or why there is none


def record(entry: Mapping[str, Any], name: str, pointer: Pointer) -> Record:
    """The record of a schema object that stands at `pointer`, called by as much of `name` as Avro takes."""
    called = re.sub(r"[^A-Za-z0-9_]+", "_", name)
    found = _record(entry, _At(pointer, (called if _NAME.match(called) else f"_{called}",)))
    return Record(None, found) if isinstance(found, tuple) else Record(found)


def _record(entry: Mapping[str, Any], at: _At) -> dict[str, Any] | tuple[Refusal, ...]:
    found: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    taken: set[str] = set()
    for index, part in stored(entry):
        name = name_of(part)
        own = _At((*at.pointer, "properties", index), (*at.path, name))
        if _NAME.match(name) is None or name in taken:
            why = "is there twice" if name in taken else "is called as Avro does not allow"
            refusals.append(Refusal((*own.pointer, name_key(part)), f"property `{name}` {why}"))
            continue
        taken.add(name)
        kind = _type(part, own)
        if isinstance(kind, tuple):
            refusals.extend(kind)
        elif part.get("required") is True:
            found.append({"name": name, "type": kind})
        else:
            found.append({"name": name, "type": ["null", kind], "default": None})
    if refusals:
        return tuple(refusals)
    namespace = {"namespace": ".".join(at.path[:-1])} if at.path[1:] else {}
    called = f"{at.path[-1]}_" if at.path[-1] in _TAKEN else at.path[-1]
    return {"type": "record", "name": called, **namespace, "fields": found}


def _type(entry: Mapping[str, Any], at: _At) -> _Found:
    """The type of a property: its `physicalType` where Avro has that, else from its `logicalType`."""
    physical, logical = fields.text(entry, "physicalType") or "", logical_type(entry)
    if found := _physical(physical, at):
        return found
    if logical in _PLAIN:
        return _plain(entry, logical)
    if logical in _BY_OPTION:
        return _by_option(entry, logical, at)
    if logical in _NESTED:
        return _NESTED[logical](entry, at)
    said, key = physical or logical, "physicalType" if physical else "logicalType"
    return at.no_type(f"has type `{said}`, which Avro does not have" if said else "has no type", key)


def _plain(entry: Mapping[str, Any], logical: str) -> str | dict[str, Any]:
    local = logical == "timestamp" and is_local(entry)
    name = "local-timestamp-micros" if local else _PLAIN[logical]
    return _annotated(name) if name in _ANNOTATED else name


def _by_option(entry: Mapping[str, Any], logical: str, at: _At) -> _Found:
    """The type that an option of a logical type tells."""
    option, known, otherwise = _BY_OPTION[logical]
    said = fields.text(entry, "logicalTypeOptions", option)
    found = known.get(said) if said else otherwise
    if found is None:
        reason = f"has {option} `{said}`, which Avro does not have"
        return at.no_type(reason, "logicalTypeOptions", option)
    return {"type": "array", "items": found} if logical == "vector" else found


def _physical(written: str, at: _At) -> _Found | None:
    """The type as `physicalType` has it; None if that is no type of Avro, but of another system."""
    name = written.strip().lower()
    if name in _PRIMITIVE:
        return name
    if name in _ANNOTATED:
        return _annotated(name)
    if found := _DECIMAL.match(written):
        precision, scale = int(found[1]), int(found[2] or 0)
        if not 0 < precision >= scale:
            return at.no_type(f"has type `{written.strip()}`, of more decimals than digits", "physicalType")
        return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    return None


def _annotated(name: str) -> dict[str, Any]:
    return {"type": _ANNOTATED[name], "logicalType": name}


def _object(entry: Mapping[str, Any], at: _At) -> _Found:
    if not any(stored(entry)):
        return at.no_type("is an object without properties", "properties")
    return _record(entry, at)


def _array(entry: Mapping[str, Any], at: _At) -> _Found:
    items = _part(entry, at, "items")
    return items if isinstance(items, tuple) else {"type": "array", "items": items}


def _part(entry: Mapping[str, Any], at: _At, *keys: str) -> _Found:
    """The type of what an array or a map holds."""
    found = fields.mapping(entry, *keys)
    if not found:
        kind = fields.text(entry, "logicalType")
        return at.no_type(f"is of type `{kind}`, and `{keys[-1]}` does not tell of what", *keys)
    return _type(found, at.within(*keys))


def _map(entry: Mapping[str, Any], at: _At) -> _Found:
    key, value = _part(entry, at, "map", "key"), _part(entry, at, "map", "value")
    for found in (key, value):
        if isinstance(found, tuple):
            return found
    if key != "string":
        return at.no_type("is a map whose keys are no strings, which Avro does not have", "map", "key")
    return {"type": "map", "values": value}


_NESTED: Final[Mapping[str, Callable[[Mapping[str, Any], _At], _Found]]] = {
    "array": _array,
    "map": _map,
    "object": _object,
}
