"""What no contract is rendered to, and the platform makes by hand: it is there, is kept, and fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema
import pytest
import yaml
from tests.platform.components import CHECKOUT, Object, definitions, folders, stages
from tests.platform.structural import refusing

Components = Mapping[tuple[str, str], tuple[Object, ...]]

BY_HAND = [
    *(("kafka.services.k8s.aws", kind) for kind in ("Cluster", "ServerlessCluster")),
    *(("kafka.strimzi.io", kind) for kind in ("Kafka", "KafkaNodePool")),
    *(("nifi.konpyutaika.com", kind) for kind in ("NifiCluster", "NifiRegistryClient", "NifiConnection")),
    ("postgresql.cnpg.io", "Cluster"),
    *(("cert-manager.io", kind) for kind in ("Certificate", "Issuer")),
    *(("core.cnrm.cloud.google.com", kind) for kind in ("ConfigConnector", "ConfigConnectorContext")),
    ("resourcemanager.cnrm.cloud.google.com", "Project"),
    ("serviceusage.cnrm.cloud.google.com", "Service"),
    *(("compute.cnrm.cloud.google.com", kind) for kind in ("ComputeNetwork", "ComputeSubnetwork")),
    *(("container.cnrm.cloud.google.com", kind) for kind in ("ContainerCluster", "ContainerNodePool")),
    ("iam.cnrm.cloud.google.com", "IAMServiceAccount"),
]
HOLDS_DATA = [
    *(("kafka.services.k8s.aws", kind) for kind in ("Cluster", "ServerlessCluster")),
    *(("kafka.strimzi.io", kind) for kind in ("Kafka", "KafkaNodePool")),
    ("nifi.konpyutaika.com", "NifiCluster"),
    ("postgresql.cnpg.io", "Cluster"),
    ("s3.services.k8s.aws", "Bucket"),
    ("resourcemanager.cnrm.cloud.google.com", "Project"),
    ("serviceusage.cnrm.cloud.google.com", "Service"),
    *(("compute.cnrm.cloud.google.com", kind) for kind in ("ComputeNetwork", "ComputeSubnetwork")),
    ("container.cnrm.cloud.google.com", "ContainerCluster"),
]
MESH = yaml.safe_load((CHECKOUT / "mesh.yaml").read_bytes())["spec"]


def group_of(entry: Object) -> str:
    return str(entry["apiVersion"].partition("/")[0])


def of(components: Components, group: str, kind: str) -> list[Object]:
    return [
        entry
        for objects in components.values()
        for entry in objects
        if (group_of(entry), entry["kind"]) == (group, kind)
    ]


def named(entry: Object) -> tuple[str, str, str]:
    """The kind, namespace and name of an object."""
    return entry["kind"], entry["metadata"].get("namespace", ""), entry["metadata"]["name"]


@pytest.mark.parametrize(("group", "kind"), BY_HAND)
def test_the_platform_holds_the_kind(components: Components, group: str, kind: str) -> None:
    assert of(components, group, kind)


@pytest.mark.parametrize(("group", "kind"), HOLDS_DATA)
def test_what_holds_data_is_kept(components: Components, group: str, kind: str) -> None:
    for entry in of(components, group, kind):
        annotations = entry["metadata"]["annotations"]
        assert annotations["argocd.argoproj.io/sync-options"].startswith("Prune=false,Delete=false"), entry
        if group.endswith(".services.k8s.aws"):
            assert annotations["services.k8s.aws/deletion-policy"] == "retain"
            assert annotations["services.k8s.aws/adoption-policy"] == "adopt-or-create"
            adopted = yaml.safe_load(annotations["services.k8s.aws/adoption-fields"])
            assert adopted == {"name": entry["spec"]["name"]}
        if group.endswith(".cnrm.cloud.google.com"):
            assert annotations["cnrm.cloud.google.com/deletion-policy"] == "abandon"


def test_what_is_made_by_hand_is_taken_whole(components: Components) -> None:
    schemas = {one.kind: refusing(one.schema) for one in definitions()}
    for objects in components.values():
        for entry in objects:
            if schema := schemas.get((entry["apiVersion"], entry["kind"])):
                schema["properties"]["metadata"] = {"type": "object"}
                jsonschema.validate(entry, schema, jsonschema.Draft4Validator)


@pytest.mark.parametrize(
    ("coordinate", "key", "group", "kind"),
    [
        ("kafka", "cluster", "kafka.strimzi.io", "Kafka"),
        ("nifi", "cluster", "nifi.konpyutaika.com", "NifiCluster"),
        ("nifi", "registryClient", "nifi.konpyutaika.com", "NifiRegistryClient"),
        ("nifi", "serviceAccount", "v1", "ServiceAccount"),
        ("postgres", "cluster", "postgresql.cnpg.io", "Cluster"),
    ],
)
def test_coordinates_name_what_is_there(
    components: Components, coordinate: str, key: str, group: str, kind: str
) -> None:
    there = {named(entry) for entry in of(components, group, kind)}
    for environment in MESH["environments"]:
        said = environment[coordinate]
        assert (kind, said["namespace"], said[key]) in there


def test_classes_of_storage_are_there(components: Components) -> None:
    made = {entry["metadata"]["name"] for entry in of(components, "storage.k8s.io", "StorageClass")}
    asked = {value for objects in components.values() for entry in objects for value in classes(entry)}
    asked |= {environment["postgres"]["storageClass"] for environment in MESH["environments"]}
    assert asked - made == set()
    assert {"kafka", "nifi", "postgres"} <= asked


def classes(value: Any) -> Iterator[str]:
    """The classes of storage that an object asks for, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("storageClass", "storageClassName", "class") and isinstance(inner, str):
                yield inner
            yield from classes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from classes(inner)


def test_flows_and_connections_of_nifi_refer_to_what_is_there(components: Components) -> None:
    (objects,) = (found for (_, name), found in components.items() if name == "nifi")
    there = {named(entry) for entry in objects}
    for entry in objects:
        for field, kind in (
            ("clusterRef", "NifiCluster"),
            ("registryClientRef", "NifiRegistryClient"),
            ("parameterContextRef", "NifiParameterContext"),
            ("source", "NifiDataflow"),
            ("destination", "NifiDataflow"),
        ):
            if group_of(entry) == "nifi.konpyutaika.com" and field in entry["spec"]:
                reference = entry["spec"][field]
                assert (kind, reference["namespace"], reference["name"]) in there


def test_a_cluster_that_a_stage_provides_is_one_of_its_own(components: Components) -> None:
    kinds = {"kafka": "Kafka", "nifi": "NifiCluster", "postgres": "Cluster"}
    found = 0
    for folder, stage in stages():
        place = folder.relative_to(CHECKOUT).as_posix()
        made = {
            (entry["kind"], entry["metadata"]["name"])
            for name in folders(stage)
            for entry in components[(place, name)]
        }
        for capability in stage["provides"]:
            system, _, cluster = capability.partition("/")
            if system in kinds:
                assert (kinds[system], cluster) in made
                found += 1
    assert found == len(kinds)
