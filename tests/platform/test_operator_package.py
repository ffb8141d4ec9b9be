"""The package of the operator, as Kustomize builds it: it fits its own code, and Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.platform.packages import assert_restricted, built, of_kind, pods, product
from tests.platform.test_data_product_operator import condition, controller, entry

PACKAGE = product("data-product-operator")
# https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
FORBIDDEN = {"$ref", "definitions", "dependencies", "additionalItems", "deprecated", "discriminator", "id"}


@pytest.fixture(scope="module")
def objects(kustomize: Path) -> list[dict[str, Any]]:
    return built(kustomize, PACKAGE.folder)


def below(schema: dict[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """All schemas within a schema, with their paths."""
    yield path, schema
    for name, found in schema.get("properties", {}).items():
        yield from below(found, f"{path}.{name}")
    if "items" in schema:
        yield from below(schema["items"], f"{path}[]")


def test_its_kind_is_structural(objects: list[dict[str, Any]]) -> None:
    (definition,) = of_kind(objects, "CustomResourceDefinition").values()
    spec = definition["spec"]
    assert definition["metadata"]["name"] == f"{spec['names']['plural']}.{spec['group']}"
    (version,) = spec["versions"]
    assert version["served"]
    assert version["storage"]
    for path, schema in below(version["schema"]["openAPIV3Schema"]):
        assert schema.get("type") in {"array", "boolean", "integer", "number", "object", "string"}, path
        assert not FORBIDDEN & schema.keys(), path
        assert (schema["type"] == "array") == ("items" in schema), path
        assert set(schema.get("required", [])) <= schema.get("properties", {}).keys(), path
        for key in schema.get("x-kubernetes-list-map-keys", []):
            assert key in schema["items"]["required"], path


def test_what_the_operator_writes_is_of_its_kind(objects: list[dict[str, Any]]) -> None:
    (definition,) = of_kind(objects, "CustomResourceDefinition").values()
    (version,) = definition["spec"]["versions"]
    assert f"{definition['spec']['group']}/{version['name']}" == controller.API_VERSION
    schema = version["schema"]["openAPIV3Schema"]["properties"]["status"]
    for path, found in below(schema):
        if found["type"] == "object" and path:
            found["additionalProperties"] = False
    schema["additionalProperties"] = False
    good, bad = entry("a", condition("Ready", "True")), entry("b", condition("Ready", "False", "no broker"))
    for entries in ([good], [good, bad], [bad]):
        (summary,) = controller.summaries(entries).values()
        jsonschema.validate(controller.status_of(summary, {}, "2026-01-01T00:00:00Z"), schema)


def test_its_pod_runs_the_code_of_the_package(objects: list[dict[str, Any]]) -> None:
    ((name, template),) = pods(objects).items()
    assert_restricted(name, template)
    ((generated, data),) = of_kind(objects, "ConfigMap").items()
    assert data["data"] == {"controller.py": (PACKAGE.folder / "controller.py").read_text()}
    (volume,) = template["spec"]["volumes"]
    (container,) = template["spec"]["containers"]
    assert volume["configMap"]["name"] == generated
    assert container["command"][-1] == f"{container['volumeMounts'][0]['mountPath']}/controller.py"


def test_it_may_read_what_it_is_told_to_read_and_nothing_else(objects: list[dict[str, Any]]) -> None:
    ((_, template),) = pods(objects).items()
    kinds = [one for one in template["spec"]["containers"][0]["args"] if not one.startswith("--")]
    told = {(kind.split("/")[0], kind.split("/")[2]) for kind in kinds}
    (role,) = of_kind(objects, "ClusterRole").values()
    allowed = {
        (group, resource)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
    }
    assert told == allowed
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list"}


def test_all_its_objects_are_its_namespaces_or_the_clusters(objects: list[dict[str, Any]]) -> None:
    (namespace,) = of_kind(objects, "Namespace")
    cluster = {"Namespace", "CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"}
    for found in objects:
        own = found["metadata"].get("namespace")
        assert own == (None if found["kind"] in cluster else namespace), found["metadata"]["name"]
