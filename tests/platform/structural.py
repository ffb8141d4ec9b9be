"""What Kubernetes asks of the schema of a CustomResourceDefinition, and what it makes of fields beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

OPEN: Final = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING: Final = "x-kubernetes-int-or-string"
_TYPES: Final = frozenset({"array", "boolean", "integer", "number", "object", "string"})
_FORBIDDEN: Final = frozenset(
    {
        *("$ref", "$schema", "$id", "id", "definitions", "dependencies", "patternProperties"),
        *("additionalItems", "deprecated", "discriminator", "readOnly", "writeOnly", "xml", "const"),
    }
)


def problems(schema: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Why a schema, or one within it, is refused by the API server; nothing where it is structural."""
    yield from (f"{path}: `{key}` is forbidden" for key in sorted(_FORBIDDEN & set(schema)))
    kind = schema.get("type")
    if kind not in _TYPES and not (kind is None and (schema.get(OPEN) or schema.get(INT_OR_STRING))):
        yield f"{path}: no type, and not open"
    if schema.get("uniqueItems"):
        yield f"{path}: `uniqueItems` is forbidden"
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    if others is False or (others is not None and properties):
        yield f"{path}: `additionalProperties` beside `properties`, or false"
    if (properties or others is not None) and kind != "object":
        yield f"{path}: properties of what is no object"
    if (kind == "array") != ("items" in schema):
        yield f"{path}: an array has `items`, and nothing else has"
    yield from (
        f"{path}: requires `{name}`, which it does not name"
        for name in schema.get("required", ())
        if name not in properties
    )
    for name, inner in properties.items():
        yield from problems(inner, f"{path}.{name}")
    for suffix, key in (("[]", "items"), ("{}", "additionalProperties")):
        if isinstance(schema.get(key), dict):
            yield from problems(schema[key], path + suffix)


def refusing(schema: Any) -> Any:
    """The schema with unknown fields refused, where Kubernetes would drop them in silence."""
    if not isinstance(schema, dict):
        return [refusing(one) for one in schema] if isinstance(schema, list) else schema
    if schema.get(INT_OR_STRING):
        return {"type": ["integer", "string"]}
    result = {key: refusing(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get(OPEN):
        result["additionalProperties"] = False
    return result
