"""A contract with several servers in one system and environment: what is the same is made once."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.render.meshes import RIDES, document, rendered
from tests.render.warehouse import warehouse

from meshwarden.findings import Pointer
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

PATH = f"{RIDES}/contracts/fares.odcs.yaml"
S3, GCS = (
    {"type": "s3", "location": "s3://city-fares/raw/"},
    {"type": "s3", "location": "gs://city-fares/raw/"},
)
BIGQUERY = {"type": "bigquery", "project": "city-lake-dev", "dataset": "trips_rides"}
PUBSUB = {"type": "pubsub", "project": "city-stream-dev"}
GLUE = {"type": "glue", "account": "111122223333", "database": "trips_rides", "format": "parquet"}
GLUE["location"] = "s3://city-dev-fares/fares/"
KAFKA = {"type": "kafka", "host": "city-kafka-bootstrap:9093"}


def with_servers(*servers: dict[str, Any]) -> Rendering:
    """Fares at some servers of `dev`, called `one`, `two` and so on."""
    contract = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "c-fares",
        "name": "fares",
        "version": "1.0.0",
        "status": "active",
        "servers": [
            {"server": name, "environment": "dev", **said}
            for name, said in zip(("one", "two", "three"), servers, strict=False)
        ],
        "schema": [{"name": "fares", "properties": [{"name": "ride_id", "logicalType": "string"}]}],
        "slaProperties": [{"property": "retention", "value": 7, "unit": "d"}],
    }
    return rendered(warehouse(f"# unread\n{yaml.safe_dump(contract, sort_keys=False)}"))


def told(found: Rendering) -> list[tuple[Pointer, str]]:
    return [(one.pointer, one.reason) for one in found.not_rendered if one.why is Why.REFUSED]


@pytest.mark.parametrize(
    "server", [S3, GCS, BIGQUERY, PUBSUB, GLUE, KAFKA], ids=lambda said: str(said["type"])
)
def test_the_same_place_twice_is_one(server: dict[str, Any]) -> None:
    twice = with_servers(server, server)
    assert twice.files == with_servers(server).files
    assert told(twice) == []
    assert twice.collisions == ()


def test_brokers_of_one_cluster_are_one() -> None:
    found = with_servers(KAFKA, {**KAFKA, "host": "city-kafka-external:9094"})
    assert found.files == with_servers(KAFKA).files


@pytest.mark.parametrize(
    ("server", "other"),
    [
        (S3, {"location": "s3://city-fares/curated/"}),
        (S3, {"location": "s3://city-curated/raw/"}),
        (GCS, {"location": "gs://city-fares/curated/"}),
        (BIGQUERY, {"dataset": "trips_others"}),
        (PUBSUB, {"project": "city-other-dev"}),
        (GLUE, {"database": "trips_others"}),
    ],
    ids=str,
)
def test_another_place_is_told_at_its_server_and_once(server: dict[str, Any], other: dict[str, str]) -> None:
    found = with_servers(server, {**server, **other}, server)
    reason = (
        "server `two` is another place of the contract in `dev`, and its objects have the names of the first"
        " one's: give it a contract of its own"
    )
    assert told(found) == [(("servers", 1), reason)]
    assert found.collisions == ()
    assert found.files == with_servers(server).files


def test_rules_of_a_bucket_have_ids_of_their_own() -> None:
    """As S3 wants it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html"""
    found = with_servers(S3, {**S3, "location": "s3://city-fares/raw/*.csv"})
    path = next(path for path in found.files if path.endswith("bucket-city-fares.yaml"))
    spec = document(found, path)["spec"]
    ids = [rule["id"] for rule in spec["lifecycle"]["rules"]]
    assert ids == ["fares-retention", "fares-leftovers"]
    assert {"key": "contract", "value": "c-fares"} in spec["tagging"]["tagSet"]
