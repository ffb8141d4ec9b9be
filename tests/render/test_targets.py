"""What buckets, topics, policies and users are rendered of a contract."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from tests.render.meshes import RIDES, ZONES, city, document, reasons, rendered, replaced

from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

UNIT = "rendered/domains/trips/rides"
CONTRACT = f"{RIDES}/contracts/rides.odcs.yaml"
STARTED = f"{RIDES}/contracts/started.odcs.yaml"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered()


def policy_of(rendering: Rendering, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        document(rendering, f"{UNIT}/base/policy-{name}.yaml")["spec"]["policyDocument"]
    )
    return found


def test_a_bucket_of_its_own(rendering: Rendering) -> None:
    assert document(rendering, f"{UNIT}/base/bucket-city-rides.yaml") == yaml.safe_load("""
apiVersion: s3.services.k8s.aws/v1alpha1
kind: Bucket
metadata:
  name: city-rides
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/contract: c-rides
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    services.k8s.aws/adoption-fields: '{"name": "city-dev-rides"}'
    services.k8s.aws/adoption-policy: adopt-or-create
    services.k8s.aws/deletion-policy: retain
    services.k8s.aws/region: eu-west-1
spec:
  name: city-dev-rides
  createBucketConfiguration: {locationConstraint: eu-west-1}
  encryption:
    rules:
      - applyServerSideEncryptionByDefault: {kmsMasterKeyID: alias/mesh, sseAlgorithm: 'aws:kms'}
        bucketKeyEnabled: true
  lifecycle:
    rules:
      - id: rides-retention
        status: Enabled
        filter: {prefix: rides/}
        expiration: {days: 731}
        noncurrentVersionExpiration: {noncurrentDays: 30}
      - id: rides-leftovers
        status: Enabled
        filter: {prefix: rides/}
        abortIncompleteMultipartUpload: {daysAfterInitiation: 7}
        expiration: {expiredObjectDeleteMarker: true}
  ownershipControls: {rules: [{objectOwnership: BucketOwnerEnforced}]}
  publicAccessBlock:
    {blockPublicACLs: true, blockPublicPolicy: true, ignorePublicACLs: true, restrictPublicBuckets: true}
  tagging:
    tagSet:
      - {key: classification, value: confidential}
      - {key: contract, value: c-rides}
      - {key: domain, value: trips}
      - {key: mesh, value: city}
      - {key: product, value: rides}
  versioning: {status: Enabled}
""")


def test_a_reader_gets_the_prefix_and_nothing_else(rendering: Rendering) -> None:
    assert policy_of(rendering, "rides.reader.demand.by-zone")["Statement"] == [
        {
            "Sid": "ListPrefix",
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": ["arn:aws:s3:::city-dev-rides"],
            "Condition": {"StringLike": {"s3:prefix": ["rides/", "rides/*"]}},
        },
        {
            "Sid": "Objects",
            "Effect": "Allow",
            "Action": ["s3:GetObject"],
            "Resource": ["arn:aws:s3:::city-dev-rides/rides/*"],
        },
        {
            "Sid": "Key",
            "Effect": "Allow",
            "Action": ["kms:Decrypt"],
            "Resource": ["arn:aws:kms:eu-west-1:111122223333:key/*"],
            "Condition": {
                "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/mesh"},
            },
        },
    ]


def test_no_action_has_a_star(rendering: Rendering) -> None:
    for name in ("rides.writer", "rides.reader.demand.by-zone"):
        actions = [action for found in policy_of(rendering, name)["Statement"] for action in found["Action"]]
        assert not [action for action in actions if "*" in action]


def test_a_role_trusts_the_consumers_service_account_alone(rendering: Rendering) -> None:
    role = document(rendering, f"{UNIT}/base/role-rides.reader.demand.by-zone.yaml")
    (statement,) = json.loads(role["spec"]["assumeRolePolicyDocument"])["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.example.org/id/DEV"},
        "Condition": {
            "StringEquals": {
                "oidc.example.org/id/DEV:aud": "sts.amazonaws.com",
                "oidc.example.org/id/DEV:sub": "system:serviceaccount:demand-by-zone:zones",
            }
        },
    }
    assert role["spec"]["permissionsBoundary"] == "arn:aws:iam::111122223333:policy/mesh"
    assert role["spec"]["policyRefs"] == [{"from": {"name": "rides.reader.demand.by-zone"}}]
    assert role["spec"]["name"] == "trips-dev.rides.rides.reader.demand.by-zone"
    assert (
        role["spec"]["description"]
        == "demand/by-zone reads rides of trips/rides: Demand by zone. Until 2027-12-31."
    )
    assert role["metadata"]["annotations"]["meshwarden.dev/expires"] == "2027-12-31"


def test_of_two_grants_the_last_to_end_counts() -> None:
    """A consent that was renewed may stand beside the old one."""
    old = '      purpose: Demand by zone.\n      approvedBy: trips\n      expires: "2027-12-31"\n'
    new = f"    - consumer: demand/by-zone\n      port: rides\n{old.replace('2027', '2029')}"
    deployment = f"{RIDES}/deployment.yaml"
    found = rendered(replaced(deployment, old, f"{old}{new}"))
    role = document(found, f"{UNIT}/base/role-rides.reader.demand.by-zone.yaml")
    assert role["metadata"]["annotations"]["meshwarden.dev/expires"] == "2029-12-31"


def test_grants_vanish_when_they_end(rendering: Rendering) -> None:
    for kind in ("policy-rides", "role-rides", "kafkauser-trips.rides.started"):
        annotations = document(rendering, f"{UNIT}/base/{kind}.reader.demand.by-zone.yaml")["metadata"][
            "annotations"
        ]
        assert annotations["argocd.argoproj.io/sync-options"] == "SkipDryRunOnMissingResource=true"
        assert not [key for key in annotations if "deletion-policy" in key or "adoption" in key]


def test_a_consumers_service_account_may_differ_by_environment(rendering: Rendering) -> None:
    path = f"{UNIT}/overlays/prod/patches/role-rides.reader.demand.by-zone.yaml"
    changes = {
        entry["path"]: entry["value"] for entry in document(rendering, path) if entry["op"] == "replace"
    }
    assert "system:serviceaccount:demand-by-zone:zones-prod" in changes["/spec/assumeRolePolicyDocument"]


def test_an_environment_may_let_in_others() -> None:
    grant = "{consumer: demand/by-zone, port: started, purpose: y, approvedBy: trips}"
    own = f"    - name: prod\n      access: [{grant}]\n"
    found = rendered(replaced(f"{RIDES}/deployment.yaml", "    - name: prod\n", own))
    readers = {
        path for path in found.files if "/rides/" in path and "reader" in path and "patches" not in path
    }
    assert {path.rpartition("/")[2] for path in readers if "/overlays/dev/" in path} == {
        "policy-rides.reader.demand.by-zone.yaml",
        "role-rides.reader.demand.by-zone.yaml",
    }
    (shared,) = (path for path in readers if "/base/" in path)
    assert shared == f"{UNIT}/base/kafkauser-trips.rides.started.reader.demand.by-zone.yaml"


def test_a_consumer_that_is_not_in_an_environment_has_no_role_there() -> None:
    found = rendered(
        replaced(
            f"{ZONES}/deployment.yaml", "    - {name: prod, runtime: {serviceAccount: zones-prod}}\n", ""
        )
    )
    assert f"{UNIT}/overlays/dev/role-rides.reader.demand.by-zone.yaml" in found.files
    assert not [path for path in found.files if "prod" in path and "reader" in path]


def test_topics_and_their_users(rendering: Rendering) -> None:
    topic = document(rendering, f"{UNIT}/base/kafkatopic-trips.ride-ended.yaml")
    assert topic["spec"] == {
        "partitions": 3,
        "replicas": 3,
        "config": {"cleanup.policy": "delete", "retention.ms": 604800000},
    }
    assert topic["metadata"]["namespace"] == "kafka"
    assert topic["metadata"]["labels"]["strimzi.io/cluster"] == "city"
    assert "Prune=false,Delete=false" in topic["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]
    user = document(rendering, f"{UNIT}/base/kafkauser-trips.rides.started.reader.demand.by-zone.yaml")
    assert user["spec"] == yaml.safe_load("""
authentication: {type: tls}
authorization:
  type: simple
  acls:
    - type: allow
      operations: [Describe, Read]
      resource: {type: topic, patternType: literal, name: Trips.Ride_Started}
    - type: allow
      operations: [Describe, Read]
      resource: {type: topic, patternType: literal, name: trips.ride-ended}
    - {type: allow, operations: [Read], resource: {type: group, patternType: literal, name: demand.by-zone}}
    - {type: allow, operations: [Read], resource: {type: group, patternType: prefix, name: demand.by-zone.}}
""")
    writer = document(rendering, f"{UNIT}/base/kafkauser-trips.rides.started.writer.yaml")
    assert {tuple(acl["operations"]) for acl in writer["spec"]["authorization"]["acls"]} == {
        ("Describe", "Write")
    }


def test_a_topic_that_kubernetes_cannot_name_keeps_its_name_in_kafka(rendering: Rendering) -> None:
    (path,) = [
        path for path in rendering.files if "/base/kafkatopic-trips.rides.started.ride-started" in path
    ]
    topic = document(rendering, path)
    assert topic["spec"]["topicName"] == "Trips.Ride_Started"
    assert topic["spec"]["partitions"] == 6


def test_tags_have_what_aws_takes() -> None:
    changes = replaced(CONTRACT, "id: c-rides", 'id: "urn:rides#2 (new)"')
    changes |= replaced(
        f"{RIDES}/data-product.yaml", "contractId: c-rides", 'contractId: "urn:rides#2 (new)"'
    )
    spec = document(rendered(changes), f"{UNIT}/base/bucket-city-rides.yaml")["spec"]
    assert {"key": "contract", "value": "urn:rides_2 _new_"} in spec["tagging"]["tagSet"]


def test_a_topic_says_its_class_as_kafka_has_no_tags(rendering: Rendering) -> None:
    topics = [path for path in rendering.files if "/base/kafkatopic-" in path]
    said = [document(rendering, path)["metadata"]["annotations"] for path in topics]
    assert {one["meshwarden.dev/classification"] for one in said} == {"internal"}


def test_environments_override_single_objects(rendering: Rendering) -> None:
    (path,) = [path for path in rendering.files if "/prod/patches/kafkatopic-trips.rides.started" in path]
    assert document(rendering, path)[1:] == [
        {"op": "test", "path": "/spec/partitions", "value": 6},
        {"op": "replace", "path": "/spec/partitions", "value": 24},
    ]
    assert f"{UNIT}/overlays/prod/patches/kafkatopic-trips.ride-ended.yaml" not in rendering.files


def test_topics_that_are_one_to_kafka_collide() -> None:
    found = rendered(replaced(STARTED, "Trips.Ride_Started", "trips_ride-ended"))
    assert {one.message for one in found.collisions} == {
        f"topic `trips.ride-ended` in `{name}` and topic `trips_ride-ended` in `{name}`, which are one to it,"
        f" are made twice by `trips/rides` in `{name}`"
        for name in ("dev", "prod")
    }


def test_a_topic_of_another_domains_name_gets_a_name_of_its_own_domain() -> None:
    found = rendered(replaced(STARTED, "physicalName: trips.ride-ended", "physicalName: demand.secret"))
    (path,) = [path for path in found.files if "/base/kafkatopic-trips.rides.started.ride-ended" in path]
    assert document(found, path)["spec"]["topicName"] == "demand.secret"


def test_settings_of_a_contract_go_before_those_of_a_server_and_of_a_type() -> None:
    old = "kafka: {partitions: 3, replicas: 3, objects: {ride_started: {partitions: 6}}}\n"
    new = "kafka: {partitions: 3, replicas: 3}\n    stream: {partitions: 4}\n"
    new += "    started/stream: {partitions: 5}\n"
    found = rendered(replaced(f"{RIDES}/deployment.yaml", old, new))
    topic = document(found, f"{UNIT}/base/kafkatopic-trips.ride-ended.yaml")
    assert (topic["spec"]["partitions"], topic["spec"]["replicas"]) == (5, 3)


def test_two_contracts_may_share_a_bucket() -> None:
    other = (
        replaced(CONTRACT, "id: c-rides", "id: c-other")[CONTRACT]
        .replace("/rides/", "/other/")
        .replace("internal", "public")
    )
    found = rendered({f"{RIDES}/contracts/other.odcs.yaml": other})
    buckets = [path for path in found.files if "/base/bucket-" in path]
    assert buckets == [path for path in rendered({}).files if "/base/bucket-" in path]  # the same object
    rules = document(found, buckets[0])["spec"]["lifecycle"]["rules"]
    assert {rule["filter"]["prefix"] for rule in rules} == {"rides/", "other/"}
    assert found.collisions == ()


def test_two_domains_with_one_namespace_collide() -> None:
    """`trips/by-zone` beside `trips-by/zone`: the pods of the one could take the roles of the other."""
    folder = "domains/aggregate/trips-by"
    changes = {
        f"{folder}/domain.yaml": city()["domains/aggregate/demand/domain.yaml"].replace("demand", "trips-by"),
        f"{folder}/zone/data-product.yaml": city()[f"{ZONES}/data-product.yaml"]
        .replace("id: p-2", "id: p-3")
        .replace("name: by-zone", "name: zone"),
        f"{folder}/zone/deployment.yaml": city()[f"{ZONES}/deployment.yaml"],
        "domains/source-aligned/trips/by-zone/data-product.yaml": city()[f"{RIDES}/data-product.yaml"]
        .replace("id: p-1", "id: p-4")
        .replace("name: rides\n", "name: by-zone\n")
        .partition("outputPorts")[0],
        "domains/source-aligned/trips/by-zone/deployment.yaml": city()[f"{ZONES}/deployment.yaml"],
    }
    wanted = "namespace `trips-by-zone` in {} is that of `trips-by/zone` and of `trips/by-zone`"
    told = [collision.message for collision in rendered(changes).collisions]
    assert told == [wanted.format("`dev` and `prod`")]
    shared = replaced(
        "mesh.yaml", "cluster: {name: city-dev}", "namespace: data\n      cluster: {name: city-dev}"
    )
    told = [collision.message for collision in rendered({**changes, **shared}).collisions]
    assert told == [wanted.format("`prod`")]


def test_two_products_that_make_one_bucket_collide() -> None:
    contract = replaced(CONTRACT, "id: c-rides", "id: c-zones")[CONTRACT]
    found = rendered({f"{ZONES}/contracts/zones.odcs.yaml": contract})
    assert [collision.message for collision in found.collisions] == [
        "bucket `city-dev-rides` is made by `demand/by-zone` in `dev` and by `trips/rides` in `dev`",
        "bucket `city-prod-rides` is made by `demand/by-zone` in `prod` and by `trips/rides` in `prod`",
    ]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("type: s3", "type: snowflake", "servers of type `snowflake` have no target yet"),
        (
            "s3://city-dev-rides/rides/",
            "s3://City_Dev/x/",
            (
                "server `lake-dev` names bucket `City_Dev`, a name that S3 does not allow: it takes 3 to 63"
                " small letters, digits, `.` and `-`, and keeps names such as `xn--…` for itself"
            ),
        ),
        ("environment: dev", "environment: test", "it has no server for environment `dev`"),
        ("unit: y", "unit: fortnights", "its retention has no value and unit that can be read"),
        (
            'rides/"}\n  - {server: lake-prod',
            'rides/", endpointUrl: "https://minio.example.org"}\n  - {server: lake-prod',
            (
                "server `lake-dev` has endpoint `https://minio.example.org`,"
                " which is not Amazon's and has no target yet"
            ),
        ),
    ],
)
def test_what_a_contract_asks_for_and_is_not_rendered_is_told(old: str, new: str, reason: str) -> None:
    assert (CONTRACT, reason) in reasons(rendered(replaced(CONTRACT, old, new)))


def test_a_glob_in_a_location_ends_the_prefix() -> None:
    found = rendered(
        replaced(CONTRACT, "s3://city-dev-rides/rides/", "s3://city-dev-rides/a/b-{model}/*.parquet")
    )
    rules = document(found, f"{UNIT}/base/bucket-city-rides.yaml")["spec"]["lifecycle"]["rules"]
    assert {rule["filter"]["prefix"] for rule in rules} == {"a/b-"}


def test_a_policy_has_no_character_that_iam_refuses() -> None:
    """It has none beyond Latin-1 but as escapes."""
    found = rendered(replaced(CONTRACT, "s3://city-dev-rides/rides/", "s3://city-dev-rides/żółw/"))
    document_of = document(found, f"{UNIT}/base/policy-rides.writer.yaml")["spec"]["policyDocument"]
    assert document_of.isascii()
    assert json.loads(document_of)["Statement"][1]["Resource"] == ["arn:aws:s3:::city-dev-rides/żółw/*"]


def test_a_missing_coordinate_is_named() -> None:
    found = rendered(replaced("mesh.yaml", "        oidcProvider: oidc.example.org/id/DEV\n", ""))
    reason = "environment `dev` has no `aws.oidcProvider` in mesh.yaml, which servers of type `s3` need"
    assert (CONTRACT, reason) in reasons(found)
    assert not [path for path in found.files if "/dev/" in path and "bucket" in path]
    assert f"{UNIT}/overlays/prod/bucket-city-rides.yaml" in found.files


def test_a_domain_may_override_coordinates() -> None:
    path = "domains/source-aligned/trips/domain.yaml"
    found = rendered(replaced(path, "[dev, prod]", '[{name: dev, aws: {account: "999900001111"}}, prod]'))
    role = document(found, f"{UNIT}/base/role-rides.writer.yaml")
    assert role["spec"]["permissionsBoundary"] == "arn:aws:iam::999900001111:policy/mesh"


def test_a_server_outside_the_clusters_is_told() -> None:
    found = rendered(replaced(f"{RIDES}/deployment.yaml", "s3: {bucket: own}", "s3: {outside: true}"))
    assert (CONTRACT, "server `lake-dev` lies outside the clusters, says deployment.yaml") in reasons(found)
    assert not [path for path in found.files if "bucket-" in path]


def test_access_for_nobody_is_told() -> None:
    found = rendered(
        replaced(
            f"{RIDES}/deployment.yaml",
            "demand/by-zone\n      port: started",
            "demand/nobody\n      port: started",
        )
    )
    assert (
        f"{RIDES}/deployment.yaml",
        "access names consumer `demand/nobody`, which there is not",
    ) in reasons(found)


def test_the_contract_version_in_force() -> None:
    path = f"{RIDES}/contracts/rides-2.odcs.yaml"
    newer = replaced(CONTRACT, "version: 1.0.0", "version: 1.10.0")[CONTRACT].replace(
        "value: 2, unit: y", "value: 9, unit: d"
    )
    pinned = replaced(f"{RIDES}/deployment.yaml", "name: prod\n", "name: prod\n      ports: {rides: 1.0.0}\n")
    found = rendered({path: newer, **pinned})
    bucket = document(found, f"{UNIT}/base/bucket-city-rides.yaml")
    assert bucket["spec"]["lifecycle"]["rules"][0]["expiration"] == {"days": 9}
    changes = document(found, f"{UNIT}/overlays/prod/patches/bucket-city-rides.yaml")
    assert [
        entry["value"][0]["expiration"] for entry in changes if entry["path"] == "/spec/lifecycle/rules"
    ] == [
        {"days": 9},
        {"days": 731},
    ]


@pytest.mark.parametrize("own", ["1.0.0", "latest"])
@pytest.mark.parametrize("version", ["3.0.0", "newest"])
def test_a_version_in_force_that_there_is_not_is_told(own: str, version: str) -> None:
    """Texts that are no versions are not all the same one."""
    files = replaced(
        f"{RIDES}/deployment.yaml", "name: prod\n", f"name: prod\n      ports: {{rides: {version}}}\n"
    )
    files |= replaced(CONTRACT, "version: 1.0.0", f"version: {own}")
    reason = f"port `rides` has version `{version}` in force in `prod`: no contract has it"
    assert (f"{RIDES}/deployment.yaml", reason) in reasons(rendered(files))


def beside(location: str, contract: str = "c-tips") -> dict[str, str]:
    """Another contract of the rides, with its files at `location` in dev, and no reader."""
    path = f"{RIDES}/contracts/rides.odcs.yaml"
    text = city()[path].replace("id: c-rides", f"id: {contract}")
    text = text.replace("s3://city-dev-rides/rides/", location).replace(
        "/city-prod-rides/", "/city-prod-tips/"
    )
    return {f"{RIDES}/contracts/tips.odcs.yaml": text}


@pytest.mark.parametrize("location", ["s3://city-dev-rides/", "s3://city-dev-rides/rides/tips/"])
def test_contracts_of_other_readers_do_not_share_a_prefix(location: str) -> None:
    """A grant is of a prefix: who may read the one would read the other as well."""
    found = rendered(beside(location))
    assert not [path for path in found.files if "bucket-rides" in path and "/overlays/dev/" in path]
    told = [entry for entry in found.left_out(Why.REFUSED) if "objects of one prefix" in entry.reason]
    assert {entry.path.rpartition("/")[2] for entry in told} == {"rides.odcs.yaml", "tips.odcs.yaml"}
    assert {entry.pointer[-1] for entry in told} == {"location"}


def test_contracts_may_lie_side_by_side_in_a_bucket() -> None:
    assert not rendered(beside("s3://city-dev-rides/tips/")).left_out(Why.REFUSED)


def test_a_draft_takes_the_place_of_no_version() -> None:
    path = f"{RIDES}/contracts/rides.odcs.yaml"
    draft = (
        city()[path].replace("version: 1.0.0", "version: 2.0.0").replace("status: active", "status: draft")
    )
    draft = draft.replace("s3://city-dev-rides/rides/", "s3://city-dev-rides/second/")
    found = rendered({path.replace("rides.odcs", "rides-2.odcs"): draft})
    assert found.files == rendered().files


def test_a_retired_consumer_reads_nothing_any_more() -> None:
    changed = replaced(f"{ZONES}/data-product.yaml", "status: active", "status: retired")
    assert not [path for path in rendered(changed).files if "reader.demand.by-zone" in path]
