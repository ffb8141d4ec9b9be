"""A schema object → what a BigQueryTable says: columns, partitions, and how long partitions are kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.mesh.records import Contract
from meshwarden.render import retention
from meshwarden.render.targets.bigquery_types import columns, name_of

_TIMES: Final = ("DATE", "DATETIME", "TIMESTAMP")
_PARTITIONS: Final = 10_000  # https://cloud.google.com/bigquery/quotas#partitioned_tables
_DAY: Final = 86_400_000
_INT64: Final = 2**63 - 1
_DESCRIPTION_LENGTH: Final = 16_384
_QUERIES: Final = ("view", "materialized view", "materializedview", "materialized_view")
# https://cloud.google.com/bigquery/docs/tables#table_naming, but for letters of other scripts.
_NAME: Final = re.compile(r"[A-Za-z0-9_][-A-Za-z0-9_ ]{0,1023}\Z")


@dataclass(frozen=True)
class Table:
    """What a table says, but for whose it is; `reasons` tell why there is none, or what it lacks."""

    spec: Mapping[str, Any] | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Partitioning:
    """By which property a table is partitioned, and how; `reasons` tell why it cannot be."""

    spec: Mapping[str, Any]
    by: Mapping[str, Any] | None = None
    reasons: tuple[str, ...] = ()


def table(contract: Contract, entry: SchemaObject) -> Table:
    """The table of a schema object. One that would not be as the contract says is not made at all."""
    said = fields.mapping(contract.manifest.data, *entry.pointer)
    called = f"table `{entry.physical_name}`"
    found = columns(part for _, part in fields.mappings(said, "properties"))
    reasons = [f"{called}: {reason}" for reason in (*_of_its_own(said, entry), *found.reasons)]
    if not found.fields and not reasons:
        reasons.append(f"{called} has no properties, and so no columns")
    partitioning = _partitioning(said, found.fields)
    reasons.extend(f"{called}: {reason}" for reason in partitioning.reasons)
    if reasons:
        return Table(None, tuple(reasons))
    spec = {
        "resourceID": entry.physical_name,
        # Indented, as reviewers read it in the patch; the controller compares by meaning.
        "schema": json.dumps(list(found.fields), indent=2, ensure_ascii=False) + "\n",
        **_texts(said),
        **partitioning.spec,
    }
    said_of_time = _retention_of(contract, entry)
    return Table(spec) if said_of_time is None else _kept(entry, spec, partitioning, *said_of_time)


def _retention_of(
    contract: Contract, entry: SchemaObject
) -> tuple[Mapping[str, Any], tuple[str, ...]] | None:
    """The service level that tells how long a table is kept, and the columns that it counts from.

    None where the contract has none, or only for its other schema objects: `element` is `object`,
    `object.column`, or several of them with commas in between.
    """
    of_all = None
    for _, level in fields.mappings(contract.manifest.data, "slaProperties"):
        if fields.text(level, "property") == "retention":
            said = [part.strip() for part in (fields.text(level, "element") or "").split(",") if part.strip()]
            own = [part.partition(".")[::2] for part in said]
            mine = [column for name, column in own if name in (entry.name, entry.physical_name)]
            if mine:
                return level, tuple(column for column in mine if column)
            if not said:
                of_all = of_all or (level, ())
    return of_all


def _kept(
    entry: SchemaObject,
    spec: dict[str, Any],
    parts: _Partitioning,
    level: Mapping[str, Any],
    counted: tuple[str, ...],
) -> Table:
    """The table with the retention as its partitions' expiration: nothing else in BigQuery means the same.

    The expiration of a table counts from its creation, and takes all rows at once.
    """
    called = f"retention of table `{entry.physical_name}` is not rendered"
    kept = retention.milliseconds_of(level)
    time = spec.get("timePartitioning")
    by = {fields.text(parts.by, "name"), fields.text(parts.by, "physicalName")}
    if time is None:
        reason = "BigQuery deletes by partitions of time, and it has none"
    elif strays := [column for column in counted if column not in by]:
        reason = f"it counts from `{strays[0]}`, and partitions are by `{time['field']}`"
    elif kept is None or not 1 <= kept + _DAY <= _INT64:
        reason = "it has no value and unit that can be read"
    else:
        # A partition's age counts from its first moment: the day's last row is to be kept as long as any.
        return Table({**spec, "timePartitioning": {**time, "expirationMs": kept + _DAY}})
    return Table(spec, (f"{called}: {reason}",))


def _of_its_own(said: Mapping[str, Any], entry: SchemaObject) -> Iterator[str]:
    """What keeps an object from being a table, whatever its columns are."""
    if _NAME.match(entry.physical_name) is None:
        yield "its name is none of letters, digits, hyphens, spaces and underscores"
    if (fields.text(said, "physicalType") or "").strip().lower() in _QUERIES:
        yield "it is a view, and contracts do not tell its query"


def _texts(said: Mapping[str, Any]) -> dict[str, str]:
    found = {
        "friendlyName": fields.text(said, "businessName"),
        "description": (fields.text(said, "description") or "").strip()[:_DESCRIPTION_LENGTH],
    }
    return {key: value for key, value in found.items() if value}


def _partitioning(said: Mapping[str, Any], found: tuple[dict[str, Any], ...]) -> _Partitioning:
    """Partitions by the one column that the contract has partitioned, day by day or in ranges."""
    by = [part for _, part in fields.mappings(said, "properties") if part.get("partitioned") is True]
    if inner := [
        name for _, part in fields.mappings(said, "properties") for name in _inner(part, name_of(part))
    ]:
        return _Partitioning({}, None, (f"it is partitioned by `{inner[0]}`, which is no column of its own",))
    if len(by) > 1:
        names = " and ".join(f"`{name_of(part)}`" for part in by)
        return _Partitioning({}, None, (f"it is partitioned by {names}; BigQuery partitions by one column",))
    column = next((one for one in found if by and one["name"] == name_of(by[0])), None)
    if not by or column is None:
        return _Partitioning({})
    if column["mode"] != "REPEATED" and column["type"] in _TIMES:
        return _Partitioning({"timePartitioning": {"type": "DAY", "field": column["name"]}}, by[0])
    if column["mode"] != "REPEATED" and column["type"] == "INTEGER":
        return _range(by[0], column["name"])
    wanted = "dates, times with a date and integers"
    has = "array" if column["mode"] == "REPEATED" else column["type"]
    return _Partitioning(
        {}, None, (f"it is partitioned by `{column['name']}`, of type {has}; BigQuery takes {wanted}",)
    )


def _inner(entry: Mapping[str, Any], place: str) -> Iterator[str]:
    """Partitioned properties within another one."""
    parts = [part for _, part in fields.mappings(entry, "properties")]
    if items := fields.mapping(entry, "items"):
        parts.append(items)
    for part in parts:
        name = f"{place}.{name_of(part)}".rstrip(".")
        if part.get("partitioned") is True:
            yield name
        yield from _inner(part, name)


def _range(entry: Mapping[str, Any], name: str) -> _Partitioning:
    """As many ranges as BigQuery takes, at the most, between the least and the greatest value."""
    options = fields.mapping(entry, "logicalTypeOptions")
    least, most = options.get("minimum"), options.get("maximum")
    if type(least) is not int or type(most) is not int or not -_INT64 <= least <= most < _INT64:
        wanted = "`minimum` and `maximum` in its logicalTypeOptions"
        return _Partitioning({}, None, (f"it is partitioned by the integer `{name}`, which lacks {wanted}",))
    interval = (most - least) // _PARTITIONS + 1
    spec = {"field": name, "range": {"start": least, "end": most + 1, "interval": interval}}
    return _Partitioning({"rangePartitioning": spec}, entry)
