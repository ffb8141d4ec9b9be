"""CustomResourceDefinitions → JSON Schemas that judge as a server-side apply does.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/. Fields that
a definition does not name are refused: the API server would drop them, or refuse them itself. Not judged are
its rules in CEL (`x-kubernetes-validations`), the uniqueness of list items, `format`, which Kubernetes
understands in its own way, and a `pattern` that only RE2 understands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from meshwarden.manifests import fields
from meshwarden.manifests.schemas import JudgingSchema, refuse

_RE2_ONLY: Final = re.compile(r"\[:|\(\?|\\[ACQpPz]")  # https://github.com/google/re2/wiki/Syntax
_DRAFT: Final = {"$schema": "http://json-schema.org/draft-04/schema#"}
_KEEPS: Final = "x-kubernetes-preserve-unknown-fields"
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_TEXTS: Final = {"type": "object", "additionalProperties": _TEXT}

# Metadata is the same for all kinds, and a definition may only narrow the name:
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
_METADATA: Final = {
    **dict.fromkeys(("name", "generateName", "namespace", "resourceVersion", "selfLink", "uid"), _TEXT),
    **dict.fromkeys(("creationTimestamp", "deletionTimestamp"), _TEXT),
    **dict.fromkeys(("generation", "deletionGracePeriodSeconds"), _NUMBER),
    **dict.fromkeys(("labels", "annotations"), _TEXTS),
    "finalizers": {"type": "array", "items": _TEXT},
    "ownerReferences": {"type": "array", "items": {"type": "object"}},
    "managedFields": {"type": "array"},
}
_IDENTITY: Final = {"apiVersion": _TEXT, "kind": _TEXT}


@dataclass(frozen=True)
class ObjectSchema:
    """The schema of one version of a kind of objects; its other versions tell nothing of this one."""

    schema: Mapping[str, Any]

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        """Raises ValueError if the schema is none."""
        return _compiled(self.schema)

    @property
    def newer(self) -> tuple[tuple[str, JudgingSchema], ...]:
        return ()

    @property
    def older(self) -> tuple[tuple[str, JudgingSchema], ...]:
        return ()


def _compiled(schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        dict(schema),
        validate_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),  # like RE2, which Kubernetes uses
        retriever=refuse,
    )


def json_schema(version: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON Schema of a version of a CustomResourceDefinition, which is one of draft 4."""
    given = fields.mapping(version, "schema", "openAPIV3Schema")
    root: dict[str, Any] = _converted(
        {"type": "object", **given} if given else {"type": "object", _KEEPS: True}
    )
    name = fields.mapping(given, "properties", "metadata", "properties", "name")
    own = {**_IDENTITY, "metadata": _metadata({**_TEXT, **name})}
    return {**root, **_DRAFT, "properties": {**root.get("properties", {}), **own}}


def _metadata(name: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {**_METADATA, "name": name}, "additionalProperties": False}


def _converted(schema: Any) -> Any:
    """A structural schema as JSON Schema: what combines others (`anyOf` and the like) only narrows it."""
    if not isinstance(schema, Mapping):
        return schema
    found = {key: value for key, value in schema.items() if key != "pattern" or _is_pattern(value)}
    for key in ("items", "additionalProperties"):
        if key in found:
            found[key] = _converted(found[key])
    if isinstance(found.get("properties"), Mapping):
        found["properties"] = {name: _converted(below) for name, below in found["properties"].items()}
    if found.get("x-kubernetes-int-or-string"):
        found = {key: value for key, value in found.items() if key not in {"anyOf", "allOf"}}
        found["type"] = ["integer", "string"]
    elif found.get("type") == "object":
        found = _closed(found)
    return _nullable(found) if found.get("nullable") else found


def _is_pattern(pattern: Any) -> bool:
    """Whether a pattern of RE2 is one of JSON Schema, too: POSIX' classes and flags are not."""
    if not isinstance(pattern, str) or not _RE2_ONLY.search(pattern):
        return True
    try:
        _compiled({**_DRAFT, "pattern": pattern})
    except ValueError:
        return False
    return True


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of objects that refuses fields which it does not name, unless it says that it keeps them."""
    if schema.get("x-kubernetes-embedded-resource"):
        properties = {**schema.get("properties", {}), **_IDENTITY, "metadata": _metadata(_TEXT)}
        schema = {**schema, "properties": properties}
    if schema.get(_KEEPS) or "additionalProperties" in schema:
        return schema
    # Without `properties` the validator would not say which fields it refuses.
    return {"properties": {}, **schema, "additionalProperties": False}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    types = schema.get("type")
    wider = {"type": [*(types if isinstance(types, list) else [types]), "null"]} if types else {}
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **wider, **values}


def without_nulls(value: Any, schema: Any) -> Any:
    """An object without the fields that are null and may not be: the API server takes them for not there."""
    if isinstance(value, list):
        return [without_nulls(item, fields.at(schema, "items")) for item in value]
    if not isinstance(value, dict):
        return value
    known = fields.mapping(schema, "properties")
    others = fields.at(schema, "additionalProperties")
    kept = ((key, below, known.get(key, others)) for key, below in value.items())
    return {
        key: without_nulls(below, its)
        for key, below, its in kept
        if below is not None or not isinstance(its, Mapping) or its.get("nullable") or not its
    }


def without_any_null(value: Any) -> Any:
    """An object of a kind of Kubernetes' own without the fields that are null: it reads them as not there."""
    if isinstance(value, list):
        return [without_any_null(item) for item in value]
    if isinstance(value, dict):
        return {key: without_any_null(below) for key, below in value.items() if below is not None}
    return value
