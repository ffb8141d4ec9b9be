"""A schema object's primary key → what a BigQueryTable says of it. BigQuery does not enforce it.

https://cloud.google.com/bigquery/docs/primary-foreign-keys
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests.bitol import primary_key
from meshwarden.render.targets.properties import name_of
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

_MOST: Final = 16
_TYPES: Final = frozenset(
    ("BIGNUMERIC", "BOOLEAN", "BYTES", "DATE", "DATETIME", "INTEGER", "NUMERIC", "STRING", "TIMESTAMP")
)


@dataclass(frozen=True, slots=True)
class Key:
    """What a table says of its key, or why it says nothing of one that there is."""

    spec: Mapping[str, Any]
    refusal: Refusal | None = None


def key_of(said: Mapping[str, Any], pointer: Pointer, columns: Sequence[Mapping[str, Any]]) -> Key:
    """The key of a schema object, of which `columns` were made."""
    parts = primary_key(said)
    types = {column["name"]: column["type"] for column in columns if column["mode"] != "REPEATED"}
    unfit = next((part for part in parts if types.get(name_of(part[1])) not in _TYPES), None)
    if unfit is not None:
        reason = f"BigQuery takes no column of the type of `{name_of(unfit[1])}` in it"
        return _without(pointer, unfit[0], reason)
    if len(parts) > _MOST:
        return _without(pointer, parts[_MOST][0], f"it has {len(parts)} columns, and BigQuery takes {_MOST}")
    names = [name_of(part) for _, part in parts]
    return Key({"tableConstraints": {"primaryKey": {"columns": names}}} if names else {})


def _without(pointer: Pointer, index: int, reason: str) -> Key:
    place = (*pointer, "properties", index, "primaryKey")
    return Key({}, Refusal(place, f"its primary key is not rendered: {reason}", Why.NOT_EXPRESSED))
