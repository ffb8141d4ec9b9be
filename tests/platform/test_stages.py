"""Stages that are Kustomize folders: Argo CD, the landing zone, the catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.platform.packages import CHECKOUT, PLATFORM, assert_restricted, built, of_kind, pods

ARGOCD = PLATFORM / "infrastructure-utility/03_continuous-delivery"
STORAGE = PLATFORM / "product-experience/04_central-storage"
CATALOGUE = PLATFORM / "mesh-experience/05_data-catalogue/marquez"
FOLDERS = [ARGOCD / "hub", CATALOGUE]
MESH = yaml.safe_load((CHECKOUT / "mesh.yaml").read_bytes())["spec"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_pods_are_restricted(folder: Path, kustomize: Path) -> None:
    found = pods(built(kustomize, folder))
    assert found
    for name, template in found.items():
        assert_restricted(name, template)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_named_is_there(folder: Path, kustomize: Path) -> None:
    objects = built(kustomize, folder)
    accounts, settings = of_kind(objects, "ServiceAccount"), of_kind(objects, "ConfigMap")
    templates = pods(objects)
    for name, template in templates.items():
        assert template["spec"]["serviceAccountName"] in accounts, name
        volumes = template["spec"].get("volumes", [])
        assert {volume["configMap"]["name"] for volume in volumes if "configMap" in volume} <= set(settings)
        for container in template["spec"]["containers"]:
            mounted = {mount["name"] for mount in container.get("volumeMounts", [])}
            assert mounted <= {volume["name"] for volume in volumes}, name
            for entry in container.get("env", []):
                if reference := entry.get("valueFrom", {}).get("configMapKeyRef"):
                    named = settings.get(reference["name"], {}).get("data", {})
                    assert reference["key"] in named or reference.get("optional"), (name, entry["name"])
    for service in of_kind(objects, "Service").values():
        selected = [
            template
            for template in templates.values()
            if service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
        ]
        (template,) = selected
        ports = {port["name"] for one in template["spec"]["containers"] for port in one["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports


def test_argo_cd_is_of_the_version_that_the_mesh_says(kustomize: Path) -> None:
    objects = built(kustomize, ARGOCD / "hub")
    images = {
        container["image"]
        for template in pods(objects).values()
        for container in (*template["spec"]["containers"], *template["spec"].get("initContainers", []))
    }
    (argocd,) = [image for image in images if "argocd" in image]
    assert argocd.startswith(f"quay.io/argoproj/argocd:v{MESH['argocd']['version']}.")


def test_no_setting_of_argo_cd_has_two_owners(kustomize: Path) -> None:
    settings = of_kind(built(kustomize, ARGOCD / "hub"), "ConfigMap")
    assert "argocd-cm" not in settings  # rendered/argocd/argocd-cm.yaml
    for entry in settings.values():
        assert entry["metadata"]["namespace"] == MESH["argocd"]["namespace"]
        assert entry["metadata"]["labels"]["app.kubernetes.io/part-of"] == "argocd"  # else it is not read


def test_no_secret_is_kept_in_git(kustomize: Path) -> None:
    for folder in (*FOLDERS, ARGOCD / "managed"):
        for entry in of_kind(built(kustomize, folder), "Secret").values():
            assert not {"data", "stringData"} & entry.keys(), entry["metadata"]["name"]


def test_the_group_that_manages_a_cluster_is_the_one_that_terraform_gives(kustomize: Path) -> None:
    (binding,) = of_kind(built(kustomize, ARGOCD / "managed"), "ClusterRoleBinding").values()
    (subject,) = binding["subjects"]
    terraform = (PLATFORM / "infrastructure-utility/01_kubernetes-cluster/terraform/argocd.tf").read_text()
    assert subject["kind"] == "Group"
    assert f'kubernetes_groups = ["{subject["name"]}"]' in terraform


def landing_zone(kustomize: Path, folder: str) -> dict[str, Any]:
    return of_kind(built(kustomize, STORAGE / folder), "Bucket")["landing-zone"]


def test_the_landing_zone_is_kept_encrypted_and_closed(kustomize: Path) -> None:
    for folder in ("object-storage", "object-storage-prod"):
        found = landing_zone(kustomize, folder)
        annotations, spec = found["metadata"]["annotations"], found["spec"]
        assert annotations["services.k8s.aws/deletion-policy"] == "retain"
        assert "Prune=false,Delete=false" in annotations["argocd.argoproj.io/sync-options"]
        assert yaml.safe_load(annotations["services.k8s.aws/adoption-fields"]) == {"name": spec["name"]}
        assert set(spec["publicAccessBlock"].values()) == {True}
        (rule,) = spec["encryption"]["rules"]
        assert rule["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "aws:kms"
        assert spec["versioning"] == {"status": "Enabled"}


def test_the_landing_zone_differs_by_its_name_only(kustomize: Path) -> None:
    dev, prod = landing_zone(kustomize, "object-storage"), landing_zone(kustomize, "object-storage-prod")
    assert dev["spec"]["name"] == "city-mesh-dev-landing-zone"
    assert prod["spec"]["name"] == "city-mesh-prod-landing-zone"
    tags = {tag["key"]: tag["value"] for tag in prod["spec"]["tagging"]["tagSet"]}
    assert tags["environment"] == "prod"
    text = yaml.safe_dump(dev).replace("city-mesh-dev", "city-mesh-prod").replace("value: dev", "value: prod")
    assert yaml.safe_load(text) == prod


@pytest.mark.parametrize(("name", "kind"), [("dev", "ServerlessCluster"), ("prod", "Cluster")])
def test_feeds_are_what_their_controller_may_make(name: str, kind: str, kustomize: Path) -> None:
    feeds = of_kind(built(kustomize, STORAGE / "feeds" / name), kind)["feeds"]
    (environment,) = (entry for entry in MESH["environments"] if entry["name"] == name)
    spec, account = feeds["spec"], environment["aws"]
    assert spec["name"] == f"{environment['cluster']['name']}-feeds"
    assert feeds["metadata"]["annotations"]["services.k8s.aws/region"] == account["region"]
    terraform = (PLATFORM / "infrastructure-utility/01_kubernetes-cluster/terraform/feeds.tf").read_text()
    assert "cluster/${var.cluster_name}-feeds/*" in terraform
    assert f'values   = ["{spec["tags"]["stage"]}"]' in terraform
    assert spec["tags"].items() >= account["tags"].items()
    if key := spec.get("encryptionInfo", {}).get("encryptionAtRest", {}).get("dataVolumeKMSKeyID"):
        assert key.startswith(f"arn:aws:kms:{account['region']}:{account['account']}:key/")


@pytest.mark.parametrize(("name", "kind"), [("dev", "ServerlessCluster"), ("prod", "Cluster")])
def test_feeds_let_in_nobody_who_does_not_say_who_it_is(name: str, kind: str, kustomize: Path) -> None:
    spec = of_kind(built(kustomize, STORAGE / "feeds" / name), kind)["feeds"]["spec"]
    ways = spec.get("serverless", spec)["clientAuthentication"]
    assert ways["sasl"] == {"iam": {"enabled": True}}
    assert not ways.get("unauthenticated", {}).get("enabled")
    if kind == "Cluster":
        assert spec["encryptionInfo"]["encryptionInTransit"] == {"clientBroker": "TLS", "inCluster": True}
        assert spec["numberOfBrokerNodes"] % len(spec["brokerNodeGroupInfo"]["clientSubnets"]) == 0


def test_the_shared_postgres_takes_no_connection_without_tls(kustomize: Path) -> None:
    for folder in ("postgres", "postgres-prod"):
        (cluster,) = of_kind(built(kustomize, STORAGE / folder), "Cluster").values()
        assert cluster["spec"]["postgresql"]["pg_hba"][-1] == "hostnossl all all all reject"
        assert cluster["spec"]["enableSuperuserAccess"] is False


def test_marquez_connects_as_its_database_says(kustomize: Path) -> None:
    objects = built(kustomize, CATALOGUE)
    (cluster,) = of_kind(objects, "Cluster")
    (marquez,) = pods(objects)["marquez"]["spec"]["containers"]
    secrets = {
        entry["valueFrom"]["secretKeyRef"]["name"]
        for entry in marquez["env"]
        if "secretKeyRef" in entry.get("valueFrom", {})
    }
    assert secrets == {f"{cluster}-app"}
    given = {entry["name"] for entry in marquez["env"]}
    settings = (CATALOGUE / "marquez.yml").read_text()
    named = {part.partition("}")[0] for part in settings.split("${")[1:]}
    assert named - {"…"} <= given
