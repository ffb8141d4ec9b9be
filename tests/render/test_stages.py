"""Stages that Argo CD applies, and the namespaces of all products."""

from __future__ import annotations

import json

import pytest
import yaml
from tests.render.conftest import Build
from tests.render.meshes import OPERATORS, city, document, reasons, rendered, replaced

from meshwarden.render.targets.target import Why

STAGE = "rendered/platform/infrastructure-utility/02_operators"
OPTIONS = "argocd.argoproj.io/sync-options"
NOTE = """\
apiVersion: builtin
kind: AnnotationsTransformer
metadata: {name: one}
annotations: {note: a}
fieldSpecs: [{path: metadata/annotations, create: true}]
"""


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
        "patches": [
            {
                "patch": yaml.safe_dump(
                    {
                        "apiVersion": "v1",
                        "kind": "Namespace",
                        "metadata": {"name": "any", "annotations": {OPTIONS: "Prune=false,Delete=false"}},
                    },
                    sort_keys=False,
                ),
                "target": {"kind": "Namespace", "annotationSelector": f"!{OPTIONS}"},
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


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (None, "Prune=false,Delete=false"),
        ("ServerSideApply=true", "ServerSideApply=true,Prune=false,Delete=false"),
        ("Prune=confirm", "Prune=confirm"),
        ("Delete=false,Prune=false", "Delete=false,Prune=false"),
    ],
)
def test_what_holds_data_in_its_folders_is_kept(build: Build, options: str | None, kept: str) -> None:
    """A component that is taken away takes no topics with its definitions: unless somebody said it should."""
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "kafkas.example.org", "annotations": {OPTIONS: options} if options else {}},
        "spec": {
            "group": "example.org",
            "names": {"kind": "Kafka", "plural": "kafkas"},
            "scope": "Namespaced",
        },
    }
    operator = f"{OPERATORS}/strimzi/operator.yaml"
    changes = {operator: f"{city()[operator]}---\n{yaml.safe_dump(definition)}"}
    built = build(rendered(changes), city(changes))[f"{STAGE}/overlays/prod"]
    annotations = {entry["kind"]: entry["metadata"].get("annotations") for entry in built}
    assert annotations["CustomResourceDefinition"] == {OPTIONS: kept}
    assert annotations["Namespace"] == {OPTIONS: "Prune=false,Delete=false"}
    assert annotations["ServiceAccount"] is None


def test_what_a_kustomization_moves_is_let_in_where_it_goes(build: Build) -> None:
    """Kustomize moves all kinds that it does not know: their definitions may be anywhere."""
    cluster = {"apiVersion": "postgresql.cnpg.io/v1", "kind": "Cluster", "metadata": {"name": "x"}}
    kustomization = f"{OPERATORS}/strimzi/kustomization.yaml"
    changes = {
        **replaced(kustomization, "  - ../shared", "  - ../shared\n  - ../lineage"),
        f"{OPERATORS}/lineage/kustomization.yaml": "namespace: lineage\nresources: [cluster.yaml]\n",
        f"{OPERATORS}/lineage/cluster.yaml": yaml.safe_dump(cluster),
    }
    found = rendered(changes)
    (built,) = (
        entry for entry in build(found, city(changes))[f"{STAGE}/overlays/dev"] if entry["kind"] == "Cluster"
    )
    project = document(found, "rendered/argocd/projects/platform.yaml")["spec"]
    assert built["metadata"]["namespace"] == "lineage"
    assert {place["namespace"] for place in project["destinations"]} >= {"lineage"}
    assert {"group": "postgresql.cnpg.io", "kind": "Cluster"} in project["namespaceResourceWhitelist"]


def test_folders_of_transformers_are_inputs_and_hold_no_objects(build: Build) -> None:
    kustomization = f"{OPERATORS}/strimzi/kustomization.yaml"
    changes = {
        **replaced(kustomization, "  - ../shared", "  - ../shared\ntransformers: [../notes]"),
        f"{OPERATORS}/notes/kustomization.yaml": "resources: [note.yaml, ../notes-more]\n",
        f"{OPERATORS}/notes/note.yaml": NOTE,
        f"{OPERATORS}/notes-more/kustomization.yaml": "resources: [note.yaml]\n",
        f"{OPERATORS}/notes-more/note.yaml": NOTE.replace("one", "two").replace("note: a", "more: b"),
    }
    found = rendered(changes)
    (operator,) = (
        entry
        for entry in build(found, city(changes))[f"{STAGE}/overlays/dev"]
        if entry["kind"] == "ServiceAccount"
    )
    assert operator["metadata"]["annotations"] == {"note": "a", "more": "b"}
    paths = json.loads(found.files[f"{STAGE}/overlays/dev/app.json"])["generatePaths"].split(";")
    assert {f"/{OPERATORS}/notes", f"/{OPERATORS}/notes-more"} <= set(paths)
    project = document(found, "rendered/argocd/projects/platform.yaml")["spec"]
    assert project == document(rendered(), "rendered/argocd/projects/platform.yaml")["spec"]


def test_a_stage_builds(build: Build) -> None:
    found = build(rendered(), city())
    kinds = {entry["kind"] for entry in found[f"{STAGE}/overlays/dev"]}
    assert kinds == {"Namespace", "ServiceAccount", "ClusterRole", "ConfigMap", "ResourceQuota"}
    assert {
        entry["metadata"]["labels"]["meshwarden.dev/environment"] for entry in found[f"{STAGE}/overlays/dev"]
    } == {"dev"}


def test_what_of_a_stage_is_not_rendered_is_told() -> None:
    found = reasons(rendered())
    assert found == set()


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


OPERATOR = "platform/product-experience/products/watcher"
PACKAGE = {
    f"{OPERATOR}/product.yaml": """\
apiVersion: meshwarden.dev/v1alpha1
kind: PlatformProduct
metadata: {name: watcher}
spec: {package: operator, path: package, version: 1.0.0, owner: platform}
""",
    f"{OPERATOR}/package/kustomization.yaml": """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [watcher.yaml]
""",
    f"{OPERATOR}/package/watcher.yaml": """\
apiVersion: v1
kind: Namespace
metadata: {name: mesh-system}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: watcher, namespace: mesh-system}
spec:
  selector: {matchLabels: {app: watcher}}
  template:
    metadata: {labels: {app: watcher}}
    spec: {containers: [{name: watcher, image: "registry.example.org/watcher:1.0.0"}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: watcher, namespace: kube-system}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
subjects: [{kind: ServiceAccount, name: watcher, namespace: mesh-system}]
""",
}


def with_operator(component: str) -> dict[str, str]:
    """The small mesh with an operator among the stage's components."""
    line = "    - {name: strimzi, kustomize: {path: strimzi}}\n"
    return {**PACKAGE, **replaced(f"{OPERATORS}/stage.yaml", line, f"{line}    - {component}\n")}


def test_an_operator_is_rendered_as_its_package_has_it(build: Build) -> None:
    changes = with_operator("{name: watcher, operator: {product: watcher, namespace: mesh-system}}")
    found = rendered(changes)
    assert document(found, f"{STAGE}/base/kustomization.yaml")["resources"] == [
        f"../../../../../{OPERATORS}/strimzi",
        f"../../../../../{OPERATOR}/package",
    ]
    built = build(found, city(changes))[f"{STAGE}/overlays/prod"]
    where = {(entry["kind"], entry["metadata"].get("namespace")) for entry in built}
    assert {("Deployment", "mesh-system"), ("RoleBinding", "kube-system")} <= where
    assert not found.left_out(Why.COMPONENT)


def test_an_operator_of_the_stages_own_is_one_as_well() -> None:
    found = rendered(with_operator("{name: second, operator: {path: quotas}}"))
    base = document(found, f"{STAGE}/base/kustomization.yaml")["resources"]
    assert f"../../../../../{OPERATORS}/quotas" in base
    assert not found.left_out(Why.COMPONENT)


def test_a_package_is_among_what_a_stage_is_rendered_from() -> None:
    found = rendered(with_operator("{name: watcher, operator: {product: watcher}}"))
    unit = next(unit for unit in found.units if unit.folder == STAGE)
    assert unit.sources == (f"{OPERATORS}/stage.yaml", f"{OPERATOR}/product.yaml", "mesh.yaml")
    assert f"{OPERATOR}/package" in unit.inputs


def test_a_namespace_in_which_an_operator_does_not_run_is_told() -> None:
    found = rendered(with_operator("{name: watcher, operator: {product: watcher, namespace: watchers}}"))
    told = found.left_out(Why.COMPONENT)
    assert [(entry.path, entry.reason, entry.pointer) for entry in told] == [
        (
            f"{OPERATORS}/stage.yaml",
            "component `watcher`: its Deployment `watcher` runs in `mesh-system`, and not in `watchers`",
            ("spec", "components", 1, "operator", "namespace"),
        )
    ]
    base = document(found, f"{STAGE}/base/kustomization.yaml")["resources"]
    assert f"../../../../../{OPERATOR}/package" in base  # leaving it out would prune it


def test_an_object_whose_metadata_is_nothing_is_taken_for_one_without_a_namespace() -> None:
    path = f"{OPERATORS}/strimzi/nothing.yaml"
    changes = replaced(
        f"{OPERATORS}/strimzi/kustomization.yaml", "resources:\n", "resources:\n  - nothing.yaml\n"
    )
    found = rendered({**changes, path: "apiVersion: apps/v1\nkind: Deployment\nmetadata:\nspec: {}\n"})
    kinds = document(found, "rendered/argocd/projects/platform.yaml")["spec"]["namespaceResourceWhitelist"]
    assert {"group": "apps", "kind": "Deployment"} in kinds
