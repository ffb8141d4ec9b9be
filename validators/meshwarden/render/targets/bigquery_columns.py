"""Properties of a schema object → columns of a BigQuery table, as its REST API writes them.

https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.render.targets.bigquery_types import NoType, bigquery_type
from meshwarden.render.targets.properties import name_key, name_of, stored
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

_DESCRIPTION_LENGTH: Final = 1024
_DEPTH: Final = 15  # https://cloud.google.com/bigquery/quotas#standard_tables
# BigQuery also takes names in any script, but not in all that reads its tables.
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,299}\Z")
# https://cloud.google.com/bigquery/docs/schemas#column_names
_RESERVED: Final = (
    *("_table_", "_file_", "_partition", "_row_timestamp", "__root__", "_colidentifier"),
    *("_change_sequence_number", "_change_type", "_change_timestamp"),
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of a table or a record, and why others cannot be columns."""

    fields: tuple[dict[str, Any], ...] = ()
    refusals: tuple[Refusal, ...] = ()


def columns(entry: Mapping[str, Any], pointer: Pointer, place: str = "", depth: int = 1) -> Columns:
    """The columns of the properties of a schema object or a record, which stands at `pointer`.

    `place` is the column that they lie in, with a dot, and `depth` how deep that is.
    """
    found: list[dict[str, Any]] = []
    refusals: list[Refusal] = []
    taken: set[str] = set()
    for index, part in stored(entry):
        name, own = name_of(part), (*pointer, "properties", index)
        called = f"column `{place}{name}`"
        if not _is_name(name):
            refusals.append(Refusal((*own, name_key(part)), f"{called} is called as BigQuery does not allow"))
        elif name.lower() in taken:
            reason = f"{called} is there twice, as BigQuery makes no difference of case"
            refusals.append(Refusal((*own, name_key(part)), reason))
        else:
            taken.add(name.lower())
            one = _column(part, own, name, place, depth)
            found.extend(one.fields)
            refusals.extend(one.refusals)
    return Columns(tuple(found), tuple(refusals))


def _is_name(name: str) -> bool:
    return _NAME.match(name) is not None and not name.lower().startswith(_RESERVED)


def _column(entry: Mapping[str, Any], pointer: Pointer, name: str, place: str, depth: int) -> Columns:
    kind, called = bigquery_type(entry), f"column `{place}{name}`"
    if isinstance(kind, NoType):
        return _untyped((*pointer, *kind.at), f"{called} {kind.reason}")
    mode = "REPEATED" if kind.repeated else "REQUIRED" if entry.get("required") is True else "NULLABLE"
    column: dict[str, Any] = {"name": name, "type": kind.name, "mode": mode, **kind.parameters}
    if said := fields.text(entry, "description"):
        column["description"] = said.strip()[:_DESCRIPTION_LENGTH]
    if kind.name != "RECORD":
        return Columns((column,))
    if depth > _DEPTH:
        return _untyped(pointer, f"{called} is a record {_DEPTH + 1} deep; BigQuery takes {_DEPTH}")
    inner = columns(kind.of, (*pointer, *kind.at), f"{place}{name}.", depth + 1)
    if inner.refusals:
        return Columns(refusals=inner.refusals)
    if not inner.fields:
        return _untyped((*pointer, *kind.at, "properties"), f"{called} is a record without properties")
    return Columns(({**column, "fields": list(inner.fields)},))


def _untyped(pointer: Pointer, reason: str) -> Columns:
    return Columns(refusals=(Refusal(pointer, reason, Why.TYPE),))
