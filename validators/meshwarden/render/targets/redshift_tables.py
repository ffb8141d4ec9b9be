"""A contract's schema objects → tables of Redshift, as a module's variables tell them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject, primary_key
from meshwarden.mesh.records import Contract
from meshwarden.render.targets.properties import is_view, name_key, name_of, stored
from meshwarden.render.targets.redshift_types import NoType, type_of
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import NotRendered, ServerContext, Why

# https://docs.aws.amazon.com/redshift/latest/dg/r_names.html, without what has to be quoted everywhere
TAKEN: Final = "it takes up to 127 letters, digits and `_`"
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,126}\Z")


@dataclass(frozen=True)
class Tables:
    """The tables of a contract, and what keeps them from being made."""

    tables: tuple[dict[str, Any], ...]
    refused: tuple[NotRendered, ...]


def tables_of(context: ServerContext) -> Tables:
    """The tables by name; where something is wrong with one, none is to be made."""
    tables: list[dict[str, Any]] = []
    refused: list[NotRendered] = []
    taken: set[str] = set()
    for entry in context.contract.objects:
        if entry.physical_name.lower() in taken:
            refused.append(_twice(context, entry))
        taken.add(entry.physical_name.lower())
        found = table(context.contract, entry)
        if isinstance(found, tuple):
            refused.extend(refusal.of(context) for refusal in found)
        else:
            tables.append(found)
    if not context.contract.objects:
        what = f"server `{context.server.name}` is of type redshift, and no schema object tells a table"
        refused.append(context.at_server(what))
    return Tables(tuple(sorted(tables, key=lambda made: str(made["name"]))), tuple(refused))


def _twice(context: ServerContext, entry: SchemaObject) -> NotRendered:
    """Of a table that is there already: Redshift would leave it as it is."""
    said = fields.mapping(context.contract.manifest.data, *entry.pointer)
    called = f"schema object `{entry.name}` makes table `{entry.physical_name}` again"
    return context.at((*entry.pointer, name_key(said)), f"{called}: Redshift knows small letters only")


def table(contract: Contract, entry: SchemaObject) -> dict[str, Any] | tuple[Refusal, ...]:
    """The table of a schema object; refusals if it cannot be made."""
    said = fields.mapping(contract.manifest.data, *entry.pointer)
    refusals = [*_of_its_own(said, entry)]
    columns: list[dict[str, Any]] = []
    for found in _columns(said, entry):
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            columns.append(found)
    if refusals:
        return tuple(refusals)
    return {"name": entry.physical_name, "columns": columns, "primary_key": _primary_key(said)}


def untyped(contract: Contract, entry: SchemaObject) -> Iterator[Refusal]:
    """The columns of a schema object that no type of Redshift can hold."""
    for found in _columns(fields.mapping(contract.manifest.data, *entry.pointer), entry):
        if isinstance(found, Refusal) and found.why is Why.TYPE:
            yield found


def _of_its_own(said: Mapping[str, Any], entry: SchemaObject) -> Iterator[Refusal]:
    """What keeps an object from being a table, whatever its columns are."""
    called = f"table `{entry.physical_name}`"
    if NAME.match(entry.physical_name) is None:
        reason = f"{called} has a name that Redshift does not take: {TAKEN}"
        yield Refusal((*entry.pointer, name_key(said)), reason)
    if is_view(said):
        reason = f"{called} is a view, and contracts do not tell its query"
        yield Refusal((*entry.pointer, "physicalType"), reason)
    if not any(stored(said)):
        yield Refusal(entry.pointer, f"{called} has no columns, and Redshift makes no table without one")


def _columns(said: Mapping[str, Any], entry: SchemaObject) -> Iterator[dict[str, Any] | Refusal]:
    """The columns, and why others cannot be made: for their names, for their types."""
    called, taken = f"table `{entry.physical_name}`", set[str]()
    for index, column in stored(said):
        at, name, kind = (*entry.pointer, "properties", index), name_of(column), type_of(column)
        problem = _why_no_name(name, called, taken)
        if problem:
            yield Refusal((*at, name_key(column)), problem)
        if isinstance(kind, NoType):
            yield Refusal((*at, *kind.at), f"column `{name}` of {called} is {kind.reason}", Why.TYPE)
        elif not problem:
            yield {"name": name, "type": kind, "required": column.get("required") is True}
        taken.add(name.lower())


def _why_no_name(name: str, table: str, taken: Collection[str]) -> str | None:
    if NAME.match(name) is None:
        return f"column `{name}` of {table} has a name that Redshift does not take: {TAKEN}"
    if name.lower() in taken:
        return f"{table} has a column `{name}` twice: Redshift knows small letters only"
    return None


def _primary_key(said: Mapping[str, Any]) -> list[str]:
    """The columns of the key, by their place in it."""
    columns = {index for index, _ in stored(said)}
    return [name_of(column) for index, column in primary_key(said) if index in columns]
