"""Servers of type kafka → Strimzi KafkaTopics, with KafkaUsers for the producer and each consumer.

Topics and users stand in the namespace of the Kafka cluster, which all domains share: their names begin with
the domain's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.render import names, retention
from meshwarden.render.targets.hosts import elsewhere
from meshwarden.render.targets.metadata import class_of, grant, metadata
from meshwarden.render.targets.target import (
    NotRendered,
    Object,
    ObjectKind,
    Reader,
    Rendered,
    ServerContext,
)

GROUP: Final = "kafka.strimzi.io"
API_VERSION: Final = f"{GROUP}/v1"
_USER_LENGTH: Final = 64  # the common name of a certificate, X.520's ub-common-name
_AUTHENTICATIONS: Final = ("tls", "tls-external", "scram-sha-512")
_READ: Final = ("Describe", "Read")
_WRITE: Final = ("Describe", "Write")


class Kafka:
    """A topic for each schema object of a contract."""

    kinds = (ObjectKind(GROUP, "KafkaTopic"), ObjectKind(GROUP, "KafkaUser"))

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """Topics, and users with access to exactly the topics of a contract."""
        objects: list[Object] = []
        refused: list[NotRendered] = []
        for context in contexts:
            if reason := _elsewhere(context):
                refused.append(context.at_server(reason, "host"))
                continue
            refused.extend(_why_not(context))
            topics = [entry for entry in context.contract.objects if names.is_topic(entry.physical_name)]
            if topics:
                objects.extend(_topic(context, entry) for entry in topics)
                objects.extend(_users(context, [entry.physical_name for entry in topics]))
        return Rendered(tuple(objects), tuple(refused))


def _elsewhere(context: ServerContext) -> str | None:
    """Why a server is not reached at the Kafka cluster of the environment; None if it may be."""
    coordinate = context.environment.coordinate
    cluster, namespace = coordinate("kafka", "cluster") or "", coordinate("kafka", "namespace") or ""
    own = re.compile(rf"{re.escape(cluster)}-[-a-z0-9]+\.{re.escape(namespace)}\Z")
    service = f"{cluster}-kafka-bootstrap.{namespace}.svc"
    where = f"Kafka `{cluster}` in namespace `{namespace}` is reached at `{service}`"
    return elsewhere(context, own, where)


def _why_not(context: ServerContext) -> Iterator[NotRendered]:
    """What of a contract cannot be rendered."""
    if not context.contract.objects:
        yield context.at_server(
            f"server `{context.server.name}` is of type kafka, and no schema object tells a topic"
        )
    for entry in context.contract.objects:
        if not names.is_topic(entry.physical_name):
            reason = f"schema object `{entry.name}` makes topic `{entry.physical_name}`, which Kafka refuses"
            wanted = "it takes up to 249 letters, digits, `.`, `_` and `-`, and has topics of its own"
            yield context.at((*entry.pointer, "physicalName"), f"{reason}: {wanted}")
    yield from retention.unreadable(context)


def _topic(context: ServerContext, entry: SchemaObject) -> Object:
    """The topic; Kafka has no tags, so the object says the class of what is in it."""
    settings = {**context.settings, **fields.mapping(context.settings, "objects", entry.name)}
    sizes = {key: value for key in ("partitions", "replicas") if type(value := settings.get(key)) is int}
    config: dict[str, Any] = {"cleanup.policy": "delete"}
    kept = retention.of_object(context.contract, entry)
    if kept and kept.milliseconds is not None:
        config["retention.ms"] = kept.milliseconds
    name, spec = _topic_name(context, entry), {**sizes, "config": config}
    if name != entry.physical_name:
        spec["topicName"] = entry.physical_name
    return {
        "apiVersion": API_VERSION,
        "kind": "KafkaTopic",
        "metadata": _head(context, name, kept=True, annotations=class_of(context, entry)),
        "spec": spec,
    }


def _topic_name(context: ServerContext, entry: SchemaObject) -> str:
    """The topic's own name if Kubernetes takes it and it begins with the domain; else contract and object."""
    own, domain = entry.physical_name, context.product.domain
    if names.is_subdomain(own) and own.startswith((f"{domain}.", f"{domain}-")):
        return own
    return names.joined(domain, context.product.name, context.name, entry.name, limit=names.SUBDOMAIN_LENGTH)


def _users(context: ServerContext, topics: Sequence[str]) -> Iterator[Object]:
    yield _user(context, "writer", [_topic_acl(topic, _WRITE) for topic in topics], {})
    for reader in context.readers:
        acls = [*(_topic_acl(topic, _READ) for topic in topics), *_group_acls(reader)]
        yield _user(
            context, f"reader.{names.label(reader.domain)}.{names.label(reader.product)}", acls, grant(reader)
        )


def _user(
    context: ServerContext, role: str, acls: Sequence[Mapping[str, Any]], annotations: Mapping[str, str]
) -> Object:
    product = context.product
    name = names.shortened(f"{product.domain}.{product.name}.{context.name}.{role}", _USER_LENGTH)
    said = context.environment.coordinate("kafka", "authentication")
    spec = {
        "authentication": {"type": said if said in _AUTHENTICATIONS else "tls"},
        "authorization": {"type": "simple", "acls": list(acls)},
    }
    head = _head(context, name, annotations=annotations)
    return {"apiVersion": API_VERSION, "kind": "KafkaUser", "metadata": head, "spec": spec}


def _topic_acl(topic: str, operations: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "allow",
        "resource": {"type": "topic", "name": topic, "patternType": "literal"},
        "operations": list(operations),
    }


def _group_acls(reader: Reader) -> Iterator[dict[str, Any]]:
    """Groups called as the consumer, or that and a dot: a bare prefix would let its namesakes in."""
    own = f"{reader.domain}.{reader.product}"
    for name, pattern in ((own, "literal"), (f"{own}.", "prefix")):
        resource = {"type": "group", "name": name, "patternType": pattern}
        yield {"type": "allow", "resource": resource, "operations": ["Read"]}


def _head(
    context: ServerContext, name: str, *, kept: bool = False, annotations: Mapping[str, str] | None = None
) -> dict[str, Any]:
    coordinate = context.environment.coordinate
    head = metadata(context, name, coordinate("kafka", "namespace") or "", kept=kept, annotations=annotations)
    head["labels"] = {**head["labels"], "strimzi.io/cluster": coordinate("kafka", "cluster") or ""}
    return head
