"""What policies are told of the mesh, held to the schema that describes it."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.policy.conftest import CHECKOUT, mesh_of, reference_files
from tests.policy.mutations import mutations

from meshwarden.mesh.records import Mesh
from meshwarden.policy.mesh_data import mesh_data, policy_documents

SCHEMA = json.loads((CHECKOUT / "validators/meshwarden/policy/data.schema.json").read_text("utf-8"))
FILE, MESH = (
    Draft202012Validator(
        {"$ref": f"#/properties/{part}", "$defs": SCHEMA["$defs"], "properties": SCHEMA["properties"]}
    )
    for part in ("file", "mesh")
)


def hold(mesh: Mesh) -> None:
    MESH.validate(mesh_data(mesh))
    for found in policy_documents(mesh):
        FILE.validate(found.file)


def subschemas(schema: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield at, schema
        for keyword in ("properties", "$defs"):
            for name, below in schema.get(keyword, {}).items():
                yield from subschemas(below, f"{at}/{keyword}/{name}")
        for keyword in ("additionalProperties", "items"):
            yield from subschemas(schema.get(keyword), f"{at}/{keyword}")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(("at", "schema"), list(subschemas(SCHEMA)))
def test_every_field_is_described_and_every_object_closed(at: str, schema: dict[str, Any]) -> None:
    assert schema.get("description"), at
    if schema.get("type") == "object":
        assert "additionalProperties" in schema
        if "properties" in schema:
            assert schema["additionalProperties"] is False
            assert list(schema["properties"]) == schema["required"]


def test_the_reference_mesh_is_told_as_the_schema_says(reference_mesh: Mesh) -> None:
    hold(reference_mesh)


def test_what_the_reference_mesh_is_told_as(reference_mesh: Mesh) -> None:
    index = mesh_data(reference_mesh)
    assert index["name"] == "city-mobility"
    assert index["environments"] == ["dev", "prod"]
    assert index["classifications"] == ["public", "internal", "confidential", "restricted"]
    assert index["teams"]["trips"] == {
        "email": "trips@city.example.org",
        "codeowners": "@city/trips",
        "clearance": "confidential",
    }
    assert index["domains"]["trips"] == {
        "type": "sourceAligned",
        "owner": "trips",
        "environments": ["dev", "prod"],
    }
    product = index["products"]["trips/taxi-trips"]
    assert (product["type"], product["owner"], product["status"]) == ("sourceAligned", "trips", "active")
    for contract in product["outputs"]:
        assert index["contracts"][contract]["product"] == "trips/taxi-trips"
        assert list(index["contracts"][contract]["versions"]) == ["1.0.0"]
    assert index["stages"]["operators"]["layer"] == "02"


def test_where_the_documents_of_the_reference_mesh_are(reference_mesh: Mesh) -> None:
    places = {found.path: found.file for found in policy_documents(reference_mesh)}
    contract = places["domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"]
    assert contract == {
        "path": "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml",
        "folder": "domains/source-aligned/trips/taxi-trips/contracts",
        "kind": "DataContract",
        "domain": "trips",
        "product": "taxi-trips",
        "plane": None,
        "stage": None,
        "environment": None,
    }
    assert places["domains/source-aligned/trips/domain.yaml"]["domain"] == "trips"
    assert places["domains/source-aligned/trips/domain.yaml"]["product"] is None
    stage = places["platform/infrastructure-utility/02_operators/stage.yaml"]
    assert (stage["plane"], stage["stage"], stage["domain"]) == ("infrastructure-utility", "operators", None)
    assert set(places["mesh.yaml"].values()) == {"mesh.yaml", "", "Mesh", None}


def test_domain_and_stage_are_called_by_their_manifests() -> None:
    files = reference_files()
    text = files["platform/infrastructure-utility/02_operators/stage.yaml"].decode()
    files["platform/infrastructure-utility/02_operators/stage.yaml"] = text.replace(
        "name: operators", "name: controllers", 1
    ).encode()
    text = files["domains/source-aligned/trips/domain.yaml"].decode()
    files["domains/source-aligned/trips/domain.yaml"] = text.replace("name: trips", "name: taxis", 1).encode()
    mesh = mesh_of(files)
    places = {found.path: found.file for found in policy_documents(mesh)}
    stage = places["platform/infrastructure-utility/02_operators/stage.yaml"]["stage"]
    assert stage in mesh_data(mesh)["stages"]
    product = places["domains/source-aligned/trips/taxi-trips/data-product.yaml"]
    assert f"{product['domain']}/{product['product']}" in mesh_data(mesh)["products"]
    assert product["domain"] in mesh_data(mesh)["domains"]


@pytest.mark.parametrize(
    "mesh_yaml",
    [
        b"",
        b"5",
        b"[]",
        b"kind: Mesh\nspec: 5",
        b"spec:\n  teams: 5\n  classifications: {}\n  environments: x\n",
    ],
)
def test_a_mesh_yaml_that_tells_nothing(mesh_yaml: bytes) -> None:
    mesh = mesh_of({**reference_files(), "mesh.yaml": mesh_yaml})
    hold(mesh)
    assert mesh_data(mesh)["classifications"] is None


@pytest.mark.parametrize("seed", range(60))
def test_whatever_the_documents_hold_it_is_told_as_the_schema_says(seed: int) -> None:
    files = reference_files()
    chance = random.Random(seed)
    for path in files:
        data = yaml.safe_load(files[path])
        files[path] = yaml.safe_dump(mutations(data, chance, count=chance.randint(0, 4))).encode()
    hold(mesh_of(files))


def test_broken_manifests_are_still_there(reference_mesh: Mesh) -> None:
    files = reference_files()
    broken = "domains/source-aligned/trips/taxi-trips/data-product.yaml"
    files[broken] = b"apiVersion: v1.0.0\nkind: DataProduct\nid: a: b\n"
    mesh = mesh_of(files)
    hold(mesh)
    assert mesh_data(mesh)["products"]["trips/taxi-trips"]["id"] is None
    assert broken not in {found.path for found in policy_documents(mesh)}


def test_a_contract_without_a_version_has_no_versions() -> None:
    path = "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"
    files = reference_files()
    files[path] = files[path].replace(b"\nversion: 1.0.0", b"", 1)
    (contract,) = [
        found for found in mesh_data(mesh_of(files))["contracts"].values() if not found["versions"]
    ]
    assert contract["product"] == "trips/taxi-trips"


def test_the_wheel_has_the_schema_and_the_policies(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("validators", "policies", "schemas"):
        shutil.copytree(CHECKOUT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", ".gitignore"):
        shutil.copy(CHECKOUT / name, source / name)
    (source / "README.md").write_text("# meshwarden\n")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=source,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "meshwarden/policy/data.schema.json" in names
    assert "meshwarden/policies/ownership/owner.rego" in names
