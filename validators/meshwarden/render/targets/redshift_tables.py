"""A contract's schema objects → tables of Redshift, as a module's variables tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Column, SchemaObject
from meshwarden.render.targets.target import NotRendered, ServerContext, Why

# https://docs.aws.amazon.com/redshift/latest/dg/r_names.html, without what has to be quoted everywhere
NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,126}\Z")
# https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
_TYPE: Final = re.compile(
    r"(?:smallint|int2|integer|int|int4|bigint|int8|real|float4|double precision|float8|float|boolean|bool"
    r"|date|(?:decimal|numeric)(?: ?\( ?\d{1,2} ?(?:, ?\d{1,2} ?)?\))?"
    r"|(?:char|character|nchar|bpchar|varchar|character varying|nvarchar|text|varbyte|varbinary"
    r"|binary varying)(?: ?\( ?(?:\d{1,8}|max) ?\))?"
    r"|time(?: with(?:out)? time zone)?|timetz|timestamp(?: with(?:out)? time zone)?|timestamptz"
    r"|interval (?:year to month|day to second)(?: ?\( ?\d ?\))?|geometry|geography|hllsketch|super)\Z",
    re.IGNORECASE,
)
# Where a contract has no physicalType: what holds any value of the logicalType.
_BY_LOGICAL_TYPE: Final = {
    "array": "super",
    "boolean": "boolean",
    "date": "date",
    "integer": "bigint",
    "number": "double precision",
    "object": "super",
    "string": "varchar(65535)",
    "time": "time",
    "timestamp": "timestamptz",
}


@dataclass(frozen=True)
class Tables:
    """The tables of a contract, and what keeps them from being made."""

    tables: tuple[dict[str, Any], ...]
    refused: tuple[NotRendered, ...]


def tables_of(context: ServerContext) -> Tables:
    """The tables by name; where something is wrong with one, none is to be made."""
    tables: list[dict[str, Any]] = []
    refused: list[NotRendered] = []
    for entry in context.contract.objects:
        refused.extend(_mistakes(context, entry))
        tables.append(
            {
                "name": entry.physical_name,
                "columns": [
                    {"name": column.physical_name, "type": type_of(column) or "", "required": column.required}
                    for column in entry.columns
                ],
                "primary_key": _primary_key(context, entry),
            }
        )
    if not tables:
        what = f"server `{context.server.name}` is of type redshift, and no schema object tells a table"
        refused.append(context.at_server(what))
    return Tables(tuple(sorted(tables, key=lambda table: str(table["name"]))), tuple(refused))


def type_of(column: Column) -> str | None:
    """The type of a column in Redshift; None if what the contract says is none."""
    if column.physical_type is None:
        return _BY_LOGICAL_TYPE.get(column.logical_type or "")
    said = " ".join(column.physical_type.split())
    return said.lower() if _TYPE.match(said) else None


def _mistakes(context: ServerContext, entry: SchemaObject) -> Iterator[NotRendered]:
    called = f"table `{entry.physical_name}`"
    if NAME.match(entry.physical_name) is None:
        yield context.at(entry.pointer, f"{called} has a name that Redshift does not take")
    if not entry.columns:
        yield context.at(entry.pointer, f"{called} has no columns, and Redshift makes no table without one")
    taken: set[str] = set()
    for column in entry.columns:
        name = column.physical_name
        if NAME.match(name) is None:
            yield context.at(
                column.pointer, f"column `{name}` of {called} has a name that Redshift does not take"
            )
        elif name.lower() in taken:
            yield context.at(
                column.pointer, f"{called} has a column `{name}` twice: Redshift knows small letters only"
            )
        taken.add(name.lower())
        if type_of(column) is None:
            said = column.physical_type or column.logical_type
            what = f"of type `{said}`, which Redshift does not have" if said else "of no type"
            yield context.at(column.pointer, f"column `{name}` of {called} is {what}", why=Why.TYPE)


def _primary_key(context: ServerContext, entry: SchemaObject) -> list[str]:
    """The columns of the key, by their place in it."""
    found = []
    for column in entry.columns:
        said = fields.mapping(context.contract.manifest.data, *column.pointer)
        if said.get("primaryKey") is True:
            place = said.get("primaryKeyPosition")
            found.append(
                (place if isinstance(place, int) and place > 0 else len(entry.columns), column.physical_name)
            )
    return [name for _, name in sorted(found, key=lambda one: one[0])]
