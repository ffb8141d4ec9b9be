"""Servers of type s3 in Google's Cloud Storage → Config Connector's StorageBuckets, with IAMPolicyMembers.

ODCS has no type for Cloud Storage: such a server is one of type s3 whose location begins with `gs://`, or
whose endpoint is Google's.

Old versions are what was overwritten or deleted can be had back from, for as long as the lifecycle says.
Soft deletion, which Google has on by default, would keep the same data on top of that, beyond the contract's
retention: it is switched off.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render import retention
from meshwarden.render.servers import is_googles
from meshwarden.render.targets import google_access
from meshwarden.render.targets.google import google_metadata, key_reference
from meshwarden.render.targets.google_access import Role
from meshwarden.render.targets.iam import Place
from meshwarden.render.targets.metadata import highest_classification, name_of_store, shared_by
from meshwarden.render.targets.places import among_others, prefix_of
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext

GROUP: Final = "storage.cnrm.cloud.google.com"
API_VERSION: Final = f"{GROUP}/v1beta1"
_LOCATION: Final = re.compile(r"(?:gs|s3[an]?)://([^/]+)(?:/(.*))?\Z", re.DOTALL)
# https://cloud.google.com/storage/docs/buckets#naming
_BUCKET: Final = re.compile(r"[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]\Z")
_ADDRESS: Final = re.compile(r"[0-9]+(?:\.[0-9]+){3}\Z")
_PART_LENGTH: Final = 63
_GOOGLES_OWN: Final = ("google", "g00gle")
# Neither may change who else may: https://cloud.google.com/storage/docs/access-control/iam-roles
_WRITES: Final = "roles/storage.objectUser"
_READS: Final = "roles/storage.objectViewer"
_TITLE_LENGTH: Final = 100


class CloudStorage:
    """A bucket of its own for each that a product's contracts name."""

    kinds = (ObjectKind(GROUP, "StorageBucket"), google_access.KIND)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The buckets, and for each contract who may write and read its prefix."""
        by_bucket: dict[str, list[tuple[ServerContext, str]]] = defaultdict(list)
        refused: list[NotRendered] = []
        for context in contexts:
            place = _place(context)
            if isinstance(place, NotRendered):
                refused.append(place)
            else:
                by_bucket[place.bucket].append((context, place.prefix))
                refused.extend(retention.of_one_prefix(context))
        objects: list[Object] = []
        for bucket, parts in by_bucket.items():
            if found := list(among_others(parts)):
                refused.extend(found)
                continue
            objects.append(_bucket(bucket, parts))
            for context, prefix in parts:
                objects.extend(_access(context, Place(bucket, prefix)))
        return Rendered(tuple(objects), tuple(refused))


def _place(context: ServerContext) -> Place | NotRendered:
    """The bucket and the prefix that a server's location names, or why nothing is rendered for it."""
    server, called = context.server, f"server `{context.server.name}`"
    location, endpoint = (fields.text(server.fields, key) or "" for key in ("location", "endpointUrl"))
    found = _LOCATION.match(location)
    if context.settings.get("bucket") == "shared":
        reason = f"{called} wants prefixes in a shared bucket, which has no target yet"
        return context.at_server(reason, "location")
    if endpoint and not is_googles(endpoint):
        reason = f"{called} has endpoint `{endpoint}` and location `{location}`, which is Google's"
        return context.at_server(reason, "endpointUrl")
    if found is None:
        reason = f"{called} has location `{location}`; wanted `gs://<bucket>/<prefix>`"
        return context.at_server(reason, "location")
    if not is_bucket(found[1]):
        wanted = "it takes 3 to 63 small letters, digits, `-`, `_` and `.`, and nothing like `goog`"
        reason = f"{called} names bucket `{found[1]}`, a name that Cloud Storage does not allow: {wanted}"
        return context.at_server(reason, "location")
    return Place(found[1], prefix_of(found[2] or ""))


def is_bucket(text: str) -> bool:
    """Whether Cloud Storage takes `text` as the name of a bucket."""
    parts = text.split(".")
    return (
        _BUCKET.match(text) is not None
        and _ADDRESS.match(text) is None
        and all(0 < len(part) <= _PART_LENGTH for part in parts)
        and not text.startswith("goog")
        and not any(own in text for own in _GOOGLES_OWN)
    )


def _bucket(name: str, parts: Sequence[tuple[ServerContext, str]]) -> Object:
    """The bucket that some contracts share."""
    contexts = [context for context, _ in parts]
    first = contexts[0]
    coordinate = first.environment.coordinate
    spec: dict[str, Any] = {
        "resourceID": name,
        "location": coordinate("gcp", "location"),
        "uniformBucketLevelAccess": True,  # conditions of IAM take it
        "publicAccessPrevention": "enforced",
        "versioning": {"enabled": True},
        "softDeletePolicy": {"retentionDurationSeconds": 0},
        "lifecycleRule": [rule for context, prefix in parts for rule in _lifecycle(context, prefix)],
    }
    if key := key_reference(first):
        spec["encryption"] = key
    called, own = name_of_store(name, first.environment), highest_classification(contexts)
    head = google_metadata(first, called, coordinate("gcp", "project") or "", own, kept=True)
    # A bucket that holds objects is never deleted.
    head["annotations"].update({"cnrm.cloud.google.com/force-destroy": "false", **shared_by(contexts)})
    return {"apiVersion": API_VERSION, "kind": "StorageBucket", "metadata": head, "spec": spec}


def _lifecycle(context: ServerContext, prefix: str) -> Iterator[dict[str, Any]]:
    """Retention in a versioned bucket: deleting what is live leaves an old version, which has to go as well.

    https://cloud.google.com/storage/docs/lifecycle#delete
    """
    within = {"matchesPrefix": [prefix]} if prefix else {}
    kept = retention.days(context.contract)
    if kept is not None:
        yield {"action": {"type": "Delete"}, "condition": {"age": kept, "withState": "LIVE", **within}}
        old = {"daysSinceNoncurrentTime": min(kept, retention.RECOVERY_DAYS), "withState": "ARCHIVED"}
        yield {"action": {"type": "Delete"}, "condition": {**old, **within}}
    # An upload is told by its age and its name alone.
    yield {
        "action": {"type": "AbortIncompleteMultipartUpload"},
        "condition": {"age": retention.UPLOAD_DAYS, **within},
    }


def _access(context: ServerContext, place: Place) -> Iterator[Object]:
    """What the producer and each consumer may do with a prefix of a bucket."""
    bucket = name_of_store(place.bucket, context.environment)
    resource = {"apiVersion": API_VERSION, "kind": "StorageBucket", "name": bucket}
    within = _within(place)
    yield google_access.writer(context, Role(_WRITES, resource, within))
    for reader in context.readers:
        yield google_access.reader(context, reader, Role(_READS, resource, within))


def _within(place: Place) -> Mapping[str, str] | None:
    """The condition that holds a role to a prefix; none where that is the whole bucket.

    Objects are told by their names. A listing is of the bucket, and is told by the prefix that it asks for:
    https://cloud.google.com/iam/docs/conditions-attribute-reference#api-attributes
    """
    if not place.prefix:
        return None
    objects = _literal(f"projects/_/buckets/{place.bucket}/objects/{place.prefix}")
    listed = 'api.getAttribute("storage.googleapis.com/objectListPrefix", "")'
    return {
        "title": f"within {place.prefix}"[:_TITLE_LENGTH],
        "expression": (
            f"resource.name.startsWith({objects}) || {listed}.startsWith({_literal(place.prefix)})"
        ),
    }


def _literal(text: str) -> str:
    """`text` in the expressions of conditions, which write it as JSON does."""
    return json.dumps(text, ensure_ascii=False)
