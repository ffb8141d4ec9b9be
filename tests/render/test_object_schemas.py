"""What a CustomResourceDefinition lets through, as the API server does on a server-side apply."""

from __future__ import annotations

from typing import Any

import pytest

from meshwarden.manifests.violations import causes_of
from meshwarden.render.object_schemas import ObjectSchema, json_schema, without_any_null, without_nulls


def version(spec: dict[str, Any], **root: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"spec": spec, **root}}
    return {"name": "v1", "schema": {"openAPIV3Schema": schema}}


def refused(spec: dict[str, Any], value: Any, **others: Any) -> list[str]:
    """What is refused of an object with the value as its spec, which has the schema `spec`."""
    schema = ObjectSchema(json_schema(version(spec)))
    entry = {
        "apiVersion": "example.org/v1",
        "kind": "Budget",
        "metadata": {"name": "a"},
        "spec": value,
        **others,
    }
    return [cause.message for cause in causes_of(without_nulls(entry, schema.schema), schema)]


TEXT = {"type": "string"}
OPEN = {"x-kubernetes-preserve-unknown-fields": True}


@pytest.mark.parametrize(
    ("spec", "value", "messages"),
    [
        ({"type": "object", "properties": {"a": TEXT}}, {"a": "x"}, []),
        ({"type": "object", "properties": {"a": TEXT}}, {"b": "x"}, ["`b` is no field of `spec`"]),
        ({"type": "object"}, {"b": "x"}, ["`b` is no field of `spec`"]),
        ({"type": "object", "additionalProperties": TEXT}, {"b": "x"}, []),
        ({"type": "object", "additionalProperties": TEXT}, {"b": 1}, ["`b` is a number; wanted a string"]),
        ({"type": "object", **OPEN, "properties": {"a": TEXT}}, {"b": 1}, []),
        (
            {"type": "object", **OPEN, "properties": {"a": TEXT}},
            {"a": 1},
            ["`a` is a number; wanted a string"],
        ),
        ({"type": "array", "items": {"type": "object"}}, [{"a": 1}], ["`a` is no field of item 1 of `spec`"]),
        ({"type": "object", "properties": {"a": TEXT}, "anyOf": [{"required": ["a"]}]}, {"a": "x"}, []),
    ],
)
def test_fields_that_are_not_named_are_refused_unless_they_are_kept(
    spec: dict[str, Any], value: Any, messages: list[str]
) -> None:
    assert refused(spec, value) == messages


@pytest.mark.parametrize(
    ("value", "messages"),
    [(80, []), ("80%", []), (True, ["`spec` is a boolean; wanted an integer or a string"])],
)
def test_an_integer_or_a_text(value: Any, messages: list[str]) -> None:
    spec = {"x-kubernetes-int-or-string": True, "anyOf": [{"type": "integer"}, {"type": "string"}]}
    assert refused(spec, value) == messages


def test_what_is_null_is_not_there_unless_it_may_be_null() -> None:
    properties = {
        "plain": TEXT,
        "must": TEXT,
        "empty": {"type": "string", "enum": ["x"], "nullable": True},
    }
    spec = {"type": "object", "required": ["must", "empty"], "properties": properties}
    assert refused(spec, {"plain": None, "must": "x", "empty": None}) == []
    assert refused(spec, {"must": None, "empty": None}) == ["`spec` lacks `must`"]
    assert without_any_null({"a": None, "b": [{"c": None}, None]}) == {"b": [{}, None]}


def test_metadata_is_the_same_for_all_kinds() -> None:
    metadata = {"name": "a", "label": {"x": "y"}, "annotations": {"z": 1}, "creationTimestamp": None}
    assert refused(TEXT, "x", metadata=metadata) == [
        "`z` is a number; wanted a string",
        "`label` is no field of `metadata`",
    ]


def test_a_definition_may_narrow_the_name() -> None:
    name = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}
    schema = ObjectSchema(json_schema(version(TEXT, metadata=name)))
    assert schema.validator.is_valid({"metadata": {"name": "abc", "labels": {"a": "b"}}})
    assert not schema.validator.is_valid({"metadata": {"name": "abcd"}})


def test_a_resource_within_another_has_what_every_resource_has() -> None:
    within = {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {"data": TEXT}}
    value = {"apiVersion": "v1", "kind": "X", "metadata": {"name": "x"}, "data": "y"}
    assert refused(within, value) == []
    assert refused(within, {**value, "more": 1}) == ["`more` is no field of `spec`"]


def test_a_version_without_a_schema_takes_everything() -> None:
    assert json_schema({"name": "v1"})["x-kubernetes-preserve-unknown-fields"] is True
    assert ObjectSchema(json_schema({"name": "v1"})).validator.is_valid({"spec": {"a": [1]}})


def test_patterns_that_only_re2_understands_are_left_out() -> None:
    assert refused({"type": "string", "pattern": "^[[:space:]]*$"}, "x") == []
    assert refused({"type": "string", "pattern": "^[a-w]*$"}, "x") == [
        "`spec` is `x`, which is not of the form `^[a-w]*$`"
    ]


def test_nothing_is_fetched_for_a_definition() -> None:
    schema = ObjectSchema(json_schema(version({"$ref": "https://example.org/schema.json"})))
    with pytest.raises(ValueError, match="nothing is fetched"):
        schema.validator  # noqa: B018
