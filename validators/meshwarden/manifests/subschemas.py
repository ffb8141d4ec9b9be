"""Reading a schema itself: which fields it knows at a place, and which dates it wants there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.findings import Pointer

_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")
_CONDITIONS: Final = ("if", "then", "else")
_DATE_FORMATS: Final = frozenset({"date", "date-time", "time"})


def known_properties(schema: Mapping[str, Any], path: Sequence[str | int]) -> list[str]:
    """The names of the fields that the subschema at `path` knows, in any of its branches."""
    subschema = _walk(schema, path)
    return list(
        dict.fromkeys(name for part in _applied(schema, subschema) for name in part.get("properties", ()))
    )


def required_only(schema: Mapping[str, Any], path: Sequence[str | int]) -> list[str]:
    """The fields of which a `oneOf` or `anyOf` at `path` wants one, where each branch requires just one."""
    branches = _walk(schema, path)
    if not isinstance(branches, list):
        return []
    names = [branch["required"][0] for branch in branches if len(branch.get("required", ())) == 1]
    return names if len(names) == len(branches) else []


def wants_date(schema: Mapping[str, Any], pointer: Pointer) -> bool:
    """Whether the schema says, for the value at `pointer`, that it is a date or a time."""
    reached = list(_applied(schema, schema))
    for key in pointer:
        reached = [part for below in _below(reached, key) for part in _applied(schema, below)]
    return any(part.get("format") in _DATE_FORMATS for part in reached)


def _below(parts: list[Mapping[str, Any]], key: str | int) -> Iterator[Any]:
    for part in parts:
        if isinstance(key, int):
            yield part.get("items")
        elif key in part.get("properties", ()):
            yield part["properties"][key]
        else:
            yield part.get("additionalProperties")


def _applied(
    schema: Mapping[str, Any], subschema: Any, seen: frozenset[str] = frozenset()
) -> Iterator[Mapping[str, Any]]:
    """A subschema and all that apply to the same value: behind references, combinations and conditions."""
    if not isinstance(subschema, Mapping):
        return
    yield subschema
    reference = subschema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/") and reference not in seen:
        target = _walk(
            schema, [part.replace("~1", "/").replace("~0", "~") for part in reference[2:].split("/")]
        )
        yield from _applied(schema, target, seen | {reference})
    for keyword in _IN_PLACE:
        for branch in subschema.get(keyword, ()):
            yield from _applied(schema, branch, seen)
    for keyword in _CONDITIONS:
        yield from _applied(schema, subschema.get(keyword), seen)


def _walk(schema: Any, path: Sequence[str | int]) -> Any:
    """What stands at `path`, which may lead through references."""
    root, here = schema, schema
    for part in path:
        if part == "$ref" and isinstance(here, Mapping):
            reference = here.get("$ref", "")
            here = _walk(root, reference[2:].split("/")) if reference.startswith("#/") else None
        elif isinstance(here, Mapping):
            here = here.get(str(part))
        elif isinstance(here, list) and str(part).isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here
