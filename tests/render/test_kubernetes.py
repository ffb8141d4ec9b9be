"""The schemas of Kubernetes' own kinds, which kubernetes-validate ships."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from meshwarden.manifests.violations import causes_of
from meshwarden.render.kubernetes import Release, nearest, releases
from meshwarden.render.object_schemas import without_any_null
from meshwarden.render.targets.target import ObjectKind

KNOWN = tuple(Release((1, minor), Path(f"v1.{minor}")) for minor in (9, 10, 34))
needs_releases = pytest.mark.skipif(not releases(), reason="kubernetes-validate is not installed")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("1.34", "1.34"), ("1.40", "1.34"), ("1.33", "1.10"), ("1.8", "1.9"), (None, "1.34")],
)
def test_the_nearest_release_is_taken(wanted: str | None, found: str) -> None:
    assert str(nearest(KNOWN, wanted)) == found


def refused(entry: dict[str, Any]) -> list[str]:
    release = nearest(releases(), "1.34")
    group, _, version = entry["apiVersion"].rpartition("/")
    schema = release.schema(release.kinds[ObjectKind(group, entry["kind"])][version])
    return [cause.message for cause in causes_of(without_any_null(entry), schema)]


def service(**spec: Any) -> dict[str, Any]:
    metadata = {"name": "a", "creationTimestamp": None}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


@needs_releases
@pytest.mark.parametrize(
    ("spec", "messages"),
    [
        ({"ports": [{"port": 80, "targetPort": "http"}]}, []),
        ({"ports": [{"port": 80, "targetPort": 8080}], "selector": None}, []),
        ({"ports": [{"port": "80"}]}, ["`port` is a string; wanted an integer"]),
        (
            {"ports": [{"port": 80, "targetPort": 8.5}]},
            ["`targetPort` is a number; wanted an integer or a string"],
        ),
        ({"port": 80}, ["`port` is no field of `spec`"]),
        ({"ports": [{"name": "http"}]}, ["`http` lacks `port`"]),
    ],
)
def test_a_service_is_judged_strictly(spec: dict[str, Any], messages: list[str]) -> None:
    assert refused(service(**spec)) == messages


@needs_releases
def test_a_definition_is_one_of_kubernetes_own_kinds() -> None:
    schema = {"type": "object", "properties": {"type": {"type": "string"}}, "oneOf": [{"required": ["type"]}]}
    versions = [{"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}]
    names = {"kind": "Budget", "plural": "budgets"}
    spec = {"group": "example.org", "names": names, "scope": "Namespaced", "versions": versions}
    entry = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "budgets.example.org"},
        "spec": spec,
    }
    assert refused(entry) == []
    assert refused({**entry, "spec": {**spec, "scop": "Cluster"}}) == ["`scop` is no field of `spec`"]


@needs_releases
def test_which_groups_are_kubernetes_own() -> None:
    release = nearest(releases(), "1.34")
    own = ("", "apps", "extensions", "rbac.authorization.k8s.io")
    others = ("gateway.networking.k8s.io", "kafka.strimzi.io", "s3.services.k8s.aws")
    assert all(map(release.knows_group, own))
    assert not any(map(release.knows_group, others))
