"""NiFi of the reference mesh asks who calls: whom it knows, by which authority, and who is let in to ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from tests.platform.components import Object

Components = Mapping[tuple[str, str], tuple[Object, ...]]


@pytest.fixture(scope="module")
def nifi(components: Components) -> tuple[Object, ...]:
    """The objects of the component that is NiFi, of all environments."""
    (found,) = (objects for (_, name), objects in components.items() if name == "nifi")
    return found


def named(objects: tuple[Object, ...], kind: str) -> dict[str, Any]:
    return {entry["metadata"]["name"]: entry for entry in objects if entry["kind"] == kind}


def clusters(objects: tuple[Object, ...]) -> list[Any]:
    """What is said of the cluster in each environment."""
    found = [entry["spec"] for entry in objects if entry["kind"] == "NifiCluster"]
    assert len(found) == 2
    return found


def https_port(cluster: Any) -> int:
    """The port that NiFi listens on, for people, operators and flows."""
    (port,) = (
        entry["containerPort"]
        for entry in cluster["listenersConfig"]["internalListeners"]
        if entry["type"].startswith("http")
    )
    return int(port)


def test_nifi_has_no_listener_without_tls(nifi: tuple[Object, ...]) -> None:
    for cluster in clusters(nifi):
        listeners = cluster["listenersConfig"]
        assert "http" not in {entry["type"] for entry in listeners["internalListeners"]}
        assert listeners["sslSecrets"]["create"] is True
        assert cluster["readOnlyConfig"]["nifiProperties"]["tlsAutoReload"]["enabled"] is True


def test_its_authority_is_one_that_signs_itself_and_stays(nifi: tuple[Object, ...]) -> None:
    issuers, certificates = named(nifi, "Issuer"), named(nifi, "Certificate")
    for cluster in clusters(nifi):
        signing = issuers[cluster["listenersConfig"]["sslSecrets"]["issuerRef"]["name"]]["spec"]["ca"]
        (authority,) = (
            entry["spec"]
            for entry in certificates.values()
            if entry["spec"]["secretName"] == signing["secretName"]
        )
        assert authority["isCA"] is True
        assert authority["privateKey"]["rotationPolicy"] == "Never"
        assert "selfSigned" in issuers[authority["issuerRef"]["name"]]["spec"]


def test_each_administrator_has_a_certificate_to_come_with(nifi: tuple[Object, ...]) -> None:
    made = {entry["spec"]["commonName"]: entry["spec"] for entry in named(nifi, "Certificate").values()}
    for cluster in clusters(nifi):
        assert cluster["managedAdminUsers"]
        for user in cluster["managedAdminUsers"]:
            certificate = made[user["identity"]]
            assert certificate["issuerRef"] == cluster["listenersConfig"]["sslSecrets"]["issuerRef"]
            assert "client auth" in certificate["usages"]


def test_the_flow_that_counts_queues_comes_with_what_is_mounted(nifi: tuple[Object, ...]) -> None:
    parameters = {
        entry["name"]: entry["value"]
        for entry in named(nifi, "NifiParameterContext")["housekeeping"]["spec"]["parameters"]
    }
    user = named(nifi, "NifiUser")["queue-watch"]["spec"]
    for cluster in clusters(nifi):
        volumes = cluster["nodeConfigGroups"]["default"]["externalVolumeConfigs"]
        mounted = {entry["mountPath"]: entry["secret"] for entry in volumes}
        assert mounted[parameters["nifi.certificate"]]["secretName"] == user["secretName"]
        assert parameters["nifi.api"] == f"https://city-headless.nifi:{https_port(cluster)}/nifi-api"


def test_the_operator_reaches_the_port_that_nifi_listens_on(nifi: tuple[Object, ...]) -> None:
    rules = named(nifi, "NetworkPolicy")["nifi"]["spec"]["ingress"]
    reached = {entry["port"] for rule in rules for entry in rule.get("ports", ())}
    assert reached == {https_port(cluster) for cluster in clusters(nifi)}


def test_certificates_are_issued_where_nifi_is(components: Components, nifi: tuple[Object, ...]) -> None:
    """cert-manager reads one namespace: the one in which its role is bound, and NiFi asks."""
    (found,) = (objects for (_, name), objects in components.items() if name == "cert-manager")
    (container,) = named(found, "Deployment")["cert-manager"]["spec"]["template"]["spec"]["containers"]
    (namespace,) = (
        argument.partition("=")[2] for argument in container["args"] if argument.startswith("--namespace=")
    )
    kinds = ("Certificate", "Issuer", "NifiCluster")
    assert {entry["metadata"]["namespace"] for entry in nifi if entry["kind"] in kinds} == {namespace}
    binding = named(nifi, "RoleBinding")["cert-manager-namespaced"]
    assert binding["metadata"]["namespace"] == namespace
    assert binding["roleRef"]["name"] in named(found, "ClusterRole")
