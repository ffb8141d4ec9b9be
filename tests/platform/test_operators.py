"""What a stage provides as `operator/<name>` is installed: workloads, rights and definitions are there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from tests.platform.access import may_watch, rules_of
from tests.platform.components import CHECKOUT, Object, folders, stages

Components = Mapping[tuple[str, str], tuple[Object, ...]]

OPERATORS = [
    (folder.relative_to(CHECKOUT).as_posix(), capability.removeprefix("operator/"))
    for folder, stage in stages()
    for capability in stage.get("provides", ())
    if capability.startswith("operator/")
]
COMPONENTS = [
    (folder.relative_to(CHECKOUT).as_posix(), name) for folder, stage in stages() for name in folders(stage)
]
EXACT = re.compile(r"^[\w.-]+\.[\w.-]+/[\w./-]+:v?\d+\.\d+\.\d+[\w.-]*$")
KEPT = "Prune=false,Delete=false"

each_operator = pytest.mark.parametrize(("stage", "name"), OPERATORS)
each_component = pytest.mark.parametrize(("stage", "name"), COMPONENTS)


def of_kind(objects: Iterable[Object], *kinds: str) -> list[Object]:
    return [entry for entry in objects if entry["kind"] in kinds]


def workloads(objects: Iterable[Object]) -> list[Object]:
    return of_kind(objects, "Deployment", "StatefulSet")


def account(workload: Object) -> tuple[str, str]:
    """Namespace and name of the service account that a workload runs as."""
    return workload["metadata"]["namespace"], workload["spec"]["template"]["spec"]["serviceAccountName"]


def of_stage(components: Components, stage: str) -> list[Object]:
    """All objects of a stage: a component may let another's operator into its own namespace."""
    return [entry for (folder, _), objects in components.items() if folder == stage for entry in objects]


def containers(objects: Iterable[Object]) -> Iterator[tuple[Object, Mapping[str, Any]]]:
    """The containers of workloads, each with its pod."""
    for workload in workloads(objects):
        pod = workload["spec"]["template"]["spec"]
        yield from ((pod, container) for container in pod["containers"])


def test_the_reference_mesh_provides_operators() -> None:
    assert {name for _, name in OPERATORS} >= {"ack-s3", "config-connector", "strimzi", "tofu-controller"}


@each_operator
def test_it_runs_as_an_account_of_its_own(components: Components, stage: str, name: str) -> None:
    objects = components[(stage, name)]
    accounts = {
        (entry["metadata"]["namespace"], entry["metadata"]["name"])
        for entry in of_kind(objects, "ServiceAccount")
    }
    assert workloads(objects)
    for workload in workloads(objects):
        assert account(workload) in accounts
        assert list(rules_of(account(workload), of_stage(components, stage))), account(workload)


@each_operator
def test_it_may_watch_what_it_defines(components: Components, stage: str, name: str) -> None:
    objects = components[(stage, name)]
    everything = of_stage(components, stage)
    rules = [rule for workload in workloads(objects) for rule in rules_of(account(workload), everything)]
    definitions = of_kind(objects, "CustomResourceDefinition")
    assert definitions
    blind = [
        entry["metadata"]["name"]
        for entry in definitions
        if not may_watch(entry["spec"]["group"], entry["spec"]["names"]["plural"], rules)
    ]
    assert blind == []


@each_operator
def test_it_holds_no_right_to_everything(components: Components, stage: str, name: str) -> None:
    roles = of_kind(components[(stage, name)], "Role", "ClusterRole")
    assert roles
    for role in roles:
        for rule in role["rules"]:
            for said in ("apiGroups", "resources", "verbs"):
                assert not [value for value in rule.get(said, ()) if "*" in value], role["metadata"]["name"]
            assert not {"escalate", "bind", "impersonate"} & set(rule["verbs"]), role["metadata"]["name"]


@each_operator
def test_its_containers_are_exact_and_confined(components: Components, stage: str, name: str) -> None:
    for pod, container in containers(components[(stage, name)]):
        assert EXACT.match(container["image"]), container["image"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert container["readinessProbe"]
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


@each_operator
def test_a_probed_port_is_one_that_is_named(components: Components, stage: str, name: str) -> None:
    for _, container in containers(components[(stage, name)]):
        ports = {port["name"] for port in container.get("ports", ())}
        for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
            port = container.get(kind, {}).get("httpGet", {}).get("port")
            assert port is None or isinstance(port, int) or port in ports, (container["name"], kind)


@each_component
def test_definitions_and_namespaces_come_first_and_stay(
    components: Components, stage: str, name: str
) -> None:
    for entry in of_kind(components[(stage, name)], "CustomResourceDefinition", "Namespace"):
        annotations = entry["metadata"]["annotations"]
        assert annotations["argocd.argoproj.io/sync-wave"] == "-2", entry["metadata"]["name"]
        assert annotations["argocd.argoproj.io/sync-options"] == KEPT, entry["metadata"]["name"]


@each_component
def test_its_namespaces_are_made_by_the_stage_or_before(
    components: Components, stage: str, name: str
) -> None:
    layer = stage.rpartition("/")[2].partition("_")[0]
    made = products() | {
        entry["metadata"]["name"]
        for folder, _ in components
        if folder == stage or folder.rpartition("/")[2].partition("_")[0] < layer
        for entry in of_kind(of_stage(components, folder), "Namespace")
    }
    named = {entry["metadata"].get("namespace") for entry in components[(stage, name)]} - {None}
    assert named <= made


def products() -> set[str]:
    """The namespaces of data products, which are rendered."""
    return {
        f"{path.parent.parent.name}-{path.parent.name}"
        for path in (CHECKOUT / "domains").glob("*/*/*/data-product.yaml")
    }
