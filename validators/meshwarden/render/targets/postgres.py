"""Servers of type postgres and postgresql → CloudNativePG's Databases, in a shared Cluster or one of its own.

The product's own Cluster is rendered with them, the shared one is a stage's. Roles log in to it with
certificates, so that its `postgresql.pg_hba` has to hold `hostssl all /__ all cert`: what begins with a slash
is a regular expression, since PostgreSQL 16, and all rendered roles have two underscores in a row.

CloudNativePG makes databases, schemas in them and roles. Tables and what is granted on them are left to the
product's migrations, and so is the end of what a contract keeps for a time: once a contract, that is said.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render import names, retention
from meshwarden.render.targets import postgres_cluster, postgres_roles
from meshwarden.render.targets.hosts import elsewhere
from meshwarden.render.targets.metadata import metadata, shared_by
from meshwarden.render.targets.postgres_names import why_no_database, why_no_schema
from meshwarden.render.targets.postgres_roles import API_VERSION, GROUP, Home
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext, Why

_PUBLIC: Final = "public"  # every database has it, and it is its owner's since PostgreSQL 15
_DATABASE: Final = ObjectKind(GROUP, "Database")

Databases = Mapping[str, Sequence[ServerContext]]  # the contracts in each, by its name


class SharedPostgres:
    """Databases in the Cluster that an environment's domains share."""

    kinds = (_DATABASE, postgres_roles.KIND)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The databases, their owner, and who may read them: all where the shared Cluster is."""
        coordinate = contexts[0].environment.coordinate
        home = Home(coordinate("postgres", "cluster") or "", coordinate("postgres", "namespace") or "")
        databases, refused = _databases(home, contexts)
        whole = [context for found in databases.values() for context in found]
        if not whole:
            return Rendered(refused=refused)
        return Rendered((*postgres_roles.lasting(home, whole), *_in(home, databases)), refused)


class OwnPostgres:
    """Databases in a Cluster that the product has for itself."""

    kinds = (ObjectKind(GROUP, "Cluster"), _DATABASE, postgres_roles.KIND)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The Cluster with its databases, and who may read them: all in the product's namespace."""
        home = postgres_cluster.home(contexts[0])
        databases, refused = _databases(home, contexts)
        whole = [context for found in databases.values() for context in found]
        if not whole:
            return Rendered(refused=refused)
        if reasons := tuple(postgres_cluster.why_not(whole)):
            return Rendered(
                refused=(*refused, *(context.at_server(reason) for context in whole for reason in reasons))
            )
        return Rendered((postgres_cluster.cluster(home, databases), *_in(home, databases)), refused)


def _databases(home: Home, contexts: Sequence[ServerContext]) -> tuple[Databases, tuple[NotRendered, ...]]:
    """The servers that can be rendered by their databases, and what of them cannot be."""
    found: dict[str, list[ServerContext]] = defaultdict(list)
    refused: list[NotRendered] = []
    for context in contexts:
        if reasons := list(_why_not(home, context)):
            refused.extend(reasons)
            continue
        in_it = found[str(fields.text(context.server.fields, "database"))]
        if all(_schema(other) != _schema(context) or other.name != context.name for other in in_it):
            in_it.append(
                context
            )  # a contract may name one database twice: to write, and to read from replicas
        refused.append(_left_to_migrations(context))
        refused.extend(retention.unreadable(context))
    return found, tuple(dict.fromkeys(refused))


def _why_not(home: Home, context: ServerContext) -> Iterator[NotRendered]:
    called = f"server `{context.server.name}`"
    database, schema = fields.text(context.server.fields, "database"), _schema(context)
    if database is None:
        yield context.at_server(f"{called} names no database")
    elif reason := why_no_database(database):
        yield context.at_server(f"{called} names database `{database}`, {reason}", "database")
    if reason := why_no_schema(schema):
        yield context.at_server(f"{called} names schema `{schema}`, {reason}", "schema")
    own = re.compile(rf"{re.escape(home.cluster)}-(?:rw|ro|r)\.{re.escape(home.namespace)}\Z")
    service = f"{home.cluster}-rw.{home.namespace}.svc"
    where = f"Cluster `{home.cluster}` in namespace `{home.namespace}` is reached at `{service}`"
    if reason := elsewhere(context, own, where):
        yield context.at_server(reason, "host")


def _schema(context: ServerContext) -> str:
    return fields.text(context.server.fields, "schema") or _PUBLIC


def _left_to_migrations(context: ServerContext) -> NotRendered:
    """What the contract says and CloudNativePG cannot express: all of it at the first schema object."""
    tables = [f"`{_schema(context)}.{entry.physical_name}`" for entry in context.contract.objects]
    what = f"table{'s' if len(tables) > 1 else ''} {', '.join(tables)}" if tables else "its tables"
    group = postgres_roles.readers_of(context)
    reason = (
        f"CloudNativePG makes no tables, columns and grants: migrations have to make {what}, and to grant"
    )
    reason += f" `{group}` USAGE on schema `{_schema(context)}` and SELECT on its tables"
    if retention.of_contract(context.contract):
        reason += ", and a job has to delete what is older than the retention"
    if not context.contract.objects:
        return context.at_server(reason, why=Why.NOT_EXPRESSED)
    return context.at(context.contract.objects[0].pointer, reason, why=Why.NOT_EXPRESSED)


def _in(home: Home, databases: Databases) -> Iterator[Object]:
    """The databases, and the roles of those who may read something in them."""
    for name in sorted(databases):
        yield _database(home, name, databases[name])
    yield from postgres_roles.consumers(home, [context for found in databases.values() for context in found])


def _database(home: Home, name: str, contexts: Sequence[ServerContext]) -> Object:
    """A database with the schemas of the contracts in it.

    The object is called by the database and not by a contract, as the controller never renames one. Two of a
    product's that differ in `-` and `_` alone would be one object, which is told as a clash.
    """
    first, owner = contexts[0], postgres_roles.owner(contexts[0])
    spec: dict[str, Any] = {
        "cluster": {"name": home.cluster},
        "name": name,
        "owner": owner,
        "databaseReclaimPolicy": "retain",
    }
    schemas = sorted({_schema(context) for context in contexts} - {_PUBLIC})
    if schemas:
        spec["schemas"] = [{"name": schema, "owner": owner} for schema in schemas]
    called = names.joined(
        first.product.domain, first.product.name, name.replace("_", "-"), limit=names.SUBDOMAIN_LENGTH
    )
    head = metadata(first, called, home.namespace, kept=True, annotations=shared_by(contexts))
    return {"apiVersion": API_VERSION, "kind": _DATABASE.kind, "metadata": head, "spec": spec}
