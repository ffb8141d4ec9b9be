"""A schema object → what a BigQueryTable says: columns, partitions, and how long partitions are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.mesh.records import Contract
from meshwarden.render import retention
from meshwarden.render.retention import Retention
from meshwarden.render.targets import unsaid
from meshwarden.render.targets.bigquery_columns import columns
from meshwarden.render.targets.bigquery_keys import key_of
from meshwarden.render.targets.properties import is_view, name_key, name_of
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

_TIMES: Final = ("DATE", "DATETIME", "TIMESTAMP")
_PARTITIONS: Final = 10_000  # https://cloud.google.com/bigquery/quotas#partitioned_tables
_DAY: Final = 86_400_000
_INT64: Final = 2**63 - 1
_DESCRIPTION_LENGTH: Final = 16_384
# https://cloud.google.com/bigquery/docs/tables#table_naming, but for letters of other scripts.
_NAME: Final = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_ ]{0,1023}\Z")


@dataclass(frozen=True)
class Table:
    """What a table says, but for whose it is; `refusals` tell why there is none, or what it lacks."""

    spec: Mapping[str, Any] | None
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class _Partitioning:
    """By which property a table is partitioned, and how; `refusal` tells why it cannot be."""

    spec: Mapping[str, Any]
    by: Mapping[str, Any] | None = None
    refusal: Refusal | None = None


def table(contract: Contract, entry: SchemaObject) -> Table:
    """The table of a schema object. One that would not be as the contract says is not made at all."""
    said = fields.mapping(contract.manifest.data, *entry.pointer)
    called = f"table `{entry.physical_name}`"
    found = columns(said, entry.pointer)
    refusals = [*_of_its_own(said, entry), *found.refusals]
    if not found.fields and not refusals:
        refusals.append(Refusal((*entry.pointer, "properties"), "it has no properties, and so no columns"))
    partitioning = _partitioning(said, entry.pointer, found.fields)
    if partitioning.refusal:
        refusals.append(partitioning.refusal)
    if refusals:
        return Table(None, tuple(_called(called, refusal) for refusal in refusals))
    key = key_of(said, entry.pointer, found.fields)
    spec = {
        "resourceID": entry.physical_name,
        # Indented, as reviewers read it in the patch; the controller compares by meaning.
        "schema": json.dumps(list(found.fields), indent=2, ensure_ascii=False) + "\n",
        **_texts(said),
        **partitioning.spec,
        **key.spec,
    }
    kept = retention.of_object(contract, entry)
    made = Table(spec) if kept is None else _kept(entry, spec, partitioning, kept)
    told = (*([key.refusal] if key.refusal else []), *_classes(entry))
    return replace(made, refusals=(*made.refusals, *(_called(called, refusal) for refusal in told)))


def _called(table: str, refusal: Refusal) -> Refusal:
    return replace(refusal, reason=f"{table}: {refusal.reason}")


def _classes(entry: SchemaObject) -> Iterator[Refusal]:
    """Classes of single columns: a policy tag is named by a taxonomy, which no mesh tells."""
    return unsaid.different_classes(
        entry,
        "its columns have different classes, which BigQuery tells by policy tags of a taxonomy; the table's"
        " label has the highest",
    )


def _kept(entry: SchemaObject, spec: dict[str, Any], parts: _Partitioning, said: Retention) -> Table:
    """The table with the retention as its partitions' expiration: nothing else in BigQuery means the same.

    The expiration of a table counts from its creation, and takes all rows at once. Where the service level
    names a scheduler, it is that which deletes, and BigQuery need not be able to.
    """
    called = f"retention of table `{entry.physical_name}` is not rendered"
    kept, others = said.milliseconds, fields.text(said.said, "scheduler") is not None
    time = spec.get("timePartitioning")
    by = {fields.text(parts.by, "name"), fields.text(parts.by, "physicalName")}
    strays = [column for column in said.counted if column not in by]
    if kept is None or not 1 <= kept + _DAY <= _INT64:
        key, reason = "value", "it has no value and unit that can be read"
    elif (time is None or strays) and others:
        return Table(spec)
    elif time is None:
        key, reason = "value", "BigQuery deletes by partitions of time, and it has none"
    elif strays:
        key, reason = "element", f"it counts from `{strays[0]}`, and partitions are by `{time['field']}`"
    else:
        # A partition's age counts from its first moment: the day's last row is to be kept as long as any.
        return Table({**spec, "timePartitioning": {**time, "expirationMs": kept + _DAY}})
    return Table(spec, (Refusal((*said.pointer, key), f"{called}: {reason}", Why.RETENTION),))


def _of_its_own(said: Mapping[str, Any], entry: SchemaObject) -> Iterator[Refusal]:
    """What keeps an object from being a table, whatever its columns are."""
    if _NAME.match(entry.physical_name) is None:
        reason = "its name is none of letters, digits, hyphens, spaces and underscores"
        yield Refusal((*entry.pointer, name_key(said)), reason)
    if is_view(said):
        reason = "it is a view, and contracts do not tell its query"
        yield Refusal((*entry.pointer, "physicalType"), reason)


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    found = {
        "friendlyName": fields.text(said, "businessName"),
        "description": (fields.text(said, "description") or "").strip()[:_DESCRIPTION_LENGTH],
    }
    return {key: value for key, value in found.items() if value}


def _partitioning(
    said: Mapping[str, Any], pointer: Pointer, found: tuple[dict[str, Any], ...]
) -> _Partitioning:
    """Partitions by the one column that the contract has partitioned, day by day or in ranges."""
    parts = [((*pointer, "properties", index), part) for index, part in fields.mappings(said, "properties")]
    by = [(place, part) for place, part in parts if part.get("partitioned") is True]
    inner = next((found for place, part in parts for found in _inner(part, place, name_of(part))), None)
    if inner:
        return _unpartitioned(inner[0], f"it is partitioned by `{inner[1]}`, which is no column of its own")
    if len(by) > 1:
        names = " and ".join(f"`{name_of(part)}`" for _, part in by)
        return _unpartitioned(
            by[1][0], f"it is partitioned by {names}; BigQuery partitions by one column", "partitioned"
        )
    column = next((one for one in found if by and one["name"] == name_of(by[0][1])), None)
    if not by or column is None:
        return _Partitioning({})
    place, part = by[0]
    if column["mode"] != "REPEATED" and column["type"] in _TIMES:
        return _Partitioning({"timePartitioning": {"type": "DAY", "field": column["name"]}}, part)
    if column["mode"] != "REPEATED" and column["type"] == "INTEGER":
        return _range(part, place, column["name"])
    wanted = "dates, times with a date and integers"
    has = "array" if column["mode"] == "REPEATED" else column["type"]
    reason = f"it is partitioned by `{column['name']}`, of type {has}; BigQuery takes {wanted}"
    return _unpartitioned(place, reason, "partitioned")


def _unpartitioned(place: Pointer, reason: str, *keys: str) -> _Partitioning:
    return _Partitioning({}, None, Refusal((*place, *keys), reason))


def _inner(entry: Mapping[str, Any], place: Pointer, called: str) -> Iterator[tuple[Pointer, str]]:
    """Where properties within another one are said to partition, and what they are called."""
    parts: list[tuple[Pointer, Mapping[str, Any]]] = [
        ((*place, "properties", index), part) for index, part in fields.mappings(entry, "properties")
    ]
    if items := fields.mapping(entry, "items"):
        parts.append(((*place, "items"), items))
    for at, part in parts:
        name = f"{called}.{name_of(part)}".rstrip(".")
        if part.get("partitioned") is True:
            yield (*at, "partitioned"), name
        yield from _inner(part, at, name)


def _range(entry: Mapping[str, Any], place: Pointer, name: str) -> _Partitioning:
    """As many ranges as BigQuery takes, at the most, between the least and the greatest value."""
    options = fields.mapping(entry, "logicalTypeOptions")
    least, most = options.get("minimum"), options.get("maximum")
    if type(least) is not int or type(most) is not int or not -_INT64 <= least <= most < _INT64:
        wanted = "`minimum` and `maximum` in its logicalTypeOptions"
        reason = f"it is partitioned by the integer `{name}`, which lacks {wanted}"
        return _unpartitioned(place, reason, "logicalTypeOptions")
    interval = (most - least) // _PARTITIONS + 1
    spec = {"field": name, "range": {"start": least, "end": most + 1, "interval": interval}}
    return _Partitioning({"rangePartitioning": spec}, entry)
