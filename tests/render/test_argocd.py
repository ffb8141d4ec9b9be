"""What must be right about projects, application sets and the Applications that come of them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from tests.render.meshes import OPERATORS, RIDES, city, document, mesh_of, reasons, rendered, replaced

from meshwarden.render.needing import needing
from meshwarden.render.origins import Origins
from meshwarden.render.rendering import Rendering, render_mesh

ARGOCD = "rendered/argocd"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered()


def project(rendering: Rendering, name: str) -> Any:
    return document(rendering, f"{ARGOCD}/projects/{name}.yaml")["spec"]


def test_a_domains_project_holds_what_its_targets_bring(rendering: Rendering) -> None:
    assert project(rendering, "trips") == yaml.safe_load("""
description: The data products of domain trips.
sourceRepos: ["https://git.example.org/city.git"]
destinations:
  - {name: city-dev, namespace: kafka}
  - {name: city-dev, namespace: trips-*}
  - {name: city-prod, namespace: kafka}
  - {name: city-prod, namespace: trips-*}
namespaceResourceWhitelist:
  - {group: iam.services.k8s.aws, kind: Policy}
  - {group: iam.services.k8s.aws, kind: Role}
  - {group: kafka.strimzi.io, kind: KafkaTopic}
  - {group: kafka.strimzi.io, kind: KafkaUser}
  - {group: s3.services.k8s.aws, kind: Bucket}
""")


def test_a_project_lets_go_of_a_grant_that_has_ended() -> None:
    text = city()[f"{RIDES}/deployment.yaml"]
    found = rendered({f"{RIDES}/deployment.yaml": text[: text.index("  access:")]})
    assert not [path for path in found.files if "reader" in path]
    assert project(found, "trips") == project(rendered(), "trips")


def test_a_domain_of_which_nothing_is_rendered_lets_its_grants_be_taken_away(rendering: Rendering) -> None:
    """Argo CD prunes only what the project permits: a user left behind could go on reading."""
    found = project(rendering, "demand")
    assert {place["namespace"] for place in found["destinations"]} == {"demand-*", "kafka"}
    assert {entry["kind"] for entry in found["namespaceResourceWhitelist"]} == {"KafkaUser", "Policy", "Role"}
    assert "clusterResourceWhitelist" not in found


def test_a_project_can_always_stop_what_runs() -> None:
    """Also the last job of a domain, in the commit that takes it away: as far as the ceiling lets it."""
    with_jobs = 'kinds: ["*.services.k8s.aws/*", kafka.strimzi.io/*, batch/CronJob, /ConfigMap]'
    found = rendered(replaced("mesh.yaml", 'kinds: ["*.services.k8s.aws/*", kafka.strimzi.io/*]', with_jobs))
    kinds = {entry["kind"] for entry in project(found, "demand")["namespaceResourceWhitelist"]}
    assert kinds == {"ConfigMap", "CronJob", "KafkaUser", "Policy", "Role"}


def test_a_project_reaches_the_clusters_that_its_domain_has_left() -> None:
    """Argo CD takes nothing away where the project has no destination: a grant there would live on."""
    left = rendered(replaced("domains/source-aligned/trips/domain.yaml", "[dev, prod]", "[dev]"))
    assert project(left, "trips")["destinations"] == project(rendered(), "trips")["destinations"]


def test_a_ceiling_of_nothing_denies_a_domain_everything() -> None:
    nothing = "      domains: {kinds: [], namespaces: []}\n"
    text = re.sub(r"      domains:\n(?:        .*\n)+", nothing, city()["mesh.yaml"])
    found = project(rendered({"mesh.yaml": text}), "demand")
    assert found["destinations"] == []
    assert found["namespaceResourceBlacklist"] == [{"group": "*", "kind": "*"}]
    assert "namespaceResourceWhitelist" not in found


def test_the_default_project_is_locked(rendering: Rendering) -> None:
    found = project(rendering, "default")
    assert (found["sourceRepos"], found["destinations"]) == ([], [])
    assert found["namespaceResourceBlacklist"] == [{"group": "*", "kind": "*"}]


def test_the_platforms_project_holds_what_its_stages_and_namespaces_bring(rendering: Rendering) -> None:
    found = project(rendering, "platform")
    assert found["clusterResourceWhitelist"] == [
        {"group": "", "kind": "Namespace"},
        {"group": "rbac.authorization.k8s.io", "kind": "ClusterRole"},
    ]
    assert found["namespaceResourceWhitelist"] == [
        {"group": "", "kind": "ConfigMap"},
        {"group": "", "kind": "ResourceQuota"},
        {"group": "", "kind": "ServiceAccount"},
    ]
    spaces = [entry["namespace"] for entry in found["destinations"] if entry["name"] == "city-dev"]
    assert spaces == ["default", "kafka", "strimzi"]


def test_no_project_lists_anything_twice(rendering: Rendering) -> None:
    for path in rendering.files:
        if path.startswith(f"{ARGOCD}/projects/"):
            for listed in document(rendering, path)["spec"].values():
                if isinstance(listed, list):
                    assert len({json.dumps(entry, sort_keys=True) for entry in listed}) == len(listed)


def test_what_is_beyond_the_ceiling_is_told_and_held_by_no_project() -> None:
    found = rendered(replaced("mesh.yaml", 'namespaces: ["{domain}-*", kafka]', 'namespaces: ["{domain}-*"]'))
    assert [one.message for one in found.beyond_ceiling] == [
        "project `trips` needs namespace `kafka`, which is beyond mesh.yaml's ceiling",
    ]
    assert {entry["namespace"] for entry in project(found, "trips")["destinations"]} == {"trips-*"}
    found = rendered(replaced("mesh.yaml", '"*.services.k8s.aws/*", ', ""))
    assert "project `trips` needs kind `s3.services.k8s.aws/Bucket`, which is beyond mesh.yaml's ceiling" in {
        one.message for one in found.beyond_ceiling
    }
    assert {entry["group"] for entry in project(found, "trips")["namespaceResourceWhitelist"]} == {
        "kafka.strimzi.io"
    }


def test_what_needs_more_than_the_ceiling_is_shown() -> None:
    files = city(replaced("mesh.yaml", '"*.services.k8s.aws/*", ', ""))
    mesh = mesh_of(files)
    found = render_mesh(mesh)
    (bucket,) = (one for one in found.beyond_ceiling if one.kind and one.kind.kind == "Bucket")
    places = needing(found, bucket, Origins.of(mesh, mesh.manifests))
    assert [(place.path.rpartition("/")[2], place.pointer) for place in places] == [
        ("rides.odcs.yaml", ("servers", 0)),
        ("rides.odcs.yaml", ("servers", 1)),
    ]


def test_an_application_set(rendering: Rendering) -> None:
    found = document(rendering, f"{ARGOCD}/applicationsets/trips.yaml")
    assert found["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"
    assert found["spec"] == yaml.safe_load("""
goTemplate: true
goTemplateOptions: [missingkey=error]
generators:
  - git:
      repoURL: https://git.example.org/city.git
      revision: main
      files: [{path: rendered/domains/trips/*/overlays/*/app.json}]
strategy: {type: AllAtOnce}
syncPolicy: {preserveResourcesOnDeletion: false}
template:
  metadata:
    name: '{{ .name }}'
    finalizers: [resources-finalizer.argocd.argoproj.io]
    labels:
      app.kubernetes.io/managed-by: meshwarden
      meshwarden.dev/domain: '{{ .labels.domain }}'
      meshwarden.dev/environment: '{{ .environment }}'
      meshwarden.dev/product: '{{ .labels.product }}'
    annotations:
      argocd.argoproj.io/compare-options: ServerSideDiff=true
      argocd.argoproj.io/manifest-generate-paths: '{{ .generatePaths }}'
  spec:
    project: trips
    source: {repoURL: 'https://git.example.org/city.git', targetRevision: main, path: '{{ .path.path }}'}
    destination: {name: '{{ .cluster.name }}', namespace: '{{ .namespace }}'}
    syncPolicy:
      automated: {prune: true, selfHeal: true, allowEmpty: false}
      retry: {limit: -1, refresh: true, backoff: {duration: 10s, factor: 2, maxDuration: 5m}}
      syncOptions: [ApplyOutOfSyncOnly=true, FailOnSharedResource=true, PruneLast=true, ServerSideApply=true]
""")


def test_app_json_has_all_that_the_template_asks_for(rendering: Rendering) -> None:
    for path in rendering.files:
        if path.endswith("/app.json"):
            said = json.loads(rendering.files[path])
            kind = "platform" if "/platform/" in path else "trips"
            template = json.dumps(document(rendering, f"{ARGOCD}/applicationsets/{kind}.yaml"))
            for asked in ("name", "namespace", "environment", "generatePaths"):
                assert f".{asked} " in template
                assert said[asked]
            for label in said["labels"]:
                assert f".labels.{label} " in template
            assert set(said["cluster"]) == {"name"}


def test_app_json_of_a_product(rendering: Rendering) -> None:
    assert json.loads(rendering.files["rendered/domains/trips/rides/overlays/prod/app.json"]) == {
        "cluster": {"name": "city-prod"},
        "environment": "prod",
        "generatePaths": "/rendered/domains/trips/rides/base;/rendered/domains/trips/rides/overlays/prod",
        "labels": {"domain": "trips", "product": "rides"},
        "name": "trips.rides.prod",
        "namespace": "trips-rides",
    }


def test_application_names_are_unique_and_short(rendering: Rendering) -> None:
    names = [
        json.loads(rendering.files[path])["name"] for path in rendering.files if path.endswith("/app.json")
    ]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 63


def test_a_mesh_may_be_a_folder_of_its_repository() -> None:
    found = rendered(replaced("mesh.yaml", "path: .}", "path: teams/mesh}"))
    said = json.loads(found.files["rendered/domains/trips/rides/overlays/dev/app.json"])
    assert said["generatePaths"].startswith("/teams/mesh/rendered/domains/")
    sets = document(found, f"{ARGOCD}/applicationsets/trips.yaml")["spec"]["generators"][0]["git"]["files"]
    assert sets == [{"path": "teams/mesh/rendered/domains/trips/*/overlays/*/app.json"}]
    assert document(found, f"{ARGOCD}/root.yaml")["spec"]["source"]["path"] == "teams/mesh/rendered/argocd"


def test_clusters_are_addressed_by_server_where_mesh_yaml_does() -> None:
    text = city()["mesh.yaml"].replace(
        "cluster: {name: city-dev}", 'cluster: {server: "https://dev.example.org"}'
    )
    both = rendered({"mesh.yaml": text})
    target = document(both, f"{ARGOCD}/applicationsets/trips.yaml")["spec"]["template"]["spec"]["destination"]
    assert set(target) == {"name", "server", "namespace"}
    dev = json.loads(both.files["rendered/domains/trips/rides/overlays/dev/app.json"])["cluster"]
    assert dev == {"name": "", "server": "https://dev.example.org"}
    one = rendered(
        {
            "mesh.yaml": text.replace(
                "cluster: {name: city-prod}", 'cluster: {server: "https://prod.example.org"}'
            )
        }
    )
    target = document(one, f"{ARGOCD}/applicationsets/trips.yaml")["spec"]["template"]["spec"]["destination"]
    assert set(target) == {"server", "namespace"}
    assert project(one, "trips")["destinations"][0] == {
        "server": "https://dev.example.org",
        "namespace": "kafka",
    }


def test_the_root_and_its_project_are_not_among_what_they_sync(rendering: Rendering) -> None:
    resources = document(rendering, f"{ARGOCD}/kustomization.yaml")["resources"]
    assert resources == [
        *(
            "applicationsets/demand.yaml",
            "applicationsets/platform.yaml",
            "applicationsets/trips.yaml",
            "argocd-cm.yaml",
        ),
        *("projects/default.yaml", "projects/demand.yaml", "projects/platform.yaml", "projects/trips.yaml"),
    ]
    root = document(rendering, f"{ARGOCD}/root.yaml")
    assert root["spec"]["project"] == "mesh-root"
    assert root["spec"]["destination"] == {"server": "https://kubernetes.default.svc", "namespace": "argocd"}
    assert project(rendering, "mesh-root")["destinations"] == [root["spec"]["destination"]]


def test_there_are_no_applications_in_overlays(rendering: Rendering) -> None:
    for path in rendering.files:
        if "/overlays/" in path and path.endswith(".yaml"):
            assert b"kind: Application" not in rendering.files[path]


def test_health_checks_leave_other_keys_of_the_config_map_alone(rendering: Rendering) -> None:
    found = document(rendering, f"{ARGOCD}/argocd-cm.yaml")
    assert found["metadata"]["labels"]["app.kubernetes.io/part-of"] == "argocd"
    assert "ServerSideApply=true" in found["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]
    assert sorted(found["data"]) == [
        "resource.customizations.health.iam.services.k8s.aws_Policy",
        "resource.customizations.health.iam.services.k8s.aws_Role",
        "resource.customizations.health.s3.services.k8s.aws_Bucket",
    ]


def test_an_older_argo_cd_gets_no_newer_fields() -> None:
    found = rendered(replaced("mesh.yaml", "  argocd:\n", '  argocd:\n    version: "3.1"\n'))
    policy = document(found, f"{ARGOCD}/root.yaml")["spec"]["syncPolicy"]
    assert "refresh" not in policy["retry"]


def test_a_version_of_any_length_is_read() -> None:
    version = f'  argocd:\n    version: "{"9" * 5000}.1"\n'
    policy = document(rendered(replaced("mesh.yaml", "  argocd:\n", version)), f"{ARGOCD}/root.yaml")["spec"]
    assert policy["syncPolicy"]["retry"]["refresh"] is True


def test_a_domain_cannot_take_the_place_of_a_project_that_is_no_domains() -> None:
    path = "domains/source-aligned/trips/domain.yaml"
    found = rendered(replaced(path, "{name: trips}", "{name: platform}"))
    reason = "a domain is called `platform`, as a project of Argo CD that is not a domain's"
    assert ("domains/source-aligned/trips/domain.yaml", reason) in reasons(found)
    assert "kafka.strimzi.io" not in str(project(found, "platform"))


def test_without_a_repository_there_is_nothing_for_argo_cd() -> None:
    found = rendered(replaced("mesh.yaml", 'url: "https://git.example.org/city.git", ', ""))
    assert ("mesh.yaml", "it has no `spec.repository.url`, which Argo CD's objects need") in reasons(found)
    assert not [path for path in found.files if path.startswith(f"{ARGOCD}/")]


def test_what_only_a_build_would_tell_is_told(rendering: Rendering) -> None:
    path = f"{OPERATORS}/strimzi/kustomization.yaml"
    found = rendered(
        replaced(
            path, "  - ../shared", "  - ../shared\n  - https://example.org/x.yaml\nhelmCharts: [{name: x}]"
        )
    )
    assert (path, "its `helmCharts` bring objects that only a build tells") in reasons(found)
    assert (
        path,
        "it names `https://example.org/x.yaml`, which is not among the mesh's documents",
    ) in reasons(found)
