"""What topics, schemas, subscriptions and grants are rendered of a contract in Google's Pub/Sub."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from tests.render.meshes import ZONES, document, member, rendered
from tests.render.warehouse import FARES, UNIT, changed, warehouse

from meshwarden.findings import Pointer
from meshwarden.render import names
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: c-fares
name: fares
version: 1.0.0
status: active
servers:
  - {server: stream-dev, environment: dev, type: pubsub, project: city-stream-dev}
  - {server: stream-prod, environment: prod, type: pubsub, project: city-stream-prod}
schema:
  - name: fare_paid
    physicalName: trips.rides.fare-paid
    properties:
      - {name: ride_id, logicalType: string, required: true, classification: internal}
      - {name: paid_at, logicalType: timestamp, required: true}
      - {name: amount, physicalName: amount_usd, logicalType: number}
slaProperties:
  - {property: retention, value: 7, unit: d}
"""
NAME = names.joined("fares", "fare_paid")  # with a digest, as an underscore is none of Kubernetes'
TOPIC = f"{UNIT}/base/pubsubtopic-{NAME}.yaml"
SCHEMA = f"{UNIT}/base/pubsubschema-{NAME}.yaml"
SUBSCRIPTION = f"{UNIT}/base/pubsubsubscription-{NAME}.demand.by-zone.yaml"
DEV = f"{UNIT}/overlays/dev"
PUBLISHER = f"{NAME}.writer"
SUBSCRIBER = f"{NAME}.reader.demand.by-zone"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered(warehouse(CONTRACT))


def told(found: Rendering) -> list[tuple[Pointer, str, Why]]:
    return [(entry.pointer, entry.reason, entry.why) for entry in found.not_rendered if entry.path == FARES]


def test_classes_of_single_properties_are_told() -> None:
    lat = "{name: lat, logicalType: number, classification: public}"
    place = f"{{name: place, logicalType: object, properties: [{lat}]}}"
    said = changed("{name: paid_at, logicalType: timestamp, required: true}", place, CONTRACT)
    found = rendered(warehouse(said))
    pointer = ("schema", 0, "properties", 1, "properties", 0, "classification")
    reason = "properties of topic `trips.rides.fare-paid` have different classes; its label has the highest"
    assert told(found) == [(pointer, reason, Why.NOT_EXPRESSED)]
    assert document(found, TOPIC)["metadata"]["labels"]["classification"] == "internal"


def with_retention(value: float, unit: str) -> str:
    return changed("value: 7, unit: d", f'value: {value}, unit: "{unit}"', CONTRACT)


def test_a_topic(rendering: Rendering) -> None:
    assert document(rendering, TOPIC) == yaml.safe_load(f"""
apiVersion: pubsub.cnrm.cloud.google.com/v1beta1
kind: PubSubTopic
metadata:
  name: {NAME}
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
    cnrm.cloud.google.com/project-id: city-stream-dev
    cnrm.cloud.google.com/state-into-spec: absent
spec:
  resourceID: trips.rides.fare-paid
  messageRetentionDuration: 604800s
  messageStoragePolicy: {{allowedPersistenceRegions: [europe-west1]}}
  schemaSettings: {{encoding: JSON, schemaRef: {{name: {NAME}}}}}
  kmsKeyRef: {{external: projects/city-dev/locations/europe-west1/keyRings/mesh/cryptoKeys/mesh}}
""")


def test_messages_are_held_against_the_contract_s_schema(rendering: Rendering) -> None:
    found = document(rendering, SCHEMA)
    definition = json.loads(found["spec"].pop("definition"))
    assert found["spec"] == {
        "resourceID": "trips.rides.fare-paid",
        "projectRef": {"external": "city-stream-dev"},
        "type": "AVRO",
    }
    assert found["metadata"]["annotations"]["cnrm.cloud.google.com/deletion-policy"] == "abandon"
    assert definition == {
        "type": "record",
        "name": "fare_paid",
        "fields": [
            {"name": "ride_id", "type": "string"},
            {"name": "paid_at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
            {"name": "amount_usd", "type": ["null", "double"], "default": None},
        ],
    }


def test_a_consumer_has_a_subscription_that_goes_with_its_grant(rendering: Rendering) -> None:
    found = document(rendering, SUBSCRIPTION)
    assert found["spec"] == {
        "resourceID": "trips.rides.fare-paid.demand.by-zone",
        "topicRef": {"name": NAME},
        "ackDeadlineSeconds": 60,
        "expirationPolicy": {"ttl": ""},
        "messageRetentionDuration": "604800s",
    }
    annotations = found["metadata"]["annotations"]
    assert annotations["meshwarden.dev/consumer"] == "demand/by-zone"
    assert annotations["meshwarden.dev/expires"] == "2027-12-31"
    assert annotations["cnrm.cloud.google.com/project-id"] == "city-stream-dev"
    assert "Prune=false" not in annotations["argocd.argoproj.io/sync-options"]
    assert "cnrm.cloud.google.com/deletion-policy" not in annotations


def test_a_consumer_reads_from_its_own_subscription_alone(rendering: Rendering) -> None:
    assert member(rendering, DEV, SUBSCRIBER)["spec"] == yaml.safe_load(f"""
member: "principal://iam.googleapis.com/projects/123456789012/locations/global/\\
  workloadIdentityPools/city-dev/subject/system:serviceaccount:demand-by-zone:zones"
role: roles/pubsub.subscriber
resourceRef:
  apiVersion: pubsub.cnrm.cloud.google.com/v1beta1
  kind: PubSubSubscription
  name: {NAME}.demand.by-zone
""")


def test_the_producer_publishes_to_the_topic(rendering: Rendering) -> None:
    spec = member(rendering, DEV, PUBLISHER)["spec"]
    assert spec["member"].endswith("/subject/system:serviceaccount:trips-rides:rides")
    assert spec["role"] == "roles/pubsub.publisher"
    assert (spec["resourceRef"]["kind"], spec["resourceRef"]["name"]) == ("PubSubTopic", NAME)


def test_a_contract_that_nobody_may_read_has_no_subscription() -> None:
    found = rendered(warehouse(CONTRACT + "# unread\n"))
    assert TOPIC in found.files
    assert not [path for path in found.files if "subscription" in path]
    assert not [path for path in found.files if "iampolicymember" in path and ".reader." in path]


def test_an_object_without_properties_has_no_schema() -> None:
    contract = yaml.safe_load(CONTRACT)
    del contract["schema"][0]["properties"]
    found = rendered(warehouse(yaml.safe_dump(contract)))
    assert "schemaSettings" not in document(found, TOPIC)["spec"]
    assert SCHEMA not in found.files


def test_each_schema_object_has_a_topic() -> None:
    contract = yaml.safe_load(CONTRACT)
    contract["schema"].append({"name": "refunds"})
    found = rendered(warehouse(yaml.safe_dump(contract)))
    assert document(found, f"{UNIT}/base/pubsubtopic-fares.refunds.yaml")["spec"]["resourceID"] == "refunds"
    resource = member(found, DEV, "fares.refunds.reader.demand.by-zone")["spec"]["resourceRef"]
    assert resource["name"] == "fares.refunds.demand.by-zone"


@pytest.mark.parametrize(
    ("value", "unit", "kept"), [(31, "d", "2678400s"), (1.5, "h", "5400s"), (2, "w", "1209600s")]
)
def test_retention(value: float, unit: str, kept: str) -> None:
    found = rendered(warehouse(with_retention(value, unit)))
    assert document(found, TOPIC)["spec"]["messageRetentionDuration"] == kept
    assert told(found) == []


@pytest.mark.parametrize(
    ("value", "unit", "kept", "instead"),
    [
        (32, "d", "2678400s", "31 days and no longer"),
        (7, "y", "2678400s", "31 days and no longer"),
        (0.1, "h", "600s", "10 minutes and no less"),
    ],
)
def test_a_retention_that_pub_sub_does_not_keep_is_told(
    value: float, unit: str, kept: str, instead: str
) -> None:
    found = rendered(warehouse(with_retention(value, unit)))
    reason = f"its messages are kept for {instead}, as Pub/Sub does"
    assert told(found) == [(("slaProperties", 0, "value"), reason, Why.RETENTION)]
    assert document(found, TOPIC)["spec"]["messageRetentionDuration"] == kept


def test_a_retention_that_cannot_be_read_is_told() -> None:
    found = rendered(warehouse(with_retention(7, "moons")))
    reason = "its retention has no value and unit that can be read"
    assert told(found) == [(("slaProperties", 0, "value"), reason, Why.RETENTION)]
    assert "messageRetentionDuration" not in document(found, TOPIC)["spec"]


@pytest.mark.parametrize("name", ["ab", "9-fares", "goog-fares", "fares/paid", "fares paid", "x" * 256])
def test_a_topic_that_pub_sub_refuses_is_told(name: str) -> None:
    found = rendered(warehouse(changed("trips.rides.fare-paid", f'"{name}"', CONTRACT)))
    reason = (
        f"schema object `fare_paid` makes topic `{name}`, which Pub/Sub refuses: it takes 3 to 255 letters,"
        " digits and `-_.~+%`, from a letter on and not from `goog`"
    )
    assert told(found) == [(("schema", 0, "physicalName"), reason, Why.REFUSED)]
    assert not [path for path in found.files if "pubsub" in path]


def test_a_long_topic_leaves_its_subscriptions_names_that_differ() -> None:
    name = "f" * 250
    found = rendered(warehouse(changed("trips.rides.fare-paid", name, CONTRACT)))
    own = document(found, SUBSCRIPTION)["spec"]["resourceID"]
    assert own.startswith("f" * 240)
    assert len(own) == 255


@pytest.mark.parametrize(
    ("said", "at", "reason"),
    [
        (
            {"logicalType": "integer", "logicalTypeOptions": {"format": "u64"}},
            ("logicalTypeOptions", "format"),
            "property `c` has format `u64`, which Avro does not have",
        ),
        ({}, ("logicalType",), "property `c` has no type"),
    ],
)
def test_a_type_that_avro_does_not_have_is_told_at_the_column(
    said: dict[str, Any], at: Pointer, reason: str
) -> None:
    contract = yaml.safe_load(CONTRACT)
    contract["schema"][0]["properties"].append({"name": "c", **said})
    found = rendered(warehouse(yaml.safe_dump(contract)))
    where: Pointer = ("schema", 0, "properties", 3, *at)
    assert told(found) == [(where, f"topic `trips.rides.fare-paid`: {reason}", Why.TYPE)]
    assert not [path for path in found.files if "pubsub" in path]


def test_a_schema_that_pub_sub_finds_too_long_is_told() -> None:
    contract = yaml.safe_load(CONTRACT)
    contract["schema"][0]["properties"] = [
        {"name": f"c{index}", "logicalType": "string"} for index in range(3000)
    ]
    found = rendered(warehouse(yaml.safe_dump(contract)))
    reason = "topic `trips.rides.fare-paid`: its schema is longer than the 300 kB that Pub/Sub takes"
    assert told(found) == [(("schema", 0, "properties"), reason, Why.REFUSED)]


def test_a_project_that_is_none_is_told() -> None:
    found = rendered(warehouse(changed("city-stream-dev", "City", CONTRACT)))
    reason = "server `stream-dev` names project `City`, which is no project's id"
    assert told(found) == [(("servers", 0, "project"), reason, Why.REFUSED)]


def test_messages_are_kept_in_regions() -> None:
    """A location of several regions is BigQuery's, or a bucket's: a topic there would lie anywhere."""
    changes = warehouse(CONTRACT)
    mesh = yaml.safe_load(changes["mesh.yaml"] or "")
    mesh["spec"]["environments"][0]["gcp"]["location"] = "EU"
    found = rendered({**changes, "mesh.yaml": yaml.safe_dump(mesh)})
    reason = "server `stream-dev` lies in `EU`, which is no region: Pub/Sub keeps messages in regions alone"
    assert told(found) == [(("servers", 0), reason, Why.REFUSED)]


def test_a_contract_without_topics_is_told() -> None:
    found = rendered(warehouse(yaml.safe_dump({**yaml.safe_load(CONTRACT), "schema": []})))
    reasons = [
        f"server `stream-{name}` is of type pubsub, and no schema object tells a topic"
        for name in ("dev", "prod")
    ]
    assert told(found) == [(("schema",), reason, Why.REFUSED) for reason in reasons]


def test_two_products_that_make_one_topic_collide() -> None:
    contract = changed("c-fares", "c-zones", CONTRACT)
    found = rendered({**warehouse(CONTRACT), f"{ZONES}/contracts/zones.odcs.yaml": contract})
    assert [collision.message for collision in found.collisions] == [
        f"topic `projects/city-stream-{name}/topics/trips.rides.fare-paid` is made by `demand/by-zone` in"
        f" `{name}` and by `trips/rides` in `{name}`"
        for name in ("dev", "prod")
    ]
