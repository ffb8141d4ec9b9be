"""Stages that Argo CD applies, and the namespaces of all products."""

from __future__ import annotations

import json

from tests.render.conftest import Build
from tests.render.meshes import OPERATORS, city, document, reasons, rendered, replaced

STAGE = "rendered/platform/infrastructure-utility/02_operators"


def test_a_stage_is_its_components_folders() -> None:
    found = rendered()
    assert document(found, f"{STAGE}/base/kustomization.yaml") == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "labels": [
            {
                "pairs": {
                    "meshwarden.dev/owner": "platform",
                    "meshwarden.dev/plane": "infrastructure-utility",
                    "meshwarden.dev/stage": "operators",
                }
            }
        ],
        "resources": [f"../../../../../{OPERATORS}/strimzi"],
    }
    assert document(found, f"{STAGE}/overlays/prod/kustomization.yaml")["resources"] == [
        "../../base",
        f"../../../../../../{OPERATORS}/quotas-prod",
    ]


def test_its_inputs_are_all_folders_that_it_reaches() -> None:
    found = rendered()
    unit = next(unit for unit in found.units if unit.folder == STAGE)
    assert unit.inputs == tuple(
        f"{OPERATORS}/{name}" for name in ("quotas", "quotas-prod", "shared", "strimzi")
    )
    said = json.loads(found.files[f"{STAGE}/overlays/dev/app.json"])
    assert said["generatePaths"].split(";") == [
        f"/{STAGE}/base",
        f"/{STAGE}/overlays/dev",
        *(f"/{OPERATORS}/{name}" for name in ("quotas", "shared", "strimzi")),
    ]
    assert said["namespace"] == "kafka"


def test_a_stage_builds(build: Build) -> None:
    found = build(rendered(), city())
    kinds = {entry["kind"] for entry in found[f"{STAGE}/overlays/dev"]}
    assert kinds == {"Namespace", "ServiceAccount", "ClusterRole", "ConfigMap", "ResourceQuota"}
    assert {
        entry["metadata"]["labels"]["meshwarden.dev/environment"] for entry in found[f"{STAGE}/overlays/dev"]
    } == {"dev"}


def test_what_of_a_stage_is_not_rendered_is_told() -> None:
    found = reasons(rendered())
    cluster = "platform/infrastructure-utility/01_cluster/stage.yaml"
    assert found == {
        (cluster, "applied by a pipeline; what a pipeline applies is not rendered yet"),
        (f"{OPERATORS}/stage.yaml", "component `nifikop` is of kind `helm`, which has no target yet"),
    }


def test_a_component_without_a_kustomization_is_told() -> None:
    found = rendered({f"{OPERATORS}/quotas/kustomization.yaml": None})
    reason = f"component `quotas`: `{OPERATORS}/quotas` has no kustomization.yaml"
    assert (f"{OPERATORS}/stage.yaml", reason) in reasons(found)


def test_a_component_does_not_leave_its_stage() -> None:
    for path in ("../../../..", "../01_cluster", "/etc", "."):
        found = rendered(replaced(f"{OPERATORS}/stage.yaml", "{path: strimzi}", f"{{path: {path}}}"))
        reason = "component `strimzi`: it names no folder below the mesh's"
        assert (f"{OPERATORS}/stage.yaml", reason) in reasons(found)


def test_namespaces_are_kept_and_are_the_platforms() -> None:
    found = rendered()
    folder = "rendered/platform/namespaces/overlays/dev"
    assert document(found, f"{folder}/namespace-trips-rides.yaml") == {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "trips-rides",
            "labels": {
                "app.kubernetes.io/managed-by": "meshwarden",
                "meshwarden.dev/domain": "trips",
                "meshwarden.dev/owner": "trips",
                "meshwarden.dev/product": "rides",
            },
            "annotations": {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"},
        },
    }
    assert document(found, f"{folder}/kustomization.yaml")["resources"] == ["namespace-trips-rides.yaml"]
    assert json.loads(found.files[f"{folder}/app.json"])["name"] == "platform.namespaces.dev"
