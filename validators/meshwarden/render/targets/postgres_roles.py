"""The roles of a product in PostgreSQL: who owns its databases, and who may read which contract.

A contract has a role of its own that nobody logs in as: the product's migrations grant it the contract's
tables, once. Consumers are members of it, and that is what consent gives and takes.

What lasts stands in `managed.roles` of a Cluster that the product has for itself. In a shared Cluster, which
is a stage's, and for consumers in any, it is a DatabaseRole, as CloudNativePG has it since 1.30: a role that
is taken out of `managed.roles` stays in the database, with all that it may do, and outlives the consent.
https://cloudnative-pg.io/docs/1.30/declarative_role_management/

Roles log in with a certificate, which the operator makes and renews: `<DatabaseRole>-client-cert`, beside the
Cluster. No password is made by hand, and none is in Git.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.render import names
from meshwarden.render.targets import postgres_names
from meshwarden.render.targets.metadata import PREFIX, grant, metadata, shared_by
from meshwarden.render.targets.target import Object, ObjectKind, Reader, ServerContext

GROUP: Final = "postgresql.cnpg.io"
API_VERSION: Final = f"{GROUP}/v1"
KIND: Final = ObjectKind(GROUP, "DatabaseRole")
_NAME_LENGTH: Final = names.SUBDOMAIN_LENGTH - len("-client-cert")
_CERTIFICATE: Final = {"login": True, "disablePassword": True, "clientCertificate": {"enabled": True}}


@dataclass(frozen=True, slots=True)
class Home:
    """A Cluster, and the namespace in which it and all that belongs to it have to lie."""

    cluster: str
    namespace: str


def owner(context: ServerContext) -> str:
    """The role that owns the product's databases and schemas, and that the product runs as."""
    return postgres_names.role(context.product.domain, context.product.name)


def readers_of(context: ServerContext) -> str:
    """The role that may read a contract: its consumers are members of it."""
    return postgres_names.role(context.product.domain, context.product.name, context.name, "reader")


def managed(contexts: Sequence[ServerContext]) -> list[dict[str, Any]]:
    """The lasting roles as `managed.roles` of the product's own Cluster, which gives the owner a password."""
    found: list[dict[str, Any]] = [{"name": owner(contexts[0]), "ensure": "present", "login": True}]
    names_of_readers = dict.fromkeys(readers_of(context) for context in contexts)
    found.extend({"name": name, "ensure": "present", "login": False} for name in names_of_readers)
    return found


def lasting(home: Home, contexts: Sequence[ServerContext]) -> Iterator[Object]:
    """The same roles in a shared Cluster. They are kept: what is in the database belongs to them."""
    first = contexts[0]
    yield _role(home, contexts, ("owner",), owner(first), _CERTIFICATE, kept=True)
    by_name = {readers_of(context): context for context in contexts}
    for name, context in by_name.items():
        yield _role(home, [context], (context.name, "reader"), name, {"login": False}, kept=True)


def consumers(home: Home, contexts: Sequence[ServerContext]) -> Iterator[Object]:
    """A role for each consumer, a member of the readers of all contracts that it may read.

    It is dropped with the consent: it owns nothing that could keep it.
    """
    product = contexts[0].product
    granted: dict[tuple[str, str], dict[str, tuple[ServerContext, Reader]]] = {}
    for context in contexts:
        for reader in context.readers:
            if (key := (reader.domain, reader.product)) != (product.domain, product.name):
                granted.setdefault(key, {})[readers_of(context)] = (context, reader)
    for key, found in sorted(granted.items()):
        parts = ("for", *map(names.label, key))
        name = postgres_names.role(product.domain, product.name, *parts)
        said = [grant(reader) for _, reader in found.values()]
        consumer = said[0] if all(one == said[0] for one in said) else {PREFIX + "consumer": "/".join(key)}
        reading = [context for context, _ in found.values()]
        spec = {**_CERTIFICATE, "inRoles": sorted(found)}
        yield _role(home, reading, parts, name, spec, annotations=consumer)


def _role(
    home: Home,
    contexts: Sequence[ServerContext],
    parts: Sequence[str],
    name: str,
    spec: Mapping[str, Any],
    *,
    kept: bool = False,
    annotations: Mapping[str, str] | None = None,
) -> Object:
    first = contexts[0]
    called = names.joined(first.product.domain, first.product.name, *parts, limit=_NAME_LENGTH)
    said = {**shared_by(contexts), **(annotations or {})}
    whole = {
        "cluster": {"name": home.cluster},
        "name": name,
        **spec,
        "databaseRoleReclaimPolicy": "retain" if kept else "delete",
    }
    head = metadata(first, called, home.namespace, kept=kept, annotations=said)
    return {"apiVersion": API_VERSION, "kind": KIND.kind, "metadata": head, "spec": whole}
