"""Reading a schema itself: which fields it knows at a place, what decides that, and which dates it wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, Final

import jsonschema_rs

from meshwarden.findings import Pointer
from meshwarden.manifests.fields import at

Path = Sequence[str | int]

_DATE_FORMATS: Final = frozenset({"date", "date-time", "time"})
_ANY: Final = object()
_COMBINING: Final = ("allOf", "anyOf", "oneOf")


def known_properties(schema: Mapping[str, Any], path: Path, value: Any = _ANY) -> list[str]:
    """The names of the fields that the subschema at `path` knows for `value`; without one, for any value."""
    applied = _applied(schema, _walk(schema, path), _told_by(value))
    return list(dict.fromkeys(name for part in applied for name in part.get("properties", ())))


def _holds(value: Any, condition: Any) -> bool:
    """Whether a value is what an `if` asks for; taken for granted of one that refers to other parts."""
    written = json.dumps(condition)
    return "$ref" in written or _compiled(written).is_valid(value)


@cache
def _compiled(condition: str) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(json.loads(condition))


def deciders(schema: Mapping[str, Any], path: Path, name: str) -> list[tuple[str, Any]]:
    """The fields, each with a value, with which the subschema at `path` would know the field `name`."""
    return [
        decider
        for part in _applied(schema, _walk(schema, path))
        if any(name in below.get("properties", ()) for below in _applied(schema, part.get("then")))
        for decider in deciding(part.get("if"))
    ]


def required_only(schema: Mapping[str, Any], path: Path) -> list[str]:
    """The fields of which a `oneOf` or `anyOf` at `path` wants one, where each branch requires just one."""
    branches = _walk(schema, path)
    if not isinstance(branches, list):
        return []
    names = [branch["required"][0] for branch in branches if len(branch.get("required", ())) == 1]
    return names if len(names) == len(branches) else []


def forbidden(schema: Mapping[str, Any], path: Path) -> list[str]:
    """The fields that a `not` at `path` forbids, where that is all it says."""
    refused = _walk(schema, path)
    return list(refused["required"]) if isinstance(refused, Mapping) and set(refused) == {"required"} else []


def wants_date(schema: Mapping[str, Any], pointer: Pointer) -> bool:
    """Whether the schema says, for the value at `pointer`, that it is a date or a time."""
    return any(part.get("format") in _DATE_FORMATS for part in parts_at(schema, pointer))


def parts_at(schema: Mapping[str, Any], pointer: Pointer, data: Any = _ANY) -> list[Mapping[str, Any]]:
    """All subschemas that apply to what stands at `pointer`: in the document `data`, else in any."""
    reached = _distinct(_applied(schema, schema, _told_by(data)))
    for key in pointer:
        data = data if data is _ANY else at(data, key)
        holds = _told_by(data)
        reached = _distinct(
            part for found in _distinct(_below(reached, key)) for part in _applied(schema, found, holds)
        )
    return reached


def _distinct(parts: Iterable[Any]) -> list[Any]:
    """The parts of a schema, each once, in their order: many lead to the same one."""
    return list({id(part): part for part in parts}.values())


def _told_by(value: Any) -> Callable[[Any], bool] | None:
    """What tells which conditions hold: a value, if it is known."""
    return None if value is _ANY else partial(_holds, value)


def _below(parts: Iterable[Mapping[str, Any]], key: str | int) -> Iterator[Any]:
    for part in parts:
        if isinstance(key, int):
            yield part.get("items")
        elif key in part.get("properties", ()):
            yield part["properties"][key]
        else:
            yield part.get("additionalProperties")


def deciding(condition: Any) -> Iterator[tuple[str, Any]]:
    """The fields that an `if` asks for, with the values that it wants; None where it wants no one value."""
    if not isinstance(condition, Mapping):
        return
    for name, wanted in condition.get("properties", {}).items():
        for value in wanted.get("enum", [wanted.get("const")]):
            yield name, value
    for keyword in _COMBINING:
        for branch in condition.get(keyword, ()):
            yield from deciding(branch)


def _applied(
    schema: Mapping[str, Any],
    subschema: Any,
    holds: Callable[[Any], bool] | None = None,
    seen: frozenset[str] = frozenset(),
) -> Iterator[Mapping[str, Any]]:
    """A subschema and all that apply to the same value: behind references, combinations and conditions.

    Of conditions both outcomes, or the one that `holds` tells.
    """
    if not isinstance(subschema, Mapping):
        return
    yield subschema
    reference = subschema.get("$ref")
    if reference and reference not in seen:
        yield from _applied(schema, _reference(schema, subschema), holds, seen | {reference})
    for keyword in _COMBINING:
        for branch in subschema.get(keyword, ()):
            yield from _applied(schema, branch, holds, seen)
    if "if" in subschema:
        outcomes = ["then", "else"] if holds is None else ["then" if holds(subschema["if"]) else "else"]
        for outcome in outcomes:
            yield from _applied(schema, subschema.get(outcome), holds, seen)


def _reference(schema: Mapping[str, Any], subschema: Mapping[str, Any]) -> Any:
    """What a subschema's `$ref` leads to; None where that is in another document."""
    reference = subschema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    return _walk(schema, [part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")])


def _walk(schema: Any, path: Path) -> Any:
    """What stands at `path`, which may lead through references."""
    here = schema
    for part in path:
        if part == "$ref" and isinstance(here, Mapping):
            here = _reference(schema, here)
        elif isinstance(here, Mapping):
            here = here.get(str(part))
        elif isinstance(here, list) and str(part).isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here
