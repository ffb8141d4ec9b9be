"""Servers of type s3 → ACK Buckets, with IAM policies and roles for the producer and each consumer."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Server
from meshwarden.render import names, retention
from meshwarden.render.targets import iam
from meshwarden.render.targets.metadata import metadata, name_of_store, shared_by, tags
from meshwarden.render.targets.places import among_others, prefix_of
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext

GROUP: Final = "s3.services.k8s.aws"
_LOCATION: Final = re.compile(r"s3[an]?://([^/]+)(?:/(.*))?\Z")
_AMAZON: Final = re.compile(r"https://s3[.a-z0-9-]*\.amazonaws\.com(?:\.cn)?(?:/|\Z)")


class S3:
    """A bucket of its own for each that a product's contracts name."""

    kinds = (ObjectKind(GROUP, "Bucket"), *iam.KINDS)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The buckets, and for each contract who may write and read its prefix."""
        by_bucket: dict[str, list[tuple[ServerContext, str]]] = defaultdict(list)
        refused: list[NotRendered] = []
        for context in contexts:
            if reason := _why_not(context.server, context.settings):
                refused.append(context.at_server(reason, "location"))
            elif place := place_of(context.server):
                by_bucket[place.bucket].append((context, place.prefix))
                refused.extend(retention.of_one_prefix(context))
        objects: list[Object] = []
        for bucket, parts in by_bucket.items():
            if found := list(among_others(parts)):
                refused.extend(found)
                continue
            objects.append(_bucket(bucket, parts))
            for context, prefix in parts:
                objects.extend(iam.access(context, partial(iam.files, iam.Place(bucket, prefix))))
        return Rendered(tuple(objects), tuple(refused))


def rendered_place(server: Server, settings: Mapping[str, Any]) -> iam.Place | None:
    """The place of a server in a bucket that is rendered for it; None if none is."""
    return None if _why_not(server, settings) else place_of(server)


def _why_not(server: Server, settings: Mapping[str, Any]) -> str | None:
    """Why a server cannot be rendered; None if it can."""
    called, place = f"server `{server.name}`", place_of(server)
    location = fields.text(server.fields, "location")
    endpoint = fields.text(server.fields, "endpointUrl")
    if settings.get("bucket") == "shared":
        return f"{called} wants prefixes in a shared bucket, which has no target yet"
    if endpoint and not _AMAZON.match(endpoint):
        return f"{called} has endpoint `{endpoint}`, which is not Amazon's and has no target yet"
    if place is None:
        return f"{called} has location `{location or ''}`; wanted `s3://<bucket>/<prefix>`"
    if not names.is_bucket(place.bucket):
        wanted = (
            "it takes 3 to 63 small letters, digits, `.` and `-`, and keeps names such as `xn--…` for itself"
        )
        return f"{called} names bucket `{place.bucket}`, a name that S3 does not allow: {wanted}"
    return None


def place_of(server: Server) -> iam.Place | None:
    """The bucket and the prefix that a server's location names; None if it is none of S3's."""
    found = _LOCATION.match(fields.text(server.fields, "location") or "")
    return iam.Place(found[1], prefix_of(found[2] or "")) if found else None


def _bucket(name: str, parts: Sequence[tuple[ServerContext, str]]) -> Object:
    """The bucket that some contracts share."""
    first = parts[0][0]
    region = first.environment.coordinate("aws", "region") or ""
    spec: dict[str, Any] = {
        "name": name,
        "encryption": {"rules": [_encryption(first)]},
        "lifecycle": {"rules": [rule for context, prefix in parts for rule in _lifecycle(context, prefix)]},
        "ownershipControls": {"rules": [{"objectOwnership": "BucketOwnerEnforced"}]},
        "publicAccessBlock": dict.fromkeys(
            ("blockPublicACLs", "blockPublicPolicy", "ignorePublicACLs", "restrictPublicBuckets"), True
        ),
        "tagging": {
            "tagSet": [
                {"key": key, "value": value}
                for key, value in sorted(tags([context for context, _ in parts]).items())
            ]
        },
        "versioning": {"status": "Enabled"},
    }
    if region != "us-east-1":  # which S3 refuses as a constraint, as it is where buckets lie without one
        spec["createBucketConfiguration"] = {"locationConstraint": region}
    annotations = {
        # https://aws-controllers-k8s.github.io/docs/guides/adoption: what was kept can come back.
        "services.k8s.aws/adoption-fields": json.dumps({"name": name}),
        "services.k8s.aws/adoption-policy": "adopt-or-create",
        "services.k8s.aws/deletion-policy": "retain",
        "services.k8s.aws/region": region,
        **shared_by([context for context, _ in parts]),
    }
    called = name_of_store(name, first.environment)
    head = metadata(first, called, first.namespace, kept=True, annotations=annotations)
    return {"apiVersion": f"{GROUP}/v1alpha1", "kind": "Bucket", "metadata": head, "spec": spec}


def _encryption(context: ServerContext) -> dict[str, Any]:
    key = context.environment.coordinate("aws", "kmsKey")
    if key is None:
        return {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    default = {"sseAlgorithm": "aws:kms", "kmsMasterKeyID": key}
    return {"applyServerSideEncryptionByDefault": default, "bucketKeyEnabled": True}


def _lifecycle(context: ServerContext, prefix: str) -> Iterator[dict[str, Any]]:
    """Retention in a versioned bucket: expiring leaves the old version, which has to go as well."""
    head = {"status": "Enabled", "filter": {"prefix": prefix}}
    kept = retention.days(context.contract)
    if kept is not None:
        yield {
            "id": f"{context.name}-retention",
            **head,
            "expiration": {"days": kept},
            "noncurrentVersionExpiration": {"noncurrentDays": min(kept, retention.RECOVERY_DAYS)},
        }
    yield {
        "id": f"{context.name}-leftovers",
        **head,
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": retention.UPLOAD_DAYS},
        "expiration": {"expiredObjectDeleteMarker": True},
    }
