"""Servers of type glue and athena → a Database and Tables of Glue (ACK), with who may read and fill them.

Both types are views of one catalogue, and a contract that has both for one database makes the same objects.
A role of its own reaches catalogue and files (`<contract>.glue-reader.…`), as a service account has one role.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.render import names
from meshwarden.render.targets import hive, iam, unsaid
from meshwarden.render.targets.glue_files import Files, database_of, files_of, folder_of, place_of
from meshwarden.render.targets.glue_tables import Spec, table_spec
from meshwarden.render.targets.glue_types import name_key
from meshwarden.render.targets.metadata import PREFIX, metadata, tags
from meshwarden.render.targets.properties import is_view
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext

GROUP: Final = "glue.services.k8s.aws"
API_VERSION: Final = f"{GROUP}/v1alpha1"
_CATALOG: Final = "awsdatacatalog"  # what Athena calls the account's own catalogue
# https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
READ: Final = (
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
)
FILL: Final = (
    "glue:BatchCreatePartition",
    "glue:BatchDeletePartition",
    "glue:BatchUpdatePartition",
    "glue:CreatePartition",
    "glue:DeletePartition",
    "glue:UpdatePartition",
)


@dataclass(frozen=True, slots=True)
class _Database:
    """A database in an account's catalogue of a region."""

    account: str
    region: str
    name: str


@dataclass(frozen=True)
class _Part:
    """What a contract has in a database."""

    context: ServerContext
    tables: tuple[Mapping[str, Any], ...]  # their specs
    place: iam.Place | None
    objects: tuple[Object, ...]


class Glue:
    """A database for each that a product's contracts name, and a table for each schema object."""

    kinds = (ObjectKind(GROUP, "Database"), ObjectKind(GROUP, "Table"), *iam.KINDS)

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The databases with their tables, and who may read the tables and fill them."""
        by_database: dict[_Database, list[_Part]] = defaultdict(list)
        refused: list[NotRendered] = []
        for context in contexts:
            database, files = _database_of(context), files_of(context)
            refused.extend(context.at_server(found) for found in (database, files) if isinstance(found, str))
            if isinstance(database, _Database) and isinstance(files, Files):
                part, problems = _part(context, database, files)
                if part.tables:
                    by_database[database].append(part)
                refused.extend(problem.of(context) for problem in problems)
        objects: list[Object] = []
        for database, parts in by_database.items():
            objects.append(_database(database, parts))
            for part in parts:
                objects.extend(part.objects)
                access = tuple(iam.access(part.context, partial(_statements, database, part), "glue-"))
                if iam.too_long(access):
                    refused.append(_too_many_tables(part))
                else:
                    objects.extend(access)
        return Rendered(tuple(objects), tuple(refused))


def _too_many_tables(part: _Part) -> NotRendered:
    called, count = f"server `{part.context.server.name}`", len(part.tables)
    reason = f"{called} has {count} tables, more than fit into a policy of IAM: nobody gets to use them"
    return part.context.at_server(reason)


def _database_of(context: ServerContext) -> _Database | str:
    """Where a server's tables are entered; a text that says why they cannot be."""
    server, called = context.server, f"server `{context.server.name}`"
    account = context.environment.coordinate("aws", "account") or ""
    said = fields.text(server.fields, "account") if server.type == "glue" else None
    if said and said.replace("-", "") != account:  # ODCS writes `1234-5678-9012`
        return f"{called} lies in account `{said}`; those of `{context.environment.name}` are in `{account}`"
    catalog = fields.text(server.fields, "catalog") if server.type == "athena" else None
    if catalog and catalog.lower() != _CATALOG:
        return f"{called} is of catalog `{catalog}`; only `AwsDataCatalog` can be rendered"
    region = fields.text(server.fields, "regionName") if server.type == "athena" else None
    product = context.product
    # As the roles of the platform's controllers allow it: the domain's name first, and no hyphens.
    name = database_of(server) or f"{product.domain}_{product.name}".replace("-", "_")
    if problem := _why_no_name(name):
        return f"{called} names database `{name}`, {problem}"
    return _Database(account, region or context.environment.coordinate("aws", "region") or "", name)


def _why_no_name(name: str) -> str | None:
    if hive.is_name(name):
        return None
    if hive.is_name(name.lower()):
        return f"which Glue folds to `{name.lower()}`: it has small letters only"
    return "a name that queries cannot use: it takes small letters, digits and `_`"


def _part(context: ServerContext, database: _Database, files: Files) -> tuple[_Part, list[Refusal]]:
    """The tables of a contract, and what of it has none."""
    entries, objects, specs, problems = context.contract.objects, [], [], []
    called = f"server `{context.server.name}`"
    if not entries:
        reason = f"{called} is of type {context.server.type}, and no schema object tells a table"
        problems.append(Refusal(context.server.pointer, reason))
    seen: set[str] = set()
    for entry in entries:
        spec = _spec(context, entry, files)
        if entry.physical_name in seen:
            reason = f"schema object `{entry.name}` makes table `{entry.physical_name}` again"
            spec = (Refusal(_name_of(context, entry), reason),)
        seen.add(entry.physical_name)
        if isinstance(spec, tuple):
            problems.extend(spec)
        else:
            specs.append(spec)
            objects.append(_table(context, entry, database, spec))
    place = place_of(context, files)
    if specs and context.readers and place is None:
        reason = f"{called} has files where no bucket is rendered for the contract:"
        problems.append(Refusal(context.server.pointer, f"{reason} its readers get the tables without them"))
    elif specs and place is None:
        reason = "no bucket is rendered for the contract's files: what is older stays there"
        problems.extend(unsaid.retentions(context.contract, reason))
    return _Part(context, tuple(specs), place, tuple(objects)), problems


def _spec(context: ServerContext, entry: SchemaObject, files: Files) -> Spec | tuple[Refusal, ...]:
    called = f"schema object `{entry.name}`"
    if problem := _why_no_name(entry.physical_name):
        reason = f"{called} makes table `{entry.physical_name}`, {problem}"
        return (Refusal(_name_of(context, entry), reason),)
    raw = fields.mapping(context.contract.manifest.data, *entry.pointer)
    if is_view(raw):
        return (Refusal((*entry.pointer, "physicalType"), f"{called} is a view, which has no files"),)
    folder = folder_of(files, entry, alone=len(context.contract.objects) == 1)
    if folder is None:
        where = f"s3://{files.bucket}/{files.path}"
        reason = f"{called} has no folder of its own at `{where}`; wanted one, with `{{model}}` for several"
        return (Refusal(context.server.pointer, reason),)
    order = context.mesh.classifications or ()
    found = table_spec(context.contract, entry, files.format, folder, order)
    if isinstance(found, tuple):
        return tuple(replace(refusal, reason=f"{called} has {refusal.reason}") for refusal in found)
    return found


def _name_of(context: ServerContext, entry: SchemaObject) -> Pointer:
    """Where the contract says what the table of a schema object is called."""
    said = fields.mapping(context.contract.manifest.data, *entry.pointer)
    return (*entry.pointer, name_key(said))


def _table(
    context: ServerContext, entry: SchemaObject, database: _Database, spec: Mapping[str, Any]
) -> Object:
    name = names.joined(context.name, entry.name, limit=names.SUBDOMAIN_LENGTH)
    # By name and not by `databaseRef`: adopting fills the name in, and the controller takes one of both.
    adopted = {"catalogID": database.account, "databaseName": database.name, "name": spec["name"]}
    annotations = _annotations(database, adopted)
    return {
        "apiVersion": API_VERSION,
        "kind": "Table",
        "metadata": metadata(context, name, context.namespace, kept=True, annotations=annotations),
        "spec": {"catalogID": database.account, "databaseName": database.name, **spec},
    }


def _database(database: _Database, parts: Sequence[_Part]) -> Object:
    """The database that some contracts share, called after the first of them."""
    contexts = [part.context for part in parts]
    first = contexts[0]
    annotations = _annotations(database, {"catalogID": database.account, "name": database.name})
    if len(contexts) > 1:
        annotations[PREFIX + "contracts"] = ",".join(
            sorted(context.contract.id or context.name for context in contexts)
        )
    # Without the catalogue's id the controller would write what it finds into the object.
    spec: dict[str, Any] = {
        "catalogID": database.account,
        "description": f"Tables of {first.product.key}.",
        "name": database.name,
        "tags": dict(sorted(tags(contexts).items())),
    }
    name = names.shortened(f"{first.name}.glue", names.SUBDOMAIN_LENGTH)
    head = metadata(first, name, first.namespace, kept=True, annotations=annotations)
    return {"apiVersion": API_VERSION, "kind": "Database", "metadata": head, "spec": spec}


def _annotations(database: _Database, adopted: Mapping[str, str]) -> dict[str, str]:
    """https://aws-controllers-k8s.github.io/docs/guides/adoption: what was kept can come back."""
    return {
        "services.k8s.aws/adoption-fields": json.dumps(adopted),
        "services.k8s.aws/adoption-policy": "adopt-or-create",
        "services.k8s.aws/deletion-policy": "retain",
        "services.k8s.aws/region": database.region,
    }


def _statements(
    database: _Database, part: _Part, subject: iam.Subject, writes: bool
) -> Iterator[iam.Statement]:
    """Reading the tables, filling those with partitions, and the files where they are the contract's."""
    yield _on_tables("Catalogue", READ, database, part.tables, subject)
    partitioned = [spec for spec in part.tables if "partitionKeys" in spec]
    if writes and partitioned:
        yield _on_tables("Partitions", FILL, database, partitioned, subject)
    if part.place:
        yield from iam.files(part.place, subject, writes)


def _on_tables(
    sid: str,
    actions: Iterable[str],
    database: _Database,
    tables: Iterable[Mapping[str, Any]],
    subject: iam.Subject,
) -> iam.Statement:
    """Glue asks for the catalogue and the database too, of whoever asks for a table."""
    within = ["catalog", f"database/{database.name}"]
    within += [f"table/{database.name}/{spec['name']}" for spec in tables]
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": [subject.arn("glue", database.region, resource) for resource in within],
    }
