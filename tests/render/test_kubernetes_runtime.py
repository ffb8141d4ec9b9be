"""What a product runs as that brings along Kubernetes manifests of its own."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from tests.render.conftest import Build
from tests.render.meshes import ZONES, city, document, mesh_of, reasons, rendered

from meshwarden.render.charts.release import NO_CHARTS
from meshwarden.render.content import Content
from meshwarden.render.rendering import Rendering
from meshwarden.render.runtimes.kubernetes import Kubernetes
from meshwarden.render.targets.target import Why

FOLDER = f"{ZONES}/manifests"
DEPLOYMENT = f"{ZONES}/deployment.yaml"
UNIT = "rendered/domains/demand/by-zone"

JOB = """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: zones}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: zones
  labels: {app: zones}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          serviceAccountName: zones
          restartPolicy: Never
          containers:
            - name: zones
              image: ghcr.io/city/zones:1.2.0
              envFrom: [{secretRef: {name: warehouse}}]
"""


def with_runtime(
    files: dict[str, str], path: str = "manifests", prod: str | None = None
) -> dict[str, str | None]:
    """The small mesh, of which demand/by-zone runs what lies below its folder as `files`."""
    override: dict[str, Any] = {"name": "prod"}
    if prod:
        override["runtime"] = {"kubernetes": {"path": prod}}
    deployment = {
        "apiVersion": "meshwarden.dev/v1alpha1",
        "kind": "DataProductDeployment",
        "spec": {
            "environments": ["dev", override],
            "runtime": {"serviceAccount": "zones", "kubernetes": {"path": path}},
        },
    }
    mesh = yaml.safe_load(city()["mesh.yaml"])
    mesh["spec"]["argocd"]["ceiling"]["domains"]["kinds"] += [
        "/ServiceAccount",
        "/ConfigMap",
        "batch/CronJob",
    ]
    changes = {DEPLOYMENT: yaml.safe_dump(deployment), "mesh.yaml": yaml.safe_dump(mesh, sort_keys=False)}
    return {**changes, **{f"{ZONES}/{name}": text for name, text in files.items()}}


def plain(text: str, **others: str) -> Rendering:
    return rendered(with_runtime({"manifests/job.yaml": text, **others}))


def refused(rendering: Rendering) -> list[str]:
    found = [one for one in rendering.left_out(Why.REFUSED) if one.path == DEPLOYMENT]
    assert {one.pointer for one in found} <= {("spec", "runtime", "kubernetes", "path")}
    return [one.reason for one in found]


def test_plain_manifests_become_the_products_objects() -> None:
    found = plain(JOB)
    assert refused(found) == []
    job = document(found, f"{UNIT}/base/cronjob-zones.yaml")
    assert job["metadata"] == {
        "name": "zones",
        "namespace": "demand-by-zone",
        "labels": {
            "app": "zones",
            "app.kubernetes.io/managed-by": "meshwarden",
            "meshwarden.dev/domain": "demand",
            "meshwarden.dev/owner": "demand",
            "meshwarden.dev/product": "by-zone",
        },
    }
    assert job["spec"] == list(yaml.safe_load_all(JOB))[1]["spec"]
    assert f"{UNIT}/base/serviceaccount-zones.yaml" in found.files


def test_their_files_are_sources_of_the_unit() -> None:
    unit = next(unit for unit in plain(JOB).units if unit.folder == UNIT)
    assert unit.sources[0] == DEPLOYMENT
    assert f"{FOLDER}/job.yaml" in unit.sources


def test_their_namespace_is_made_and_their_kinds_are_let_in() -> None:
    found = plain(JOB)
    assert "rendered/platform/namespaces/overlays/dev/namespace-demand-by-zone.yaml" in found.files
    project = document(found, "rendered/argocd/projects/demand.yaml")["spec"]
    for kind in ({"group": "", "kind": "ServiceAccount"}, {"group": "batch", "kind": "CronJob"}):
        assert kind in project["namespaceResourceWhitelist"]


def test_an_environment_may_have_manifests_of_its_own() -> None:
    files = {"manifests/job.yaml": JOB, "manifests-prod/job.yaml": JOB.replace("0 3 *", "0 4 *")}
    found = rendered(with_runtime(files, prod="manifests-prod"))
    patch = document(found, f"{UNIT}/overlays/prod/patches/cronjob-zones.yaml")
    assert {"op": "replace", "path": "/spec/schedule", "value": "0 4 * * *"} in patch


KUSTOMIZATION = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [job.yaml]
"""


def test_a_kustomization_is_referenced_as_it_is() -> None:
    found = rendered(with_runtime({"manifests/job.yaml": JOB, "manifests/kustomization.yaml": KUSTOMIZATION}))
    assert refused(found) == []
    base = document(found, f"{UNIT}/base/kustomization.yaml")
    assert base["resources"] == [f"../../../../../{FOLDER}"]
    assert base["labels"][0]["pairs"]["meshwarden.dev/product"] == "by-zone"
    unit = next(unit for unit in found.units if unit.folder == UNIT)
    assert unit.inputs == (FOLDER,)
    application = json.loads(found.files[f"{UNIT}/overlays/dev/app.json"])
    assert f"/{FOLDER}" in application["generatePaths"].split(";")
    assert application["namespace"] == "demand-by-zone"
    assert "rendered/platform/namespaces/overlays/dev/namespace-demand-by-zone.yaml" in found.files


def test_both_build(build: Build) -> None:
    files = {"manifests/job.yaml": JOB}
    for brought in (files, {**files, "manifests/kustomization.yaml": KUSTOMIZATION}):
        changes = with_runtime(brought)
        built = build(rendered(changes), city(changes))[f"{UNIT}/overlays/prod"]
        assert {entry["kind"] for entry in built} == {"ServiceAccount", "CronJob"}
        assert {entry["metadata"]["labels"]["meshwarden.dev/environment"] for entry in built} == {"prod"}


def an_object(kind: str = "ConfigMap", api: str = "v1", **metadata: Any) -> str:
    return yaml.safe_dump({"apiVersion": api, "kind": kind, "metadata": {"name": "x", **metadata}})


REFUSED = [
    (
        an_object(namespace="trips-rides"),
        "holds ConfigMap `x` in namespace `trips-rides`; the product's is `demand-by-zone`",
    ),
    (
        an_object("Namespace"),
        "holds Namespace `x`, which belongs to no namespace: that is the platform's to bring",
    ),
    (
        an_object("ClusterRole", "rbac.authorization.k8s.io/v1"),
        "holds ClusterRole `x`, which belongs to no namespace: that is the platform's to bring",
    ),
    (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData: {password: hunter2}\n",
        "holds Secret `x` with what is secret: let it be made in the cluster, and only name it here",
    ),
]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_what_is_not_a_products_is_refused(text: str, reason: str) -> None:
    found = plain(JOB, **{"manifests/other.yaml": text})
    assert refused(found) == [f"`{FOLDER}/other.yaml` {reason}"]
    assert f"{UNIT}/base/cronjob-zones.yaml" in found.files
    assert not any(b"hunter2" in written for written in found.files.values())


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_it_is_in_a_kustomization_as_well(text: str, reason: str) -> None:
    files = {"manifests/job.yaml": f"{JOB}---\n{text}", "manifests/kustomization.yaml": KUSTOMIZATION}
    found = rendered(with_runtime(files))
    assert refused(found) == [f"`{FOLDER}` {reason}"]
    assert not any(path.startswith(UNIT) for path in found.files)


def test_a_secret_that_a_kustomization_generates_is_refused() -> None:
    generator = "secretGenerator: [{name: x, literals: [password=hunter2]}]\n"
    files = {"manifests/job.yaml": JOB, "manifests/kustomization.yaml": KUSTOMIZATION + generator}
    assert refused(rendered(with_runtime(files))) == [f"`{FOLDER}` {REFUSED[3][1]}"]


def test_a_kustomization_stays_with_its_product() -> None:
    reaching = KUSTOMIZATION.replace("job.yaml", "../../../../source-aligned/trips/rides/manifests")
    others = {
        "domains/source-aligned/trips/rides/manifests/kustomization.yaml": KUSTOMIZATION,
        "domains/source-aligned/trips/rides/manifests/job.yaml": JOB,
    }
    found = rendered({**with_runtime({"manifests/kustomization.yaml": reaching}), **others})
    where = "domains/source-aligned/trips/rides/manifests"
    assert refused(found) == [f"`{FOLDER}` reaches `{where}`, which is none of the product's"]


A_PATCH = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: zones, namespace: kafka}\n"
OF_A_FILE = "      - op: replace\n        path: /metadata/namespace\n        value: kafka\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("transformers: [move.yaml]\n", "has `transformers`, and what these make only a build tells"),
        ("patches: [{path: move.yaml}]\n", "has a patch that tells an object's namespace"),
        ("patchesStrategicMerge: [move.yaml]\n", "has a patch that tells an object's namespace"),
        (f"patches:\n  - patch: |-\n{OF_A_FILE}", "has a patch that tells an object's namespace"),
        (
            'patches:\n  - patch: \'[{"op": "add", "path": "/metadata", "value": {}}]\'\n',
            "has a patch that tells an object's namespace",
        ),
        (
            "patches:\n  - {path: kind.yaml, options: {allowKindChange: true}}\n",
            "lets a patch change what kind an object is",
        ),
        (
            'patches:\n  - patch: \'[{"op": "replace", "path": "/kind", "value": "Secret"}]\'\n',
            "lets a patch change what kind an object is",
        ),
        (
            "replacements: [{source: {kind: X}, targets: [{fieldPaths: [metadata.namespace]}]}]\n",
            "has a replacement that tells an object's namespace",
        ),
    ],
)
def test_a_kustomization_does_not_move_objects_unseen(text: str, reason: str) -> None:
    files = {
        "manifests/job.yaml": JOB,
        "manifests/move.yaml": A_PATCH,
        "manifests/kind.yaml": "kind: Secret\n",
        "manifests/kustomization.yaml": KUSTOMIZATION + text,
    }
    found = rendered(with_runtime(files))
    assert refused(found) == [f"`{FOLDER}/kustomization.yaml` {reason}"]


def test_it_may_patch_what_else_there_is(build: Build) -> None:
    patches = """\
patches:
  - target: {kind: CronJob, namespace: demand-by-zone}
    patch: |-
      - {op: replace, path: /spec/schedule, value: "0 5 * * *"}
  - path: account.yaml
"""
    account = A_PATCH.replace("namespace: kafka", "namespace: demand-by-zone, labels: {a: b}")
    files = {
        "manifests/job.yaml": JOB.replace(
            "{name: zones}", "{name: zones, namespace: demand-by-zone}"
        ).replace("  name: zones\n  labels", "  name: zones\n  namespace: demand-by-zone\n  labels"),
        "manifests/account.yaml": account,
        "manifests/kustomization.yaml": KUSTOMIZATION + patches,
    }
    changes = with_runtime(files)
    found = rendered(changes)
    assert refused(found) == []
    built = {entry["kind"]: entry for entry in build(found, city(changes))[f"{UNIT}/overlays/dev"]}
    assert built["CronJob"]["spec"]["schedule"] == "0 5 * * *"
    assert built["ServiceAccount"]["metadata"]["labels"]["a"] == "b"


def test_a_kustomization_namespace_of_another_is_refused() -> None:
    files = {"manifests/job.yaml": JOB, "manifests/kustomization.yaml": KUSTOMIZATION + "namespace: kafka\n"}
    where = "namespace `kafka`; the product's is `demand-by-zone`"
    moving = f"`{FOLDER}/kustomization.yaml` puts what it reaches into {where}"
    holding = [f"`{FOLDER}` holds {kind} `zones` in {where}" for kind in ("CronJob", "ServiceAccount")]
    assert refused(rendered(with_runtime(files))) == [moving, *holding]
    beyond = {
        "manifests/own/job.yaml": JOB,
        "manifests/own/kustomization.yaml": KUSTOMIZATION,
        "manifests/kustomization.yaml": "resources: [own]\nnamespace: kafka\n",
    }
    assert refused(rendered(with_runtime(beyond))) == [moving, *holding]


def test_a_component_that_moves_what_names_it_is_refused() -> None:
    files = {
        "manifests/job.yaml": JOB,
        "manifests/kustomization.yaml": KUSTOMIZATION + "components: [move]\n",
        "manifests/move/kustomization.yaml": (
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamespace: kafka\n"
        ),
    }
    where = "namespace `kafka`; the product's is `demand-by-zone`"
    assert refused(rendered(with_runtime(files))) == [
        f"`{FOLDER}/move/kustomization.yaml` puts what it reaches into {where}",
        *(f"`{FOLDER}` holds {kind} `zones` in {where}" for kind in ("CronJob", "ServiceAccount")),
    ]


@pytest.mark.parametrize(
    "text",
    ["just a text\n", "[1, 2]\n", "a: 1\n", "apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: x}\n"],
)
def test_what_is_no_object_is_refused(text: str) -> None:
    reason = "holds something without the apiVersion, kind and metadata.name of a Kubernetes object"
    assert refused(plain(JOB, **{"manifests/other.yaml": text})) == [f"`{FOLDER}/other.yaml` {reason}"]


def test_a_name_that_would_lead_out_of_the_folder_is_refused() -> None:
    found = plain(JOB, **{"manifests/other.yaml": an_object().replace("x", "../../../x")})
    assert len(refused(found)) == 1
    assert "which is not called by an RFC 1123 subdomain" in refused(found)[0]


def test_a_kustomization_below_the_folder_is_refused() -> None:
    found = plain(JOB, **{"manifests/deeper/kustomization.yaml": KUSTOMIZATION})
    (reason,) = refused(found)
    assert reason == (
        f"`{FOLDER}/deeper/kustomization.yaml` is a kustomization, and the folder that deployment.yaml names"
        " has none"
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"{JOB}---\napiVersion: [v1\n", 24, "expected"),
        (f"{JOB}---\nkind: ConfigMap\nkind: Secret\n", 24, "duplicate key"),
        (f"{JOB}---\ndefaultMode: 0400\n", 23, "`0400` is read differently by YAML 1.1 and 1.2"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_at_its_line(text: str, line: int, reason: str) -> None:
    found = plain(text)
    (first, *_) = found.unreadable
    assert (first.path, first.line) == (f"{FOLDER}/job.yaml", line)
    assert reason in first.reason
    assert not any(path.startswith(UNIT) for path in found.files)


def test_lists_are_taken_apart_and_empty_documents_left_out() -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(an_object())]}
    found = plain(f"---\n---\n{yaml.safe_dump(listed)}")
    assert refused(found) == []
    assert f"{UNIT}/base/configmap-x.yaml" in found.files


@pytest.mark.parametrize("kustomized", [False, True])
def test_a_list_in_a_list_hides_nothing(kustomized: bool) -> None:
    inner = {"apiVersion": "v1", "kind": "List", "metadata": {"name": "x"}}
    inner["items"] = [yaml.safe_load(REFUSED[3][0])]
    text = yaml.safe_dump({**inner, "items": [inner]})
    files = {"manifests/job.yaml": f"{JOB}---\n{text}"}
    if kustomized:
        files["manifests/kustomization.yaml"] = KUSTOMIZATION
    assert [reason.partition(" ")[2] for reason in refused(rendered(with_runtime(files)))] == [REFUSED[3][1]]


def test_a_kind_that_is_called_as_a_list_is_an_object() -> None:
    found = plain(an_object("AllowList", "example.org/v1"))
    assert f"{UNIT}/base/allowlist-x.yaml" in found.files


def test_a_claim_is_kept_unless_it_says_otherwise() -> None:
    option = "argocd.argoproj.io/sync-options"
    said = an_object("PersistentVolumeClaim", annotations={option: "Prune=confirm"})
    for text, kept in (
        (an_object("PersistentVolumeClaim"), "Prune=false,Delete=false"),
        (said, "Prune=confirm"),
    ):
        head = document(plain(text), f"{UNIT}/base/persistentvolumeclaim-x.yaml")["metadata"]
        assert head["annotations"][option] == kept


@pytest.mark.parametrize(
    ("kind", "group"), [("DBInstance", "rds.services.k8s.aws"), ("SQLInstance", "sql.cnrm.cloud.google.com")]
)
def test_a_thing_in_a_cloud_is_kept_where_nothing_else_is_known_of_it(kind: str, group: str) -> None:
    found = plain(an_object(kind, f"{group}/v1beta1"))
    head = document(found, f"{UNIT}/base/{kind.lower()}-x.yaml")["metadata"]
    assert head["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_access_in_a_cloud_is_not_kept() -> None:
    found = plain(an_object("User", "iam.services.k8s.aws/v1alpha1"))
    head = document(found, f"{UNIT}/base/user-x.yaml")["metadata"]
    assert "Prune=false" not in str(head.get("annotations"))


def test_kinds_of_one_name_in_two_groups_have_files_of_their_own(build: Build) -> None:
    groups = ("glue.services.k8s.aws", "dynamodb.services.k8s.aws")
    changes = with_runtime(
        {f"manifests/{group}.yaml": an_object("Table", f"{group}/v1alpha1") for group in groups}
    )
    found = rendered(changes)
    for group in groups:
        assert document(found, f"{UNIT}/base/table.{group}-x.yaml")["apiVersion"] == f"{group}/v1alpha1"
    built = build(found, city(changes))[f"{UNIT}/overlays/prod"]
    assert {entry["apiVersion"] for entry in built} == {f"{group}/v1alpha1" for group in groups}


def test_a_claim_in_a_kustomization_is_kept_as_well(build: Build) -> None:
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    text = yaml.safe_dump({**yaml.safe_load(an_object("PersistentVolumeClaim")), "spec": claim})
    changes = with_runtime({"manifests/job.yaml": text, "manifests/kustomization.yaml": KUSTOMIZATION})
    (made,) = build(rendered(changes), city(changes))[f"{UNIT}/overlays/prod"]
    assert made["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false,Delete=false"


def test_labels_that_rendering_sets_are_nobody_elses() -> None:
    labels = {"meshwarden.dev/product": "rides", "meshwarden.dev/contract": "c-rides", "app": "x"}
    head = document(plain(an_object(labels=labels)), f"{UNIT}/base/configmap-x.yaml")["metadata"]
    assert head["labels"]["meshwarden.dev/product"] == "by-zone"
    assert "meshwarden.dev/contract" not in head["labels"]


def test_an_object_of_any_shape_collides_with_nothing() -> None:
    found = plain(an_object("Bucket", "s3.services.k8s.aws/v1alpha1"))
    assert found.collisions == ()


@pytest.mark.parametrize("path", ["..", ".", "../../../..", "/etc"])
def test_it_does_not_leave_the_product(path: str) -> None:
    found = rendered(with_runtime({"manifests/job.yaml": JOB}, path=path))
    assert refused(found) == ["it names no folder below the product's"]


def test_a_folder_without_manifests_is_refused() -> None:
    files = with_runtime({"manifests/values.json": "{}"})
    found = rendered(files)
    assert len(refused(found)) == 1
    missing = rendered(with_runtime({}))
    assert refused(missing) == []  # reference/path tells that there is no such folder
    assert (DEPLOYMENT, f"`{FOLDER}` is not there") in reasons(missing)


def test_it_brings_no_kinds_of_its_own() -> None:
    assert Kubernetes().kinds == ()
    content = Content.of(mesh_of(city(with_runtime({"manifests/job.yaml": JOB}))), NO_CHARTS)
    assert content.below(FOLDER) == (f"{FOLDER}/job.yaml",)
