"""Who may do what in Google Cloud: Config Connector's IAMPolicyMembers, one a role, resource and principal.

A member is added to a resource's policy and taken away with the object; what others have there is left alone.
Nothing is given to groups, or to all of a project.

Config Connector changes none of its fields: what would be an update is refused, and the access before it
lives on. So each is called by what it says, with a digest: what says something else is another object, which
is made while the one before is taken away.

https://cloud.google.com/config-connector/docs/reference/resource-docs/iam/iampolicymember
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.render import names
from meshwarden.render.targets.google import principal
from meshwarden.render.targets.metadata import grant, metadata
from meshwarden.render.targets.target import Object, ObjectKind, Reader, ServerContext

GROUP: Final = "iam.cnrm.cloud.google.com"
KIND: Final = ObjectKind(GROUP, "IAMPolicyMember")


@dataclass(frozen=True, slots=True)
class Role:
    """A role on a resource, perhaps under a condition that narrows it."""

    name: str
    resource: Mapping[str, Any]
    condition: Mapping[str, str] | None = None


def producer(context: ServerContext) -> str:
    """The principal that a contract's product runs as."""
    return principal(context.environment, context.service_account_namespace, context.service_account)


def consumer(context: ServerContext, reader: Reader) -> str:
    """The principal of a consumer: it runs in the producer's cluster, and so is in its pool."""
    return principal(context.environment, reader.namespace, reader.service_account)


def writer(context: ServerContext, role: Role, *of: str) -> Object:
    """What the producer may do with something of a contract, which `of` names where there are several."""
    return member(context, _name(context, *of, "writer"), producer(context), role)


def reader(context: ServerContext, who: Reader, role: Role, *of: str) -> Object:
    """What a consumer that is granted access may do with it."""
    name = _name(context, *of, "reader", who.domain, who.product)
    return member(context, name, consumer(context, who), role, grant(who))


def member(
    context: ServerContext,
    name: str,
    who: str,
    role: Role,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    """The object that gives `who` a role: it is called `name` and a digest of what it says."""
    spec: dict[str, Any] = {"member": who, "role": role.name, "resourceRef": dict(role.resource)}
    if role.condition:
        spec["condition"] = dict(role.condition)
    called = names.with_digest(name, json.dumps(spec, sort_keys=True), names.SUBDOMAIN_LENGTH)
    head = metadata(context, called, context.namespace, annotations=annotations)
    return {"apiVersion": f"{GROUP}/v1beta1", "kind": KIND.kind, "metadata": head, "spec": spec}


def _name(context: ServerContext, *parts: str) -> str:
    return names.joined(context.name, *parts, limit=names.SUBDOMAIN_LENGTH)
