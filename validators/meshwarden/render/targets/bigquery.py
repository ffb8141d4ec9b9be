"""Servers of type bigquery → Config Connector's BigQueryDatasets and BigQueryTables, with the grants.

A dataset's own `access` is the grant, as IAMPolicyMember takes no dataset; it holds for all tables of the
dataset. So contracts that share one must let the same consumers read: else a reader of the one would read the
other, and none is rendered.

Classes of single columns would be policy tags, which are named by a taxonomy that a mesh does not tell: the
highest class of a dataset and of a table is a label.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.render import names, retention
from meshwarden.render.targets import bigquery_access, google_access
from meshwarden.render.targets.bigquery_tables import table
from meshwarden.render.targets.google import google_metadata, is_project, key_reference, project_of
from meshwarden.render.targets.metadata import (
    classification,
    highest_classification,
    name_of_store,
    shared_by,
)
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, ServerContext

GROUP: Final = "bigquery.cnrm.cloud.google.com"
API_VERSION: Final = f"{GROUP}/v1beta1"
# https://cloud.google.com/bigquery/docs/datasets#dataset-naming
_DATASET: Final = re.compile(r"[A-Za-z0-9_]{1,1024}\Z")


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    project: str
    dataset: str

    def __str__(self) -> str:
        return f"{self.project}.{self.dataset}"


class BigQuery:
    """A dataset for each that a product's contracts name, and a table for each schema object."""

    kinds = (
        ObjectKind(GROUP, "BigQueryDataset"),
        ObjectKind(GROUP, "BigQueryTable"),
        google_access.KIND,
    )

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The datasets with their tables, and who may run jobs to use them."""
        by_place: dict[_Place, list[ServerContext]] = defaultdict(list)
        refused: list[NotRendered] = []
        for context in contexts:
            place = _place(context)
            if isinstance(place, NotRendered):
                refused.append(place)
            elif all(other.contract is not context.contract for other in by_place[place]):
                by_place[place].append(context)  # servers that name one place twice mean the same tables
        objects: list[Object] = []
        rendered: list[ServerContext] = []
        for place, sharing in by_place.items():
            if reasons := list(_why_not_together(place, sharing)):
                refused.extend(reasons)
                continue
            found = _dataset_with_tables(place, sharing)
            refused.extend(found.refused)
            objects.extend(found.objects)
            rendered.extend(sharing if found.objects else ())
        if rendered:
            objects.extend(bigquery_access.job_users(rendered))
        return Rendered(tuple(objects), tuple(refused))


def _place(context: ServerContext) -> _Place | NotRendered:
    """Where a server's tables lie, or why that cannot be told. The contract goes before the mesh."""
    called, project = f"server `{context.server.name}`", project_of(context)
    dataset = fields.text(context.server.fields, "dataset")
    if dataset is None:
        return context.at_server(f"{called} names no dataset", "dataset")
    if _DATASET.match(dataset) is None:
        wanted = "BigQuery takes up to 1,024 letters, digits and underscores"
        return context.at_server(f"{called} names dataset `{dataset}`; {wanted}", "dataset")
    if project is None or not is_project(project):
        return context.at_server(f"{called} names project `{project}`, which is no project's id", "project")
    return _Place(project, dataset)


def _why_not_together(place: _Place, sharing: Sequence[ServerContext]) -> Iterator[NotRendered]:
    """Why contracts cannot share a dataset."""
    if len({tuple((reader.domain, reader.product) for reader in context.readers) for context in sharing}) > 1:
        called = " and ".join(f"`{context.name}`" for context in sharing)
        reason = (
            f"dataset `{place}` holds contracts {called}, which different consumers may read; access to a"
            " dataset is access to all its tables: give each a dataset of its own"
        )
        yield from (context.at_server(reason, "dataset") for context in sharing)
    makers: dict[str, list[tuple[ServerContext, SchemaObject]]] = defaultdict(list)
    for context in sharing:
        for entry in context.contract.objects:
            makers[entry.physical_name].append((context, entry))
    for name, found in makers.items():
        if len(found) > 1:
            of = " and ".join(f"`{entry.name}` of `{context.name}`" for context, entry in found)
            reason = f"table `{name}` of dataset `{place}` is made of schema objects {of}"
            yield from (context.at((*entry.pointer, "physicalName"), reason) for context, entry in found)


def _dataset_with_tables(place: _Place, sharing: Sequence[ServerContext]) -> Rendered:
    """A dataset with the tables that can be made; nothing if none can."""
    tables: list[Object] = []
    refused: list[NotRendered] = []
    owner = _dataset_name(place, sharing[0])
    for context in sharing:
        refused.extend(_of_the_contract(context))
        for entry in context.contract.objects:
            found = table(context.contract, entry)
            refused.extend(refusal.of(context) for refusal in found.refusals)
            if found.spec is not None:
                spec = {
                    "datasetRef": {"name": owner},
                    **found.spec,
                    **_encryption(context, "encryptionConfiguration"),
                }
                own = classification(context.mesh, replace(context.contract, objects=(entry,)))
                name = _table_name(context, entry)
                tables.append(_object(context, "BigQueryTable", name, place, spec, own))
    dataset = [_dataset(place, sharing)] if tables else []
    return Rendered((*dataset, *tables), tuple(refused))


def _of_the_contract(context: ServerContext) -> Iterator[NotRendered]:
    if not context.contract.objects:
        reason = f"server `{context.server.name}` is of type bigquery, and no schema object tells a table"
        yield context.at(("schema",), reason)
    yield from retention.mistaken(context)
    for reader in context.readers:
        if not reader.environment.coordinate("gcp", "project"):
            who = f"{reader.domain}/{reader.product}"
            reason = f"consumer `{who}` has no `gcp.project` in mesh.yaml, which it would run its queries in"
            yield context.at_server(reason)


def _table_name(context: ServerContext, entry: SchemaObject) -> str:
    return names.joined(context.name, entry.name, limit=names.SUBDOMAIN_LENGTH)


def _dataset_name(place: _Place, context: ServerContext) -> str:
    elsewhere = place.project != context.environment.coordinate("gcp", "project")
    return name_of_store(place.dataset, context.environment, *([place.project] if elsewhere else []))


def _dataset(place: _Place, sharing: Sequence[ServerContext]) -> Object:
    """The dataset that some contracts share."""
    first = sharing[0]
    spec: dict[str, Any] = {
        "resourceID": place.dataset,
        "projectRef": {"external": place.project},
        "location": first.environment.coordinate("gcp", "location"),
        "access": bigquery_access.access(sharing),
        **_encryption(first, "defaultEncryptionConfiguration"),
    }
    name, own = _dataset_name(place, first), highest_classification(sharing)
    found = _object(first, "BigQueryDataset", name, place, spec, own)
    head = found["metadata"]
    head["annotations"] = {**head["annotations"], **shared_by(sharing)}
    return found


def _encryption(context: ServerContext, key: str) -> dict[str, Any]:
    """The key of the environment; without one, BigQuery encrypts with Google's."""
    found = key_reference(context)
    return {key: found} if found else {}


def _object(
    context: ServerContext,
    kind: str,
    name: str,
    place: _Place,
    spec: dict[str, Any],
    own: str | None,
) -> Object:
    head = google_metadata(context, name, place.project, own, kept=True)
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": head, "spec": spec}
