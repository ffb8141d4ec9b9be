"""What buckets and grants are rendered of a contract in Google's Cloud Storage."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.render.meshes import ZONES, document, member, rendered
from tests.render.warehouse import FARES, TIPS, UNIT, changed, warehouse

from meshwarden.findings import Pointer
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.gcs import is_bucket
from meshwarden.render.targets.target import Why

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: c-fares
name: fares
version: 1.0.0
status: active
servers:
  - {server: lake-dev, environment: dev, type: s3, location: "gs://city-dev-rides/fares/", format: parquet}
  - {server: lake-prod, environment: prod, type: s3, location: "gs://city-prod-rides/fares/", format: parquet}
schema:
  - name: fares
    properties:
      - {name: ride_id, logicalType: string, classification: internal}
slaProperties:
  - {property: retention, value: 3, unit: "y"}
"""
BUCKET = f"{UNIT}/base/storagebucket-rides.yaml"
DEV = f"{UNIT}/overlays/dev"
WRITER = "fares.writer"
READER = "fares.reader.demand.by-zone"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered(warehouse(CONTRACT))


def with_server(**said: Any) -> str:
    """The contract with other fields of its server in dev."""
    found = yaml.safe_load(CONTRACT)
    found["servers"][0].update(said)
    return yaml.safe_dump(found, sort_keys=False)


def told(found: Rendering, path: str = FARES) -> list[tuple[Pointer, str, Why]]:
    return [(entry.pointer, entry.reason, entry.why) for entry in found.not_rendered if entry.path == path]


def test_a_bucket(rendering: Rendering) -> None:
    assert document(rendering, BUCKET) == yaml.safe_load("""
apiVersion: storage.cnrm.cloud.google.com/v1beta1
kind: StorageBucket
metadata:
  name: rides
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    classification: internal
    domain: trips
    meshwarden.dev/contract: c-fares
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
    product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    cnrm.cloud.google.com/deletion-policy: abandon
    cnrm.cloud.google.com/force-destroy: "false"
    cnrm.cloud.google.com/project-id: city-dev
    cnrm.cloud.google.com/state-into-spec: absent
spec:
  resourceID: city-dev-rides
  location: europe-west1
  uniformBucketLevelAccess: true
  publicAccessPrevention: enforced
  versioning: {enabled: true}
  softDeletePolicy: {retentionDurationSeconds: 0}
  lifecycleRule:
    - action: {type: Delete}
      condition: {age: 1096, withState: LIVE, matchesPrefix: [fares/]}
    - action: {type: Delete}
      condition: {daysSinceNoncurrentTime: 30, withState: ARCHIVED, matchesPrefix: [fares/]}
    - action: {type: AbortIncompleteMultipartUpload}
      condition: {age: 7, matchesPrefix: [fares/]}
  encryption:
    kmsKeyRef: {external: projects/city-dev/locations/europe-west1/keyRings/mesh/cryptoKeys/mesh}
""")


def test_a_consumer_reads_and_lists_its_prefix_and_nothing_else(rendering: Rendering) -> None:
    found = member(rendering, DEV, READER)
    assert found["metadata"]["annotations"]["meshwarden.dev/consumer"] == "demand/by-zone"
    assert found["spec"] == yaml.safe_load("""
member: "principal://iam.googleapis.com/projects/123456789012/locations/global/\\
  workloadIdentityPools/city-dev/subject/system:serviceaccount:demand-by-zone:zones"
role: roles/storage.objectViewer
resourceRef:
  apiVersion: storage.cnrm.cloud.google.com/v1beta1
  kind: StorageBucket
  name: rides
condition:
  title: within fares/
  expression: >-
    resource.name.startsWith("projects/_/buckets/city-dev-rides/objects/fares/") ||
    api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("fares/")
""")


def test_the_producer_writes_within_the_same_prefix(rendering: Rendering) -> None:
    spec = member(rendering, DEV, WRITER)["spec"]
    assert spec["member"].endswith("/subject/system:serviceaccount:trips-rides:rides")
    assert spec["role"] == "roles/storage.objectUser"
    assert spec["condition"] == member(rendering, DEV, READER)["spec"]["condition"]


def test_each_environment_has_its_bucket(rendering: Rendering) -> None:
    changes = document(rendering, f"{UNIT}/overlays/prod/patches/storagebucket-rides.yaml")
    replaced = {entry["path"]: entry["value"] for entry in changes if entry["op"] == "replace"}
    assert replaced["/spec/resourceID"] == "city-prod-rides"
    assert replaced["/spec/location"] == "europe-west4"
    assert {"op": "remove", "path": "/spec/encryption"} in changes  # prod tells no key


def test_a_contract_that_has_the_bucket_to_itself_has_no_condition() -> None:
    found = rendered(warehouse(with_server(location="gs://city-dev-rides")))
    assert "condition" not in member(found, DEV, READER)["spec"]
    (live, *_) = document(found, BUCKET)["spec"]["lifecycleRule"]
    assert live["condition"] == {"age": 1096, "withState": "LIVE"}


@pytest.mark.parametrize(
    ("location", "prefix"),
    [
        ("gs://city-dev-rides/fares", "fares/"),
        ("gs://city-dev-rides/fares/*.parquet", "fares/"),
        ("gs://city-dev-rides/fares/day={day}/*", "fares/"),
        ("gs://city-dev-rides/fares/all.csv", "fares/all.csv"),
        ('gs://city-dev-rides/a"b/', 'a\\"b/'),
    ],
)
def test_prefixes(location: str, prefix: str) -> None:
    found = rendered(warehouse(with_server(location=location)))
    expression = member(found, DEV, READER)["spec"]["condition"]["expression"]
    assert expression.startswith(
        f'resource.name.startsWith("projects/_/buckets/city-dev-rides/objects/{prefix}")'
    )
    assert expression.endswith(f'.startsWith("{prefix}")')


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://storage.googleapis.com",
        "https://storage.europe-west1.rep.googleapis.com/",
        "https://city-dev-rides.storage.googleapis.com",
    ],
)
def test_google_s_endpoint_says_it_as_well(endpoint: str) -> None:
    found = rendered(warehouse(with_server(location="s3://city-dev-rides/fares/", endpointUrl=endpoint)))
    assert document(found, BUCKET)["spec"]["resourceID"] == "city-dev-rides"


def test_an_endpoint_that_only_looks_like_google_s_does_not() -> None:
    endpoint = "https://storage.googleapis.com.example.org"
    found = rendered(warehouse(with_server(location="s3://city-dev-rides/fares/", endpointUrl=endpoint)))
    (entry,) = told(found)
    assert entry[1].endswith("which is not Amazon's and has no target yet")


@pytest.mark.parametrize(
    ("said", "key", "reason"),
    [
        (
            {"location": "gs://"},
            "location",
            "server `lake-dev` has location `gs://`; wanted `gs://<bucket>/<prefix>`",
        ),
        (
            {"location": "gs://Rides/fares/"},
            "location",
            (
                "server `lake-dev` names bucket `Rides`, a name that Cloud Storage does not allow: it takes"
                " 3 to 63 small letters, digits, `-`, `_` and `.`, and nothing like `goog`"
            ),
        ),
        (
            {"endpointUrl": "https://s3.eu-west-1.amazonaws.com"},
            "endpointUrl",
            (
                "server `lake-dev` has endpoint `https://s3.eu-west-1.amazonaws.com` and location"
                " `gs://city-dev-rides/fares/`, which is Google's"
            ),
        ),
    ],
)
def test_what_is_not_rendered_is_told_at_its_field(said: dict[str, str], key: str, reason: str) -> None:
    found = rendered(warehouse(with_server(**said)))
    assert told(found) == [(("servers", 0, key), reason, Why.REFUSED)]


def test_a_retention_that_cannot_be_read_is_told() -> None:
    found = rendered(warehouse(changed("value: 3", "value: long", CONTRACT)))
    reason = "its retention has no value and unit that can be read"
    assert told(found) == [(("slaProperties", 0, "value"), reason, Why.RETENTION)]


def test_contracts_may_share_a_bucket() -> None:
    other = CONTRACT
    for old, new in (("c-fares", "c-tips"), ("name: fares", "name: tips"), ("/fares/", "/tips/")):
        other = changed(old, new, other)
    found = rendered(warehouse(CONTRACT, tips=changed("value: 3", "value: 1", other) + "# unread\n"))
    bucket = document(found, BUCKET)
    assert bucket["metadata"]["annotations"]["meshwarden.dev/contracts"] == "c-fares,c-tips"
    kept = {
        rule["condition"]["matchesPrefix"][0]: rule["condition"]["age"]
        for rule in bucket["spec"]["lifecycleRule"]
        if rule["condition"].get("withState") == "LIVE"
    }
    assert kept == {"fares/": 1096, "tips/": 366}
    writer = member(found, DEV, "tips.writer")["spec"]
    assert writer["resourceRef"]["name"] == bucket["metadata"]["name"]
    assert writer["condition"]["title"] == "within tips/"
    assert not [path for path in found.files if "tips.reader" in path]
    assert (told(found), told(found, TIPS), found.collisions) == ([], [], ())


def test_two_products_that_make_one_bucket_collide() -> None:
    contract = changed("c-fares", "c-zones", CONTRACT)
    found = rendered({**warehouse(CONTRACT), f"{ZONES}/contracts/zones.odcs.yaml": contract})
    assert [collision.message for collision in found.collisions] == [
        f"bucket `city-{name}-rides` of Google's is made by `demand/by-zone` in `{name}` and by"
        f" `trips/rides` in `{name}`"
        for name in ("dev", "prod")
    ]


@pytest.mark.parametrize("name", ["city-dev-rides", "a_1", "x" * 63, f"{'x' * 63}.{'y' * 63}.example.org"])
def test_names_of_buckets(name: str) -> None:
    assert is_bucket(name)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "Rides",
        "-rides",
        "rides-",
        "goog-rides",
        "my-google-rides",
        "10.0.0.1",
        "a..b",
        "x" * 64,
        "rides\n",
    ],
)
def test_names_that_cloud_storage_does_not_take(name: str) -> None:
    assert not is_bucket(name)
