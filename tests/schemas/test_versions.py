"""Each release of each kind: what its schema knows, and that an unknown field is found wherever it stands."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.manifests.documents import STORE, data_of, errors
from tests.schemas.documents import EXAMPLES, ROOT, Pointer, at, example, nodes, replaced

from meshwarden.manifests import subschemas
from meshwarden.manifests.differences import older
from meshwarden.manifests.kinds import KINDS

COMPLETE: dict[str, dict[str, Any]] = {
    **{path.stem: data_of(path) for path in sorted((ROOT / "tests/schemas/versions").glob("*.yaml"))},
    **{name: example(name) for name in EXAMPLES if name.endswith("-complete")},
}
DIFFERENCES = sorted((ROOT / "schemas/older").glob("*.json"))

# Where a mapping takes any field: by the standard, or since its keys are names. `*` is an index or a name.
_CUSTOM = "/**/customProperties/*/value"
_OWN = {
    "data-product-deployment-complete": {
        "/spec/environments/*/ports",
        "/spec/environments/*/servers",
        "/spec/environments/*/runtime/nifi/parameters",
        "/spec/runtime/nifi/parameters",
        "/spec/servers",
        "/spec/servers/*/objects",
        "/spec/servers/*/variables",
    },
    "mesh-complete": {
        "/spec/environments/*/aws/tags",
        "/spec/layout/planes",
        "/spec/layout/types",
    },
    "domain-complete": {"/spec/environments/*/aws/tags"},
    "stage-complete": {
        "/spec/components/*/terraform/variables",
        "/spec/environments/*/components/*/terraform/variables",
    },
}
_ODCS = {_CUSTOM, "/description", "/schema/*/quality/*/implementation"}
OPEN: dict[str, set[str]] = {
    "data-product-0.9": {_CUSTOM},
    "data-product-1.0": {_CUSTOM},
    "data-product-complete": {_CUSTOM},
    "data-contract-3.2": {*_ODCS, "/schema/*/quality/*/arguments"},
    "data-contract-3.1": {*_ODCS, "/schema/*/quality/*/arguments"},
    # 3.0 closes the document, tables, columns and their options, and nothing else.
    "data-contract-3.0": {
        *_ODCS,
        "/**/authoritativeDefinitions/*",
        "/**/customProperties/*",
        "/**/quality/*",
        "/price",
        "/roles/*",
        "/servers/*",
        "/servers/*/roles/*",
        "/slaProperties/*",
        "/support/*",
        "/team/*",
    },
    **_OWN,
}


def fits(pattern: str, pointer: Pointer) -> bool:
    """Whether a pointer is one that a pattern means: `*` is one step, a leading `**` any number."""
    steps = pattern.split("/")[1:]
    if steps[0] == "**":
        steps, pointer = steps[1:], pointer[-len(steps) + 1 :]
    return len(steps) == len(pointer) and all(
        step in ("*", str(key)) for step, key in zip(steps, pointer, strict=True)
    )


def mappings(data: Any) -> Iterator[Pointer]:
    return (pointer for pointer, value in nodes(data) if isinstance(value, dict))


@pytest.mark.parametrize("name", COMPLETE)
def test_a_complete_document_is_valid(name: str) -> None:
    assert errors(COMPLETE[name]["kind"], COMPLETE[name]) == []


def test_there_is_a_complete_document_of_every_release() -> None:
    shown = {(data["kind"], KINDS[data["kind"]].release(data["apiVersion"])) for data in COMPLETE.values()}
    assert shown == {(kind.name, release) for kind in KINDS.values() for release in kind.releases}


@pytest.mark.parametrize("name", COMPLETE)
def test_an_unknown_field_is_found_once_wherever_it_stands(name: str) -> None:
    data = COMPLETE[name]
    used = set()
    for pointer in mappings(data):
        place = (*pointer, "unheardOf")
        exempt = {pattern for pattern in OPEN.get(name, ()) if fits(pattern, pointer)}
        found = errors(data["kind"], replaced(data, place, "x"))
        if exempt:
            used |= exempt
            assert all(fault.place.pointer and fault.place.pointer[: len(place)] == place for fault in found)
        else:
            assert [(fault.place.pointer, fault.place.on_key) for fault in found] == [(place, True)]
    assert used == set(OPEN.get(name, ()))


def fields_known(schema: Any, root: Any, seen: set[int]) -> Iterator[tuple[int, str]]:
    """The fields that a schema knows anywhere, each by the identity of the subschema that knows it."""
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    if "$ref" in schema:
        yield from fields_known(at(root, tuple(schema["$ref"].split("/")[1:])), root, seen)
    for name, below in schema.get("properties", {}).items():
        yield id(schema), name
        yield from fields_known(below, root, seen)
    for keyword in ("items", "additionalProperties", "then"):
        yield from fields_known(schema.get(keyword), root, seen)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword, ()):
            yield from fields_known(branch, root, seen)


STANDARDS = [name for name, data in COMPLETE.items() if data["kind"] in ("DataContract", "DataProduct")]


@pytest.mark.parametrize("name", STANDARDS)
def test_a_complete_document_of_a_standard_shows_every_field(name: str) -> None:
    data = COMPLETE[name]
    schema = STORE.of(data["kind"], data["apiVersion"]).schema
    shown = {
        (id(part), field)
        for pointer in mappings(data)
        for part in subschemas.parts_at(schema, pointer, data)
        for field in at(data, pointer)
    }
    assert {
        field for part, field in fields_known(schema, schema, set()) if (part, field) not in shown
    } == set()


@pytest.mark.parametrize("path", DIFFERENCES, ids=lambda path: path.stem)
def test_each_difference_makes_one(path: Any) -> None:
    kind = "DataContract" if "contract" in path.stem else "DataProduct"
    release = next(found for found in KINDS[kind].releases if found.differences == path.stem)
    schema: Any = dict(STORE.of(kind, release.api_versions[-1]).newer[0][1].schema)
    for change in json.loads(path.read_text("utf-8"))["changes"]:
        assert set(change) - {"at"} <= {"with", "without", "is"}
        for pointer in change["at"]:
            before = schema
            schema = older(schema, [{**change, "at": [pointer]}])
            assert schema != before, (change, pointer)
            for name in change.get("without", ()):
                assert name in json.dumps(before), name


def test_every_file_of_differences_is_of_a_release() -> None:
    named = {release.differences for kind in KINDS.values() for release in kind.releases}
    assert {path.stem for path in DIFFERENCES} == named - {None}


def test_a_difference_that_has_no_place_is_refused() -> None:
    schema = {"properties": {"type": {"enum": ["a"]}}, "$defs": {}, "allOf": []}
    for pointer in ("/required", "/properties/kind", "/allOf/type=b/then"):
        with pytest.raises(LookupError):
            older(schema, [{"at": [pointer], "with": ["status"]}])


def test_conditions_on_values_that_went_go_too() -> None:
    part: dict[str, Any] = {
        "properties": {"type": {"enum": ["a", "b"]}},
        "allOf": [{"if": {"properties": {"type": {"const": value}}}} for value in ("a", "b")],
    }
    changed = older(
        {"$defs": {"Server": part}}, [{"at": ["/$defs/Server/properties/type/enum"], "without": ["b"]}]
    )
    assert changed["$defs"]["Server"]["allOf"] == part["allOf"][:1]


@pytest.mark.parametrize("api_version", [None, 3, "v9.9.9", ["v3.0.2"], "v3.2.0"])
def test_an_apiversion_that_means_none_is_judged_by_the_newest(api_version: object) -> None:
    assert STORE.of("DataContract", api_version) is STORE.of("DataContract")
    assert STORE.of("DataContract") is not STORE.of("DataContract", "v3.1.0")


@pytest.mark.parametrize("api_version", KINDS["DataContract"].api_versions)
def test_each_patch_release_is_judged_by_its_minor_release(api_version: str) -> None:
    contract = {"apiVersion": api_version, "kind": "DataContract", "id": "x", "version": "1.0.0"}
    newest = api_version.startswith("v3.2.")
    assert (errors("DataContract", contract) == []) is newest  # the others want a status
    listed = {**contract, "status": "active", "team": [{"username": "ada"}]}
    assert errors("DataContract", listed) == []
    named = {**listed, "team": {"name": "trips"}}
    assert (errors("DataContract", named) == []) is not api_version.startswith("v3.0.")
