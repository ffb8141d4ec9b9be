"""Servers of type pubsub → Config Connector's PubSubTopics and their schemas, and subscriptions of consumers.

A topic is made for each schema object. Messages are JSON, which Pub/Sub holds against the contract's schema
when they are published. A consumer has a subscription of its own, and may read from that and nothing else: it
goes with the grant. It never expires, as a consumer that pauses would lose its place.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.render import names, retention
from meshwarden.render.targets import avro, google_access, unsaid
from meshwarden.render.targets.google import google_metadata, is_project, key_reference, project_of
from meshwarden.render.targets.google_access import Role
from meshwarden.render.targets.metadata import classification, grant
from meshwarden.render.targets.properties import name_key, stored
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import (
    NotRendered,
    Object,
    ObjectKind,
    Reader,
    Rendered,
    ServerContext,
    Why,
)

GROUP: Final = "pubsub.cnrm.cloud.google.com"
API_VERSION: Final = f"{GROUP}/v1beta1"
# https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names
_NAME: Final = re.compile(r"(?!goog)[A-Za-z][-A-Za-z0-9._~+%]{2,254}\Z")
_NAME_LENGTH: Final = 255
_REGION: Final = re.compile(r"[a-z]+-[a-z]+[0-9]+\Z")
# Of topics and of subscriptions alike: https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics
_SHORTEST: Final = 10 * 60
_LONGEST: Final = 31 * 86_400
_DEFINITION_SIZE: Final = 300_000  # https://cloud.google.com/pubsub/quotas#resource_limits
_ACKNOWLEDGED_WITHIN: Final = 60  # seconds, after which a message is sent again


class PubSub:
    """A topic for each schema object of a contract."""

    kinds = (
        ObjectKind(GROUP, "PubSubSchema"),
        ObjectKind(GROUP, "PubSubSubscription"),
        ObjectKind(GROUP, "PubSubTopic"),
        google_access.KIND,
    )

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The topics, who publishes to them, and what consumers subscribe with."""
        objects: list[Object] = []
        refused: list[NotRendered] = []
        for context in contexts:
            if reasons := list(_why_not(context)):
                refused.extend(reasons)
                continue
            found = [_topic(context, entry) for entry in context.contract.objects]
            objects.extend(made for one in found for made in one.objects)
            refused.extend(told for one in found for told in one.refused)
            if any(one.objects for one in found):
                refused.extend(retention.unreadable(context))
        return Rendered(tuple(objects), tuple(refused))


def _why_not(context: ServerContext) -> Iterator[NotRendered]:
    """Why nothing of a server can be rendered."""
    called, project = f"server `{context.server.name}`", project_of(context)
    location = context.environment.coordinate("gcp", "location") or ""
    if project is None or not is_project(project):
        yield context.at_server(f"{called} names project `{project}`, which is no project's id", "project")
    if _REGION.match(location) is None:
        yield context.at_server(
            f"{called} lies in `{location}`, which is no region: Pub/Sub keeps messages in regions alone"
        )
    if not context.contract.objects:
        reason = f"{called} is of type pubsub, and no schema object tells a topic"
        yield context.at(("schema",), reason)


def _kept(context: ServerContext, entry: SchemaObject) -> tuple[str | None, tuple[NotRendered, ...]]:
    """How long messages are kept, as Pub/Sub writes it, and where that is not what the contract says."""
    said = retention.of_object(context.contract, entry)
    if said is None or said.milliseconds is None:
        return None, ()
    wanted = math.ceil(said.milliseconds / 1000)
    kept = min(max(wanted, _SHORTEST), _LONGEST)
    if kept == wanted:
        return f"{kept}s", ()
    instead = "31 days and no longer" if kept == _LONGEST else "10 minutes and no less"
    reason = f"its messages are kept for {instead}, as Pub/Sub does"
    return f"{kept}s", (context.at(said.value, reason, why=Why.RETENTION),)


def _topic(context: ServerContext, entry: SchemaObject) -> Rendered:
    """The topic of a schema object; none where its messages could not be what the contract says."""
    said = fields.mapping(context.contract.manifest.data, *entry.pointer)
    if _NAME.match(entry.physical_name) is None:
        reason = f"schema object `{entry.name}` makes topic `{entry.physical_name}`, which Pub/Sub refuses"
        wanted = "it takes 3 to 255 letters, digits and `-_.~+%`, from a letter on and not from `goog`"
        return Rendered(refused=(context.at((*entry.pointer, name_key(said)), f"{reason}: {wanted}"),))
    definition = _definition(said, entry)
    if isinstance(definition, tuple):
        refused = (replace(one, reason=f"topic `{entry.physical_name}`: {one.reason}") for one in definition)
        return Rendered(refused=tuple(one.of(context) for one in refused))
    schema = [_schema(context, entry, definition)] if definition else []
    settings = {"schemaSettings": {"encoding": "JSON", "schemaRef": {"name": _called(context, entry)}}}
    key = key_reference(context)
    kept, told = _kept(context, entry)
    spec: dict[str, Any] = {
        "resourceID": entry.physical_name,
        "messageStoragePolicy": {
            "allowedPersistenceRegions": [context.environment.coordinate("gcp", "location")]
        },
        **({"messageRetentionDuration": kept} if kept else {}),
        **(settings if schema else {}),
        **(key or {}),
    }
    topic = _object(context, entry, "PubSubTopic", _called(context, entry), spec, kept=True)
    reason = f"properties of topic `{entry.physical_name}` have different classes; its label has the highest"
    classes = (found.of(context) for found in unsaid.different_classes(entry, reason))
    return Rendered((*schema, topic, *_access(context, entry, kept)), (*told, *classes))


def _definition(said: Mapping[str, Any], entry: SchemaObject) -> str | tuple[Refusal, ...] | None:
    """The schema of messages, or why there is none; None of an object that tells no properties."""
    if not any(stored(said)):
        return None
    found = avro.record(said, entry.name, entry.pointer)
    if found.schema is None:
        return found.refusals
    text = json.dumps(found.schema, indent=2, ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > _DEFINITION_SIZE:
        pointer = (*entry.pointer, "properties")
        return (Refusal(pointer, "its schema is longer than the 300 kB that Pub/Sub takes"),)
    return text


def _schema(context: ServerContext, entry: SchemaObject, definition: str) -> Object:
    spec = {
        "resourceID": entry.physical_name,
        "projectRef": {"external": project_of(context)},
        "type": "AVRO",
        "definition": definition,
    }
    # Kept with its topic, which would refuse all messages without it.
    return _object(context, entry, "PubSubSchema", _called(context, entry), spec, kept=True)


def _access(context: ServerContext, entry: SchemaObject, kept: str | None) -> Iterator[Object]:
    """The producer publishes to the topic; each consumer has a subscription, and reads from that."""
    topic = {"apiVersion": API_VERSION, "kind": "PubSubTopic", "name": _called(context, entry)}
    yield google_access.writer(context, Role("roles/pubsub.publisher", topic), entry.name)
    for reader in context.readers:
        own = _subscription(context, entry, reader, kept)
        yield own
        resource = {"apiVersion": API_VERSION, "kind": own["kind"], "name": own["metadata"]["name"]}
        yield google_access.reader(context, reader, Role("roles/pubsub.subscriber", resource), entry.name)


def _subscription(context: ServerContext, entry: SchemaObject, reader: Reader, kept: str | None) -> Object:
    """A consumer's place in a topic. It is no data of its own: the topic keeps the messages."""
    who = names.joined(reader.domain, reader.product, limit=_NAME_LENGTH)
    spec: dict[str, Any] = {
        "resourceID": names.shortened(f"{entry.physical_name}.{who}", _NAME_LENGTH),
        "topicRef": {"name": _called(context, entry)},
        "ackDeadlineSeconds": _ACKNOWLEDGED_WITHIN,
        "expirationPolicy": {"ttl": ""},  # never
        **({"messageRetentionDuration": kept} if kept else {}),
    }
    name = names.joined(context.name, entry.name, reader.domain, reader.product, limit=names.SUBDOMAIN_LENGTH)
    found = _object(context, entry, "PubSubSubscription", name, spec)
    head = found["metadata"]
    head["annotations"] = {**head["annotations"], **grant(reader)}
    return found


def _called(context: ServerContext, entry: SchemaObject) -> str:
    """The name of a schema object's topic, and of its schema, in the cluster."""
    return names.joined(context.name, entry.name, limit=names.SUBDOMAIN_LENGTH)


def _object(
    context: ServerContext,
    entry: SchemaObject,
    kind: str,
    name: str,
    spec: dict[str, Any],
    *,
    kept: bool = False,
) -> Object:
    own = classification(context.mesh, replace(context.contract, objects=(entry,)))
    head = google_metadata(context, name, project_of(context) or "", own, kept=kept)
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": head, "spec": spec}
