"""The policies that travel with meshwarden: OPA's own checks, and documents that try to get past them."""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.policy.conftest import CHECKOUT, document, judged, reference_files
from tests.policy.mutations import VALUES, mutations, places, replaced, without

from meshwarden.findings import Fault
from meshwarden.manifests.kinds import KINDS
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.mesh.records import Mesh
from meshwarden.policy.batch import PolicyDocument
from meshwarden.policy.mesh_data import mesh_data, policy_documents
from meshwarden.policy.modules import own_modules, policies

POLICIES = policies(own_modules())
TYPES: tuple[Any, ...] = (None, "x", [None], {})
MESH = {"classifications": ["public", "internal"], "products": {"trips/taxi": {"status": "active"}}}
FILE = {"domain": "trips", "product": "taxi"}


def opa_says(opa: Path, *arguments: str) -> str:
    done = subprocess.run([opa, *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_they_compile_strictly(opa: Path) -> None:
    opa_says(opa, "check", "--strict", "policies")


def test_their_own_tests_pass(opa: Path) -> None:
    said = opa_says(opa, "test", "-v", "policies")
    passed = re.search(r"^PASS: (\d+)/\1$", said, re.MULTILINE)
    assert passed, said
    assert int(passed[1]) > 50


def test_they_are_formatted(opa: Path) -> None:
    assert opa_says(opa, "fmt", "--list", "--fail", "policies") == ""


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.id)
def test_each_says_what_it_is(policy: Any) -> None:
    assert policy.title
    assert policy.description.strip()
    assert policy.hint
    assert policy.kinds
    assert policy.kinds <= set(KINDS)
    category, _, name = policy.id.partition("/")
    assert policy.module.path == f"policies/{category}/{name.replace('-', '_')}.rego"
    assert policy.package == ("meshwarden", category, name.replace("-", "_"))
    assert (CHECKOUT / policy.module.path).with_name(f"{name.replace('-', '_')}_test.rego").exists()


def test_the_reference_mesh_passes(reference_mesh: Mesh) -> None:
    judgement = judged(own_modules(), policy_documents(reference_mesh), mesh_data(reference_mesh))
    assert judgement.faults == []
    assert judgement.failures == []
    assert set(judgement.judged) == {policy.id for policy in POLICIES}


def all_kinds() -> dict[str, Any]:
    """A document of each kind that a policy judges."""
    found = {
        "PlatformProduct": {
            "kind": "PlatformProduct",
            "metadata": {"name": "kit"},
            "spec": {"owner": "platform"},
        },
        "WaiverList": {"kind": "WaiverList", "metadata": {"name": "waivers"}, "spec": {"waivers": []}},
    }
    for content in reference_files().values():
        data = yaml.safe_load(content)
        found[data["kind"]] = data
    return found


def hostile(seed: int) -> Iterator[PolicyDocument]:
    chance = random.Random(seed)
    for kind, data in all_kinds().items():
        for number in range(60):
            changed = mutations(data, chance, count=chance.randint(1, 5))
            yield document(changed, f"{kind}-{number}", kind)


@pytest.mark.parametrize(
    "mesh", [None, 5, [], {}, {"classifications": None}, {"classifications": [None, 1]}, MESH]
)
@pytest.mark.parametrize("seed", range(3))
def test_no_document_makes_them_fail(seed: int, mesh: Any) -> None:
    documents = list(hostile(seed))
    judgement = judged(own_modules(), documents, mesh)
    assert judgement.failures == []
    expected = {p.id: sum(found.kind in p.kinds for found in documents) for p in POLICIES}
    assert dict(judgement.judged) == {rule: count for rule, count in expected.items() if count}


def test_no_document_of_one_value_makes_them_fail() -> None:
    documents = [document(value, f"{kind}-{n}", kind) for kind in KINDS for n, value in enumerate(VALUES)]
    assert judged(own_modules(), documents, MESH).failures == []


def test_no_place_of_a_document_makes_them_fail() -> None:
    documents = [
        document(replaced(data, place, value), f"{kind}{place}{n}", kind)
        for kind, data in all_kinds().items()
        for place in [found for found in places(_shortened(data)) if found]
        for n, value in enumerate(TYPES)
    ]
    judgement = judged(own_modules(), documents, MESH)
    assert judgement.failures == []


def _shortened(data: Any) -> Any:
    """The document with lists of two entries: what holds for those holds for more."""
    if isinstance(data, dict):
        return {key: _shortened(value) for key, value in data.items()}
    return [_shortened(value) for value in data[:2]] if isinstance(data, list) else data


OF_SPEC = ("spec", "owner")
OF_TEAM = ("team", "name")
CHANNEL = ("support", 0, "channel")
COLUMN = ("schema", 0, "properties", 0)
NO_TEXT: tuple[Any, ...] = (None, "", " ", 5, True, [], ["x"], {}, {"name": "x"})
PRODUCT = {"kind": "DataProduct", "name": "p", "team": {"name": "t"}, "support": [{"channel": "#c"}]}
CONTRACT = {
    "kind": "DataContract",
    "version": "1.0.0",
    "slaProperties": [{"property": name} for name in ("latency", "retention", "frequency", "endOfSupport")],
    "schema": [
        {
            "name": "t",
            "physicalType": "table",
            "properties": [{"name": "id", "primaryKey": True, "classification": "public"}],
        }
    ],
}


def spec_of(kind: str) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "x"}, "spec": {"owner": "t"}}


# Which field each policy wants, and the values that are none. Those of another type that are not written here
# are left to the schema: see LEFT_TO_THE_SCHEMA.
WANTED: list[tuple[str, dict[str, Any], tuple[str | int, ...], tuple[Any, ...]]] = [
    *(
        ("ownership/owner", spec_of(kind), OF_SPEC, NO_TEXT)
        for kind in ("Domain", "Plane", "Stage", "PlatformProduct")
    ),
    *(
        ("ownership/owner", spec_of(kind), ("spec",), NO_TEXT)
        for kind in ("Domain", "Plane", "Stage", "PlatformProduct")
    ),
    ("ownership/owner", PRODUCT, OF_TEAM, NO_TEXT),
    ("ownership/owner", PRODUCT, ("team",), (None, "t", 5, True, [], ["t"], {}, {"names": "t"})),
    ("ownership/owner", PRODUCT, CHANNEL, NO_TEXT),
    ("ownership/owner", PRODUCT, ("support", 0), (None, "#c", 5, True, [], {})),
    ("ownership/owner", PRODUCT, ("support",), NO_TEXT),
    ("naming/metadata-name", PRODUCT, ("name",), (None, "", " ", "X", "a_b", "x" * 64)),
    ("naming/metadata-name", spec_of("Domain"), ("metadata", "name"), ("", " ", "X", "a_b", "x" * 64)),
    ("classification/required", CONTRACT, (*COLUMN, "classification"), (*NO_TEXT, "secret", "Public")),
    ("contract/primary-key", CONTRACT, (*COLUMN, "primaryKey"), (False,)),
    ("contract/version", CONTRACT, ("version",), ("", " ", "latest", "1.2.3.4")),
    ("sla/required", CONTRACT, ("slaProperties",), (None, [], [None], [{}], [5], ["latency"])),
    *(
        ("sla/required", CONTRACT, ("slaProperties", index, "property"), (*NO_TEXT, "availability"))
        for index in range(4)
    ),
]
# Where a field is missing, the schema says so.
NOT_MISSED = [("naming/metadata-name", ("metadata", "name")), ("contract/version", ("version",))]
MISSING = [case for case in WANTED if (case[0], case[2]) not in NOT_MISSED]


@pytest.mark.parametrize("rule", sorted({policy.id for policy in POLICIES}))
def test_each_is_tried_with_its_field_missing(rule: str) -> None:
    assert rule in {case[0] for case in MISSING} | {"contract/version"}


def of_taxi(data: Any, path: str) -> PolicyDocument:
    """A document of the product `trips/taxi`."""
    found = document(data, path, data["kind"])
    return replace(found, file={**found.file, **FILE})


def found_by(rule: str, documents: list[PolicyDocument]) -> dict[str, list[Fault]]:
    judgement = judged(own_modules(), documents, MESH)
    assert judgement.failures == []
    found: dict[str, list[Fault]] = {found.path: [] for found in documents}
    for policy, fault in judgement.faults:
        if policy.id == rule:
            found[fault.place.path].append(fault)
    return found


@pytest.mark.parametrize(("rule", "whole", "place", "values"), WANTED, ids=lambda value: str(value)[:40])
def test_each_denies_what_is_missing_null_or_of_another_type(
    rule: str, whole: Any, place: tuple[str | int, ...], values: tuple[Any, ...]
) -> None:
    documents = [of_taxi(replaced(whole, place, value), repr(value)) for value in values]
    if (rule, whole, place, values) in MISSING:
        documents.append(of_taxi(without(whole, place), "missing"))
    documents.append(of_taxi(whole, "whole"))
    found = found_by(rule, documents)
    assert found.pop("whole") == []
    assert [path for path, faults in found.items() if not faults] == []


COLUMN_KEY = (*COLUMN, "primaryKey")
LEFT_TO_THE_SCHEMA: list[tuple[Any, tuple[str | int, ...], tuple[Any, ...]]] = [
    *(
        (spec_of(kind), ("metadata", "name"), (None, 5, True, [], {}))
        for kind in ("Mesh", "Domain", "Stage", "Plane", "PlatformProduct", "WaiverList")
    ),
    (PRODUCT, ("name",), (5, True, [], {})),
    (CONTRACT, COLUMN_KEY, (None, "true", 1, [], {})),
    (CONTRACT, ("version",), (None, 1, 1.5, True, [], {})),
    (CONTRACT, ("slaProperties",), ("x", 5, True, {})),
    (CONTRACT, ("schema",), ("x", 5, {}, [None], ["x"])),
    (CONTRACT, ("schema", 0, "properties"), ("x", 5, {}, [None])),
    (CONTRACT, ("schema", 0, "physicalType"), (5, True, [], {})),
]


@pytest.mark.parametrize(("whole", "place", "values"), LEFT_TO_THE_SCHEMA, ids=lambda value: str(value)[:40])
def test_what_a_policy_leaves_to_the_schema_the_schema_refuses(
    whole: Any, place: tuple[str | int, ...], values: tuple[Any, ...]
) -> None:
    """Else it would be let pass by both."""
    validator = SchemaStore().of(whole["kind"]).validator
    documents = [replaced(whole, place, value) for value in values]
    for changed in documents:
        at = [tuple(error.instance_path) for error in validator.iter_errors(changed)]
        assert [found for found in at if found and found[: len(place)] == place[: len(found)]], changed
    if (place[-1] == "name" and whole is not PRODUCT) or place == ("version",):
        errors = list(validator.iter_errors(without(whole, place)))
        assert [error for error in errors if tuple(error.instance_path) == place[:-1]]


def test_without_classes_only_what_is_missing_is_told() -> None:
    unknown, missing = (
        document(replaced(CONTRACT, (*COLUMN, "classification"), value), repr(value), "DataContract")
        for value in ("anything", None)
    )
    for mesh in ({"classifications": None}, {}, None):
        faults = [fault for _, fault in judged(own_modules(), [unknown, missing], mesh).faults]
        assert [fault.place.path for fault in faults] == ["None"]


def test_a_mesh_yaml_that_tells_nothing_brings_no_flood() -> None:
    documents = [document(data, kind, kind) for kind, data in all_kinds().items()]
    bare: dict[str, Any] = {
        "name": "mesh",
        "environments": [],
        "classifications": None,
        "teams": {},
        "domains": {},
    }
    judgement = judged(own_modules(), documents, {**bare, "products": {}, "contracts": {}, "stages": {}})
    assert judgement.faults == []
