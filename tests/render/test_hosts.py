"""Hosts of servers that are none of the mesh's own: nothing is rendered for them in its clusters."""

from __future__ import annotations

import pytest
from tests.render.databases import SHARED, databases
from tests.render.meshes import RIDES, reasons, rendered, replaced

STARTED = f"{RIDES}/contracts/started.odcs.yaml"
BOOTSTRAP = "city-kafka-bootstrap:9093"


def topics(host: str) -> tuple[int, list[str]]:
    """How many topics are rendered where the contract names a host, and what is told of it."""
    found = rendered(replaced(STARTED, BOOTSTRAP, host))
    told = [reason for path, reason in reasons(found) if path == STARTED and "host" in reason]
    return sum("/kafkatopic-" in path and "/base/" in path for path in found.files), told


@pytest.mark.parametrize(
    "host",
    [
        "city-kafka-bootstrap.kafka.svc",
        "city-kafka-brokers.kafka.svc:9092",
        "kafka.city.example.org:9094",
        "SASL_SSL://a1b2.elb.eu-west-1.amazonaws.com:9094,kafka-1.city.example.org:9094",
    ],
)
def test_listeners_of_the_own_kafka(host: str) -> None:
    assert topics(host) == (topics(BOOTSTRAP)[0], [])


@pytest.mark.parametrize(
    "host",
    [
        "pkc-4nym6.eu-west-1.aws.confluent.cloud:9092",
        "b-1.rides.a1b2c3.c2.kafka.eu-west-1.amazonaws.com:9098",
        "boot-a1b2.c1.kafka-serverless.eu-west-1.amazonaws.com:9098",
        "rides.servicebus.windows.net:9093",
        "kafka.city.example.org:9094,SASL_SSL://kafka-rides.aivencloud.com:9094",
    ],
)
def test_kafka_of_a_provider_gets_no_topics_here(host: str) -> None:
    rendered_topics, told = topics(host)
    assert rendered_topics < topics(BOOTSTRAP)[0]
    assert told
    assert all(reason.endswith("say `outside: true` of it in deployment.yaml") for reason in told)


def test_another_kafka_of_the_cluster_is_told() -> None:
    _, told = topics("other-kafka-bootstrap.kafka.svc:9092")
    where = "Kafka `city` in namespace `kafka` is reached at `city-kafka-bootstrap.kafka.svc`"
    assert {reason.partition(", and ")[2] for reason in told} == {where}


@pytest.mark.parametrize(
    "host", ["orders.a1b2.eu-west-1.rds.amazonaws.com", "orders.postgres.database.azure.com"]
)
def test_a_database_of_a_provider_is_none_of_the_shared_cluster(host: str) -> None:
    found = rendered(databases(SHARED.replace("shared-rw.postgres.svc.cluster.local", host)))
    assert not [path for path in found.files if "/database-" in path]
    why = "which its provider runs: say `outside: true` of it in deployment.yaml"
    told = {reason for _, reason in reasons(found) if host in reason}
    assert told == {f"server `api` names host `{host}`, {why}"}
