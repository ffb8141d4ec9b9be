"""How each schema is written, whatever it says."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.schemas.documents import FREE_MAPS, SCHEMAS, Pointer, nodes

SCHEMA_MAPS = ("properties", "$defs")

pytestmark = pytest.mark.parametrize("name", SCHEMAS)


def subschemas(schema: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Every subschema that is an object, with its pointer; not the branches that only choose."""
    if not isinstance(schema, dict):
        return
    yield pointer, schema
    for keyword in SCHEMA_MAPS:
        for key, child in schema.get(keyword, {}).items():
            yield from subschemas(child, (*pointer, keyword, key))
    for keyword in ("items", "additionalProperties"):
        yield from subschemas(schema.get(keyword), (*pointer, keyword))


def test_is_valid_under_the_metaschema(name: str) -> None:
    assert SCHEMAS[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_has_an_id_and_a_title(name: str) -> None:
    assert SCHEMAS[name]["$id"] == f"https://meshwarden.dev/schemas/v1alpha1/{name}.schema.json"
    assert SCHEMAS[name]["title"]
    assert SCHEMAS[name]["description"]


def test_stands_alone(name: str) -> None:
    references = [value for pointer, value in nodes(SCHEMAS[name]) if pointer and pointer[-1] == "$ref"]
    assert all(isinstance(value, str) and value.startswith("#/$defs/") for value in references)
    used = {str(value).removeprefix("#/$defs/") for value in references}
    assert used == SCHEMAS[name].get("$defs", {}).keys()


def test_uses_no_keyword_that_these_tests_do_not_walk(name: str) -> None:
    known = {
        *("$schema", "$id", "$ref", "$defs", "title", "description", "examples", "default"),
        *("type", "const", "enum", "pattern", "format", "minimum", "minItems", "uniqueItems", "items"),
        *("required", "properties", "additionalProperties", "propertyNames", "if", "then"),
    }
    assert {keyword for _, schema in subschemas(SCHEMAS[name]) for keyword in schema} <= known


def test_closes_every_object_that_is_no_free_map(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        if "properties" in schema:
            assert schema["additionalProperties"] is False, pointer
        elif schema.get("type") == "object":
            assert pointer[-1] in FREE_MAPS, pointer


def test_describes_every_property(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        for key, value in schema.get("properties", {}).items():
            target = SCHEMAS[name]["$defs"][value["$ref"].rsplit("/", 1)[1]] if "$ref" in value else {}
            description = {**target, **value}.get("description", "")
            assert re.fullmatch(r"\S.*\S", description), (pointer, key)
            assert description.endswith("."), (pointer, key)


def test_types_every_value(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        if pointer[-1:] != ("value",):
            assert schema.keys() & {"type", "const", "enum", "$ref"}, pointer


def test_requires_only_what_it_has(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        assert set(schema.get("required", [])) <= schema.get("properties", {}).keys(), pointer


def test_choices_are_between_fields_of_an_object(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        if "then" not in schema:
            continue
        # Without the condition, a value that is no object would be a wrong choice as well as a wrong type.
        assert schema["if"] == {"type": "object"}, pointer
        assert schema["then"].keys() == {"oneOf"}, pointer
        *branches, last = schema["then"]["oneOf"]
        fields = [field for branch in branches for field in branch["required"]]
        assert all(branch.keys() == {"required"} for branch in branches), pointer
        assert set(fields) <= schema["properties"].keys(), pointer
        assert last.keys() == {"required"} or last == {"properties": dict.fromkeys(fields, False)}, pointer


def test_examples_and_defaults_are_valid(name: str) -> None:
    for pointer, schema in subschemas(SCHEMAS[name]):
        judged = Draft202012Validator({**schema, "$defs": SCHEMAS[name].get("$defs", {})})
        for value in [*schema.get("examples", []), *([schema["default"]] if "default" in schema else [])]:
            assert judged.is_valid(value), (pointer, value)


def test_patterns_need_no_backtracking(name: str) -> None:
    for _, schema in subschemas(SCHEMAS[name]):
        for pattern in (schema.get("pattern"), schema.get("propertyNames", {}).get("pattern")):
            if pattern is not None:
                re.compile(pattern)
                assert not re.search(r"\(\?|\\[1-9]|\\[pPAzZ]|[*+}]\+", pattern), pattern
