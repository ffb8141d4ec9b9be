"""The compact CustomResourceDefinitions of components: the API server takes them, and they real objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
from tests.platform.components import Definition, Object, definitions, samples
from tests.platform.structural import OPEN, problems, refusing

each_definition = pytest.mark.parametrize("definition", definitions(), ids=lambda one: one.name)
each_sample = pytest.mark.parametrize(
    "sample", samples(), ids=lambda one: f"{one['apiVersion']}/{one['kind']}"
)


def nodes(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema, and all within it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), schema.get("items"), schema.get("additionalProperties")]
    for one in inner:
        if isinstance(one, dict):
            yield from nodes(one)


@each_definition
def test_it_is_structural(definition: Definition) -> None:
    schema = definition.schema
    jsonschema.Draft4Validator.check_schema(schema)
    assert list(problems(schema)) == []
    assert schema["type"] == "object"


@each_definition
def test_its_defaults_are_valid(definition: Definition) -> None:
    for schema in nodes(definition.schema):
        if "default" in schema:
            jsonschema.validate(schema["default"], schema, jsonschema.Draft4Validator)


@each_definition
def test_it_is_named_for_its_plural(definition: Definition) -> None:
    spec = definition.crd["spec"]
    names = spec["names"]
    assert definition.name == f"{names['plural']}.{spec['group']}"
    assert (names["singular"], names["listKind"]) == (names["kind"].lower(), names["kind"] + "List")
    assert definition.path.name == f"{names['plural']}.yaml"


@each_sample
def test_a_real_object_is_taken_whole(sample: Object) -> None:
    (definition,) = (one for one in definitions() if one.kind == (sample["apiVersion"], sample["kind"]))
    schema = refusing(definition.schema)
    schema["properties"]["metadata"] = {"type": "object"}
    jsonschema.validate(sample, schema, jsonschema.Draft4Validator)


@each_sample
def test_a_wrong_type_is_refused(sample: Object) -> None:
    (definition,) = (one for one in definitions() if one.kind == (sample["apiVersion"], sample["kind"]))
    for name in sample["spec"]:
        wrong = {**sample, "spec": {**sample["spec"], name: _Wrong()}}
        typed = "type" in definition.schema["properties"]["spec"].get("properties", {}).get(name, {})
        valid = jsonschema.Draft4Validator(definition.schema).is_valid(wrong)
        assert valid is not typed, name


class _Wrong:
    """A value of no type that a schema knows."""


def test_each_kind_in_use_has_a_sample(components: Mapping[Any, tuple[Object, ...]]) -> None:
    built = {(entry["apiVersion"], entry["kind"]) for objects in components.values() for entry in objects}
    sampled = {(sample["apiVersion"], sample["kind"]) for sample in samples()}
    in_use = {one.kind for one in definitions() if one.used}
    assert in_use - sampled - built == set()


def test_what_is_not_structural_is_found() -> None:
    def found(**schema: Any) -> list[str]:
        return list(problems(schema))

    assert found(type="object", properties={"a": {}}) == [".a: no type, and not open"]
    assert found(type="object", properties={"a": {OPEN: True}}) == []
    assert found(properties={}) == [": no type, and not open"]
    assert found(type="array") == [": an array has `items`, and nothing else has"]
    assert found(type="object", additionalProperties=False) != []
    assert found(type="object", additionalProperties={"type": "string"}) == []
    assert found(type="object", required=["b"]) == [": requires `b`, which it does not name"]
    assert found(type="string", **{"$ref": "#/a"}) == [": `$ref` is forbidden"]
