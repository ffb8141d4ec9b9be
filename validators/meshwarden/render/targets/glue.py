"""Servers of type glue and athena → a Database and Tables of Glue (ACK), with who may read and fill them.

Both types are views of one catalogue, and a contract that has both for one database makes the same objects.
A role of its own reaches catalogue and files (`<contract>.glue-reader.…`), as a service account has one role.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.render import names
from meshwarden.render.targets import iam, unsaid
from meshwarden.render.targets.glue_access import statements
from meshwarden.render.targets.glue_databases import Database, place_in_catalogue, why_no_name
from meshwarden.render.targets.glue_files import Files, files_of, folder_of, place_of
from meshwarden.render.targets.glue_tables import Spec, table_spec
from meshwarden.render.targets.metadata import metadata, name_of_store, shared_by, tags
from meshwarden.render.targets.properties import is_view, name_key
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext

GROUP: Final = "glue.services.k8s.aws"
API_VERSION: Final = f"{GROUP}/v1alpha1"


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
        by_database: dict[Database, list[_Part]] = defaultdict(list)
        refused: list[NotRendered] = []
        for context in contexts:
            database, files = place_in_catalogue(context), files_of(context)
            refused.extend(context.at_server(found) for found in (database, files) if isinstance(found, str))
            if isinstance(database, Database) and isinstance(files, Files):
                part, problems = _part(context, database, files)
                if part.tables:
                    by_database[database].append(part)
                refused.extend(problem.of(context) for problem in problems)
        objects: list[Object] = []
        for database, parts in by_database.items():
            objects.append(_database(database, parts))
            for part in parts:
                objects.extend(part.objects)
                access = tuple(
                    iam.access(part.context, partial(statements, database, part.tables, part.place), "glue-")
                )
                if iam.too_long(access):
                    refused.append(_too_many_tables(part))
                else:
                    objects.extend(access)
        return Rendered(tuple(objects), tuple(refused))


def _too_many_tables(part: _Part) -> NotRendered:
    called, count = f"server `{part.context.server.name}`", len(part.tables)
    reason = f"{called} has {count} tables, more than fit into a policy of IAM: nobody gets to use them"
    return part.context.at_server(reason)


def _part(context: ServerContext, database: Database, files: Files) -> tuple[_Part, list[Refusal]]:
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
    if problem := why_no_name(entry.physical_name):
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
    context: ServerContext, entry: SchemaObject, database: Database, spec: Mapping[str, Any]
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


def _database(database: Database, parts: Sequence[_Part]) -> Object:
    """The database that some contracts share."""
    contexts = [part.context for part in parts]
    first = contexts[0]
    adopted = {"catalogID": database.account, "name": database.name}
    annotations = {**_annotations(database, adopted), **shared_by(contexts)}
    # Without the catalogue's id the controller would write what it finds into the object.
    spec: dict[str, Any] = {
        "catalogID": database.account,
        "description": f"Tables of {first.product.key}.",
        "name": database.name,
        "tags": dict(sorted(tags(contexts).items())),
    }
    elsewhere = database.region != first.environment.coordinate("aws", "region")
    name = name_of_store(database.name, first.environment, *([database.region] if elsewhere else []))
    head = metadata(first, name, first.namespace, kept=True, annotations=annotations)
    return {"apiVersion": API_VERSION, "kind": "Database", "metadata": head, "spec": spec}


def _annotations(database: Database, adopted: Mapping[str, str]) -> dict[str, str]:
    """https://aws-controllers-k8s.github.io/docs/guides/adoption: what was kept can come back."""
    return {
        "services.k8s.aws/adoption-fields": json.dumps(adopted),
        "services.k8s.aws/adoption-policy": "adopt-or-create",
        "services.k8s.aws/deletion-policy": "retain",
        "services.k8s.aws/region": database.region,
    }
