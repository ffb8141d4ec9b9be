"""Documents that each schema accepts, and what becomes of them when one thing in them is wrong."""

from typing import Any

import pytest
from tests.schemas.documents import (
    EXAMPLES,
    FREE_MAPS,
    SCHEMAS,
    Pointer,
    example,
    nodes,
    removed,
    replaced,
    schema_of,
)
from tests.schemas.verdicts import errors

WRONG: tuple[object, ...] = (None, True, -1, 1.5, "", [None], {}, {"": {}})


def closed_maps(document: dict[str, Any]) -> list[Pointer]:
    """The pointers of all mappings that are no free map."""
    return [
        pointer
        for pointer, value in nodes(document)
        if isinstance(value, dict) and (not pointer or pointer[-1] not in FREE_MAPS)
    ]


def resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to, or the schema itself."""
    return root["$defs"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def fields_shown(schema: Any, root: dict[str, Any], value: object) -> set[tuple[int, str]]:
    """The fields of `schema` that `value` has, each as the identity of its object's schema and its name."""
    if not isinstance(schema, dict):
        return set()
    schema = resolved(schema, root)
    shown: set[tuple[int, str]] = set()
    if isinstance(value, list):
        for item in value:
            shown |= fields_shown(schema.get("items"), root, item)
    elif isinstance(value, dict):
        fields = schema.get("properties", {})
        shown |= {(id(schema), key) for key in value if key in fields}
        for key, item in value.items():
            shown |= fields_shown(fields.get(key, schema.get("additionalProperties")), root, item)
    return shown


def fields_declared(root: dict[str, Any]) -> dict[tuple[int, str], Pointer]:
    """The fields that a schema declares, under the same identities, with their pointers in it."""
    return {
        (id(schema), key): (*pointer, key)
        for pointer, schema in nodes(root)
        if isinstance(schema, dict) and schema.get("additionalProperties") is False
        for key in schema.get("properties", {})
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_is_accepted(name: str) -> None:
    assert errors(schema_of(name), example(name)) == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_schema_has_a_complete_and_a_minimal_example(schema: str) -> None:
    assert {f"{schema}-complete", f"{schema}-minimal"} <= set(EXAMPLES)


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_examples_show_every_field(schema: str) -> None:
    shown: set[tuple[int, str]] = set()
    for name in EXAMPLES:
        if schema_of(name) == schema:
            shown |= fields_shown(SCHEMAS[schema], SCHEMAS[schema], example(name))
    declared = fields_declared(SCHEMAS[schema])
    assert [pointer for field, pointer in declared.items() if field not in shown] == []


@pytest.mark.parametrize("schema", SCHEMAS)
def test_nothing_can_be_left_out_of_the_minimal_example(schema: str) -> None:
    document = example(f"{schema}-minimal")
    for pointer, value in nodes(document):
        if pointer and value not in ({}, []) and isinstance(pointer[-1], str):
            assert errors(schema, removed(document, pointer)), pointer


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_unknown_field_is_one_error_at_every_depth(name: str) -> None:
    document = example(name)
    for pointer in closed_maps(document):
        changed = replaced(document, (*pointer, "unknownField"), "x")
        assert errors(schema_of(name), changed) == [pointer]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_of_the_wrong_type_is_judged_alike_by_both_validators(name: str) -> None:
    document = example(name)
    for pointer, value in nodes(document):
        for wrong in WRONG:
            places = errors(schema_of(name), replaced(document, pointer, wrong) if pointer else wrong)
            if wrong is None and not set(pointer) & {"value", "variables"}:
                assert places == [pointer], pointer
            if isinstance(wrong, dict) != isinstance(value, dict):
                assert all(place[: len(pointer)] == pointer for place in places), (pointer, wrong)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_missing_field_is_told_where_it_is_missed(name: str) -> None:
    document = example(name)
    for pointer, _ in nodes(document):
        if pointer:
            places = errors(schema_of(name), removed(document, pointer))
            assert places in ([], [pointer[:-1]]), pointer
