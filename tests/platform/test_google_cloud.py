"""Config Connector in namespaced mode: who acts in Google Cloud for which namespace, in each environment."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.platform.components import CHECKOUT, Object, build
from tests.platform.modules import environments
from tests.platform.packages import PLATFORM

STAGE = PLATFORM / "infrastructure-utility/06_google-cloud"
FOLDERS = {"dev": ("identities", "analysis"), "prod": ("identities-prod", "analysis-prod")}
GOOGLE = ".cnrm.cloud.google.com"
CONTEXT = "ConfigConnectorContext"


@pytest.fixture(scope="module", params=sorted(FOLDERS))
def environment(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def objects(environment: str, kustomize: Path) -> list[Object]:
    return [entry for name in FOLDERS[environment] for entry in build(STAGE / name, kustomize)]


def by_namespace(objects: list[Object], kind: str) -> dict[str, Object]:
    """The objects of a kind, by the namespace that they are in, or that a label says they are for."""
    label = "cnrm.cloud.google.com/scoped-namespace"
    return {
        entry["metadata"].get("labels", {}).get(label, entry["metadata"].get("namespace")): entry
        for entry in objects
        if entry["kind"] == kind
    }


def of_products() -> set[str]:
    """The namespaces of data products that have anything in Google Cloud, as rendered."""
    found = set()
    for path in (CHECKOUT / "rendered/domains").glob("*/*/base/*.yaml"):
        entry = yaml.safe_load(path.read_bytes())
        if GOOGLE in entry.get("apiVersion", ""):
            found.add(entry["metadata"]["namespace"])
    return found


def test_each_namespace_with_anything_of_google_has_a_context(objects: list[Object]) -> None:
    own = {entry["metadata"]["namespace"] for entry in objects if GOOGLE in entry["apiVersion"]}
    assert of_products()
    assert set(by_namespace(objects, CONTEXT)) == own | of_products()


def test_each_context_has_a_manager_that_may_act_there(objects: list[Object]) -> None:
    managers, bindings = by_namespace(objects, "StatefulSet"), by_namespace(objects, "RoleBinding")
    assert set(managers) == set(bindings) == set(by_namespace(objects, CONTEXT))
    for namespace, manager in managers.items():
        pod = manager["spec"]["template"]["spec"]
        (container,) = pod["containers"]
        assert container["args"][0] == f"--scoped-namespace={namespace}"
        (subject,) = bindings[namespace]["subjects"]
        assert (subject["name"], subject["namespace"]) == (pod["serviceAccountName"], "cnrm-system")
        assert len(f"{manager['metadata']['name']}-0123456789") <= 63  # a label of its pods


def test_a_manager_is_who_its_context_says(objects: list[Object], environment: str) -> None:
    google = environments()[environment]["gcp"]
    contexts = by_namespace(objects, CONTEXT)
    for namespace, settings in by_namespace(objects, "ConfigMap").items():
        credentials = json.loads(settings["data"]["credentials.json"])
        account = contexts[namespace]["spec"]["googleServiceAccount"]
        assert f"/serviceAccounts/{account}:" in credentials["service_account_impersonation_url"]
        assert credentials["audience"].startswith(f"//iam.googleapis.com/{google['workloadIdentityPool']}/")


def test_products_and_the_platform_are_not_the_same_to_google(
    objects: list[Object], environment: str
) -> None:
    connector = environments()[environment]["gcp"]["configConnector"]
    accounts = {
        namespace: context["spec"]["googleServiceAccount"]
        for namespace, context in by_namespace(objects, CONTEXT).items()
    }
    assert connector["mode"] == "namespaced"
    assert {accounts[namespace] for namespace in of_products()} == {connector["serviceAccount"]}
    assert accounts["analysis"] != connector["serviceAccount"]


def test_what_an_object_refers_to_is_there(objects: list[Object]) -> None:
    there = {(entry["kind"], entry["metadata"]["name"]) for entry in objects}
    kinds = {
        "networkRef": "ComputeNetwork",
        "subnetworkRef": "ComputeSubnetwork",
        "clusterRef": "ContainerCluster",
        "projectRef": "Project",
        "serviceAccountRef": "IAMServiceAccount",
    }
    referred = {found for entry in objects for found in references(entry.get("spec", {}), kinds)}
    assert referred - there == set()
    assert {kind for kind, _ in referred} == set(kinds.values())


def references(value: Any, kinds: Mapping[str, str]) -> set[tuple[str, str]]:
    """What a spec refers to by name, however deep: kinds and names."""
    if isinstance(value, list):
        return {found for inner in value for found in references(inner, kinds)}
    if not isinstance(value, dict):
        return set()
    here = {
        (inner.get("kind", kinds.get(key, "")), inner["name"])
        for key, inner in value.items()
        if key in (*kinds, "resourceRef") and "name" in inner
    }
    return here | {found for inner in value.values() for found in references(inner, kinds)}


def test_nothing_of_dev_is_left_in_prod(kustomize: Path) -> None:
    for name in FOLDERS["prod"]:
        for entry in build(STAGE / name, kustomize):
            assert "-dev" not in json.dumps(entry), entry["metadata"]["name"]


def test_its_ranges_of_addresses_are_no_others(objects: list[Object]) -> None:
    (subnetwork,) = (entry["spec"] for entry in objects if entry["kind"] == "ComputeSubnetwork")
    (cluster,) = (entry["spec"] for entry in objects if entry["kind"] == "ContainerCluster")
    said = [
        subnetwork["ipCidrRange"],
        *(entry["ipCidrRange"] for entry in subnetwork["secondaryIpRange"]),
        cluster["privateClusterConfig"]["masterIpv4CidrBlock"],
        *("10.20.0.0/16", "10.30.0.0/16"),  # of AWS
    ]
    ranges = [ipaddress.ip_network(one) for one in said]
    assert not any(one.overlaps(other) for one in ranges for other in ranges if one is not other)
    names = {entry["rangeName"] for entry in subnetwork["secondaryIpRange"]}
    assert set(cluster["ipAllocationPolicy"].values()) == names
