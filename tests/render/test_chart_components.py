"""Charts among the components of a stage, rendered by the real Helm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.render.charts import STAGE, chart_at, rendered, with_component
from tests.render.conftest import Build
from tests.render.meshes import OPERATORS, city, document

from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why
from meshwarden.tools.helm import Helm

UNIT = "rendered/platform/infrastructure-utility/02_operators"
SAID = "{chart: charts/api, values: values.yaml, namespace: kafka}"
PLACE = ("spec", "components", 1, "helm")


def refused(rendering: Rendering) -> list[tuple[tuple[str | int, ...], str]]:
    """Place and reason of what a component's chart keeps from being rendered."""
    assert {one.path for one in rendering.left_out(Why.COMPONENT)} <= {STAGE}
    return [(one.pointer, one.reason) for one in rendering.left_out(Why.COMPONENT)]


def with_objects(text: str) -> dict[str, str]:
    """The stage with a chart that makes some more objects."""
    return {**with_component(SAID), **chart_at(f"{OPERATORS}/charts/api", templates__more_yaml=text)}


def test_a_chart_is_rendered_beside_the_stages_folders(build: Build) -> None:
    changes = with_component(SAID)
    found = rendered(changes)
    assert document(found, f"{UNIT}/base/kustomization.yaml")["resources"] == [
        f"../../../../../{OPERATORS}/strimzi",
        "configmap-api.yaml",
        "service-api.yaml",
    ]
    metadata = document(found, f"{UNIT}/base/service-api.yaml")["metadata"]
    assert metadata == {
        "name": "api",
        "namespace": "kafka",
        "labels": {
            "app.kubernetes.io/managed-by": "Helm",
            "meshwarden.dev/owner": "platform",
            "meshwarden.dev/plane": "infrastructure-utility",
            "meshwarden.dev/stage": "operators",
        },
    }
    built = build(found, city(changes))[f"{UNIT}/overlays/dev"]
    assert ("Service", "api") in {(entry["kind"], entry["metadata"]["name"]) for entry in built}


def test_a_name_with_colons_builds(build: Build) -> None:
    role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'api:view'}\n"
    changes = with_objects(role)
    built = build(rendered(changes), city(changes))[f"{UNIT}/overlays/dev"]
    assert ("ClusterRole", "api:view") in {(entry["kind"], entry["metadata"]["name"]) for entry in built}


def test_a_release_without_a_namespace_goes_where_helm_puts_it() -> None:
    found = rendered(with_component("{chart: charts/api, values: values.yaml, release: other}"))
    assert document(found, f"{UNIT}/base/service-other.yaml")["metadata"]["namespace"] == "default"


def test_an_environment_may_have_its_own_values() -> None:
    changes = with_component(SAID)
    own = "        - {name: api, helm: {values: prod.yaml}}\n"
    line = "        - {name: quotas, kustomize: {path: quotas-prod}}\n"
    assert line in changes[STAGE]
    changes[STAGE] = changes[STAGE].replace(line, f"{line}{own}")
    found = rendered({**changes, f"{OPERATORS}/prod.yaml": "host: prod.example.org\n"})
    (_, _, change) = document(found, f"{UNIT}/overlays/prod/patches/configmap-api.yaml")
    assert change == {"op": "replace", "path": "/data/host", "value": "prod.example.org"}


def test_a_chart_may_bring_what_belongs_to_the_cluster() -> None:
    crd = """apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec: {group: example.org, scope: SCOPE, names: {kind: Thing, plural: things}, versions: []}
"""
    thing = "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: thing}\n"
    for scope, namespace in (("Cluster", None), ("Namespaced", "kafka")):
        changes = {
            **with_objects(thing),
            f"{OPERATORS}/charts/api/crds/thing.yaml": crd.replace("SCOPE", scope),
        }
        found = rendered(changes)
        defined = document(found, f"{UNIT}/base/customresourcedefinition-things.example.org.yaml")["metadata"]
        assert defined["annotations"] == {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
        assert "namespace" not in defined
        made = document(found, f"{UNIT}/base/thing-thing.yaml")["metadata"]
        assert made.get("namespace") == namespace


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\ndata: {password: c3dvcmRmaXNo}\n",
            "the chart's Secret `key` says what is secret, and would lie in Git for all to read",
        ),
        (
            "apiVersion: v1\nkind: Service\nmetadata: {name: api, namespace: kube-system}\n",
            "the chart's Service `api` is there in two namespaces, and one of them would be lost",
        ),
    ],
)
def test_what_cannot_be_rendered_of_it_is_told(text: str, reason: str) -> None:
    assert refused(rendered(with_objects(text))) == [((*PLACE, "chart"), f"component `api`: {reason}")]


@pytest.mark.parametrize(
    ("said", "key", "reason"),
    [
        ("{product: api}", "product", "`api` is no product of the platform whose package is a Helm chart"),
        (
            "{chart: charts/api, release: A}",
            "release",
            "`A` is no name of a release: wanted an RFC 1123 label",
        ),
        ("{chart: charts/api, namespace: A}", "namespace", "`A` is no name of a namespace"),
        ("{chart: charts/none}", "chart", f"Helm cannot render `{OPERATORS}/charts/none`: "),
    ],
)
def test_what_names_no_release_is_told(said: str, key: str, reason: str) -> None:
    ((place, told),) = refused(rendered(with_component(said)))
    assert place == (*PLACE, key)
    assert told.startswith(f"component `api`: {reason}")


def test_values_that_the_schema_refuses_are_told_where_they_stand() -> None:
    found = rendered({**with_component(SAID), f"{OPERATORS}/values.yaml": "host: 5\n"})
    assert [(one.path, one.pointer, one.reason) for one in found.left_out(Why.VALUES)] == [
        (f"{OPERATORS}/values.yaml", ("host",), "`host` is a number; wanted a string")
    ]
    assert refused(found) == []


def test_the_same_release_is_rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    original = Helm.template

    def counted(helm: Helm, folder: Path, release: str, options: Mapping[str, str]) -> tuple[str | None, str]:
        started.append(release)
        return original(helm, folder, release, options)

    monkeypatch.setattr(Helm, "template", counted)
    rendered(with_component(SAID))
    assert started == ["api"]
