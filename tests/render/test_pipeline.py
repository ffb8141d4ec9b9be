"""What a pipeline applies: variables and backends as JSON, and the order."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.render.conftest import Build
from tests.render.meshes import city, rendered, replaced
from tests.render.modules import FILES

from meshwarden.findings import Pointer
from meshwarden.render.compare import DifferenceKind, compare
from meshwarden.render.digests import read_sums
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

CLUSTER = "platform/infrastructure-utility/01_cluster"
STAGE = f"{CLUSTER}/stage.yaml"
DEV = "rendered/pipeline/dev"
NETWORK = {
    "platform/infrastructure-utility/00_network/stage.yaml": """\
apiVersion: meshwarden.dev/v1alpha1
kind: Stage
metadata: {name: network}
spec:
  owner: platform
  appliedBy: pipeline
  environments: [dev]
  components:
    - {name: vpc, terraform: {path: vpc, variables: {cidr_block: 10.20.0.0/16, zones: [a, b]}}}
    - {name: dns, terraform: {path: dns}}
""",
    "platform/infrastructure-utility/00_network/vpc/main.tf": """
variable "cidr_block" {}
variable "zones" {}
""",
    "platform/infrastructure-utility/00_network/dns/main.tf": "locals {}\n",
}
NETWORK_STAGES = ("platform/infrastructure-utility/00_network/stage.yaml", STAGE)


def read(rendering: Rendering, path: str) -> Any:
    return json.loads(rendering.files[path])


def order(rendering: Rendering, environment: str = "dev") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(rendering, f"rendered/pipeline/{environment}/order.json")
    return found


def test_a_component_becomes_variables_and_a_backend() -> None:
    found = rendered()
    assert read(found, f"{DEV}/01_cluster/cluster.tfvars.json") == {"name": "city-dev"}
    assert read(found, "rendered/pipeline/prod/01_cluster/cluster.tfvars.json") == {
        "name": "city-prod",
        "nodes": 5,
    }
    assert read(found, f"{DEV}/01_cluster/cluster.backend.json") == {
        "bucket": "city-state-dev",
        "encrypt": True,  # with a key of S3: that of the mesh is made by what is applied here
        "key": "dev/01_cluster/cluster.tfstate",
        "region": "eu-west-1",
        "use_lockfile": True,
    }


def test_values_keep_their_types() -> None:
    given = "{name: city-dev, nodes: 3, spot: null, on: true, share: 0.5, tags: {team: platform}, zones: [a]}"
    declared = "".join(
        f'variable "{name}" {{}}\n' for name in ("name", "nodes", "spot", "on", "share", "tags", "zones")
    )
    changes = {**replaced(STAGE, "{name: city-dev}", given), f"{CLUSTER}/terraform/main.tf": declared}
    assert read(rendered(changes), f"{DEV}/01_cluster/cluster.tfvars.json") == {
        "name": "city-dev",
        "nodes": 3,
        "spot": None,
        "on": True,
        "share": 0.5,
        "tags": {"team": "platform"},
        "zones": ["a"],
    }


def test_the_order_is_one_that_a_matrix_takes() -> None:
    assert order(rendered()) == [
        {
            "environment": "dev",
            "layer": "01",
            "stage": "cluster",
            "component": "cluster",
            "version": "1.12.1",
            "module": f"{CLUSTER}/terraform",
            "tfvars": f"{DEV}/01_cluster/cluster.tfvars.json",
            "backend": f"{DEV}/01_cluster/cluster.backend.json",
        }
    ]


def test_layers_come_in_order_and_components_as_they_are_listed() -> None:
    found = rendered(NETWORK)
    steps = [(step["layer"], step["stage"], step["component"]) for step in order(found)]
    assert steps == [("00", "network", "vpc"), ("00", "network", "dns"), ("01", "cluster", "cluster")]
    assert [step["stage"] for step in order(found, "prod")] == ["cluster"]
    assert len({step["tfvars"] for step in order(found)}) == len(steps)


def test_paths_count_from_the_root_of_the_repository() -> None:
    (step,) = order(
        rendered(replaced("mesh.yaml", "branch: main, path: .", "branch: main, path: meshes/city"))
    )
    assert step["module"] == f"meshes/city/{CLUSTER}/terraform"
    assert step["tfvars"] == f"meshes/city/{DEV}/01_cluster/cluster.tfvars.json"


def test_all_that_is_named_is_there() -> None:
    found, files = rendered(NETWORK), city(NETWORK)
    for step in order(found):
        assert {step["tfvars"], step["backend"]} <= found.files.keys()
        assert any(path.startswith(f"{step['module']}/") for path in files)


def test_a_folder_of_an_environment_is_a_unit_that_nobody_builds(build: Build) -> None:
    found = rendered(NETWORK)
    (unit,) = (unit for unit in found.units if unit.folder == DEV)
    assert unit.overlays == ()
    assert unit.sources == (*NETWORK_STAGES, "mesh.yaml")
    assert set(read_sums(found.files[f"{DEV}/SHA256SUMS"])) == {
        "order.json",
        *(f"00_network/{name}.{kind}.json" for name in ("vpc", "dns") for kind in ("backend", "tfvars")),
        *(f"01_cluster/cluster.{kind}.json" for kind in ("backend", "tfvars")),
    }
    assert not any(overlay.startswith(DEV) for overlay in build(found, city(NETWORK)))


def test_an_edited_file_is_found() -> None:
    found = rendered()
    path = f"{DEV}/01_cluster/cluster.tfvars.json"
    actual = {**found.files, path: found.files[path].replace(b"city-dev", b"city-prod")}
    (difference,) = compare(found, actual, "rendered")
    assert (difference.kind, difference.path) == (DifferenceKind.EDITED, path)


def test_what_is_applied_in_the_cluster_is_not_in_it() -> None:
    assert [step["stage"] for step in order(rendered(FILES))] == ["cluster"]


def test_where_mesh_yaml_tells_no_backend_the_pipeline_does() -> None:
    backend = "        backend: {type: s3, bucket: city-state-dev, region: eu-west-1, keyPrefix: dev/}\n"
    found = rendered(replaced("mesh.yaml", backend, ""))
    (step,) = order(found)
    assert step["backend"] is None
    assert not [one for one in found.not_rendered if one.path in {STAGE, "mesh.yaml"}]
    assert f"{DEV}/01_cluster/cluster.backend.json" not in found.files


@pytest.mark.parametrize(
    ("changes", "pointer", "reason"),
    [
        pytest.param(
            replaced(STAGE, "{name: city-dev}", "{name: city-dev, node: 4}"),
            ("spec", "components", 0, "terraform", "variables", "node"),
            f"component `cluster`: module `{CLUSTER}/terraform` has no variable `node`; it has `nodes`",
            id="a variable that the module does not declare",
        ),
        pytest.param(
            replaced(STAGE, "path: terraform", "path: modules"),
            ("spec", "components", 0, "terraform", "path"),
            f"component `cluster`: `{CLUSTER}/modules` has no *.tf files",
            id="a path without a module",
        ),
        pytest.param(
            replaced(
                STAGE,
                "    - {name: cluster, terraform: {path",
                "    - {name: x, helm: {chart: x.tgz}}\n    - {name: cluster, terraform: {path",
            ),
            ("spec", "components", 0, "helm"),
            "component `x`: a pipeline applies Terraform, and nothing else",
            id="a component that a pipeline does not apply",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line(changes: Mapping[str, str], pointer: Pointer, reason: str) -> None:
    told = [(one.path, one.pointer, one.reason) for one in rendered(changes).left_out(Why.COMPONENT)]
    assert (STAGE, pointer, reason) in told
