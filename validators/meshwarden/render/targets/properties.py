"""What a property or a schema object of ODCS is called in the system that holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.manifests import fields

_VIEWS: Final = ("view", "materialized view", "materializedview", "materialized_view")


def name_of(entry: Mapping[str, Any]) -> str:
    """Its `physicalName`, else its name; empty if it has neither."""
    return fields.text(entry, name_key(entry)) or ""


def name_key(entry: Mapping[str, Any]) -> str:
    """The field that says so."""
    return "physicalName" if fields.text(entry, "physicalName") else "name"


def stored(entry: Mapping[str, Any]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The properties that lie in the data, each with its index: a measure is computed by who asks."""
    for index, found in fields.mappings(entry, "properties"):
        if found.get("semanticType") != "measure":
            yield index, found


def is_view(entry: Mapping[str, Any]) -> bool:
    """Whether a schema object is a query by its `physicalType`: contracts do not tell of which tables."""
    return (fields.text(entry, "physicalType") or "").strip().lower() in _VIEWS
