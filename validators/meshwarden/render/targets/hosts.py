"""Hosts of servers that are none of the mesh's own: what is rendered in the cluster would stay empty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from meshwarden.manifests import fields
from meshwarden.render.targets.target import ServerContext

_IN_CLUSTER: Final = re.compile(r"[-a-z0-9]+\.[-a-z0-9]+\.svc(?:\..*)?\Z")
# Of services that their providers run. A load balancer's name may be that of a cluster's own listener.
_MANAGED: Final = re.compile(
    r"\.(?:rds|kafka|kafka-serverless)\.(?:[-a-z0-9]+\.)?amazonaws\.com(?:\.cn)?\Z"
    r"|\.(?:confluent\.cloud|aivencloud\.com|neon\.tech|supabase\.com?)\Z"
    r"|\.(?:postgres\.database\.azure\.com|servicebus\.windows\.net)\Z"
)
_SCHEME: Final = re.compile(r"[A-Za-z+]+://")


def elsewhere(context: ServerContext, own: re.Pattern[str], where: str) -> str | None:
    """Why a server's host is none of the mesh's own; None if it may be one.

    `own` matches the names of its services, before `.svc`; `where` says in words what is there.
    """
    for host in _hosts(context):
        called = f"server `{context.server.name}` names host `{host}`"
        if _MANAGED.search(host):
            return f"{called}, which its provider runs: say `outside: true` of it in deployment.yaml"
        if _IN_CLUSTER.match(host) and own.match(host.partition(".svc")[0]) is None:
            return f"{called}, and {where}"
    return None


def _hosts(context: ServerContext) -> Iterator[str]:
    """The hosts of a server without their ports: of Kafka there may be several, with commas in between."""
    for part in (fields.text(context.server.fields, "host") or "").split(","):
        yield _SCHEME.sub("", part.strip()).partition(":")[0].lower()
