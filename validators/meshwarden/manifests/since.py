"""What one release of a standard refuses and another takes: in which version to look for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import subschemas
from meshwarden.manifests.fields import at
from meshwarden.manifests.schemas import JudgingSchema

Takes = Callable[[Mapping[str, Any]], bool]

_TYPES: Final = {dict: "object", list: "array", str: "string", bool: "boolean", type(None): "null"}


def field_since(judged: JudgingSchema, data: Any, pointer: Pointer) -> str | None:
    """The first newer version that knows the field at `pointer`, in a document as it stands."""
    *holder, name = pointer
    return _first(judged, judged.newer, data, tuple(holder), lambda part: name in part.get("properties", ()))


def value_since(judged: JudgingSchema, data: Any, pointer: Pointer) -> str | None:
    """The first newer version that lists the value at `pointer` among those that may stand there."""
    value = at(data, *pointer)
    return _first(judged, judged.newer, data, pointer, lambda part: value in part.get("enum", ()))


def type_since(judged: JudgingSchema, data: Any, pointer: Pointer) -> str | None:
    """The first newer version that has values of the type of the one at `pointer` there."""
    return _first(judged, judged.newer, data, pointer, _has_type_of(at(data, *pointer)))


def type_until(judged: JudgingSchema, data: Any, pointer: Pointer) -> str | None:
    """The last older version that has values of the type of the one at `pointer` there."""
    return _first(judged, judged.older, data, pointer, _has_type_of(at(data, *pointer)))


def _has_type_of(value: Any) -> Takes:
    name = _TYPES.get(type(value), "number")
    return lambda part: name == part.get("type") or name in _several(part.get("type"))


def _several(types: Any) -> list[Any]:
    return types if isinstance(types, list) else []


def _first(
    judged: JudgingSchema,
    others: Iterable[tuple[str, JudgingSchema]],
    data: Any,
    pointer: Pointer,
    takes: Takes,
) -> str | None:
    """The first of the other releases that takes it; None also if this one does, under other conditions."""
    if _takes(judged, data, pointer, takes):
        return None
    return next((version for version, other in others if _takes(other, data, pointer, takes)), None)


def _takes(judged: JudgingSchema, data: Any, pointer: Pointer, takes: Takes) -> bool:
    return any(map(takes, subschemas.parts_at(judged.schema, pointer, data)))
