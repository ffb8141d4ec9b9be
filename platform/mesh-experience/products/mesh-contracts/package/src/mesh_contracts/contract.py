"""A contract in the Open Data Contract Standard → what it promises of the rows of its tables.

https://bitol-io.github.io/open-data-contract-standard/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


class ContractError(ValueError):
    """A file that is no contract of this standard, or a table that the contract does not have."""


@dataclass(frozen=True)
class Column:
    """What is promised of a column. `options` are the contract's `logicalTypeOptions`."""

    name: str
    logical_type: str | None = None
    required: bool = False
    unique: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """A schema object: its columns, and the columns of its primary key in their order."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contract:
    """A contract: its id, its version, its tables."""

    id: str
    version: str
    tables: tuple[Table, ...]

    def table(self, name: str) -> Table:
        """The table `name`; ContractError if the contract has none of this name."""
        for table in self.tables:
            if table.name == name:
                return table
        there = ", ".join(table.name for table in self.tables) or "none"
        raise ContractError(f"contract {self.id} has no table `{name}`; it has {there}")


def load(path: str | Path) -> Contract:
    """The contract in a YAML file; ContractError if it is none, OSError if the file cannot be read."""
    text = Path(path).read_text("utf-8")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ContractError(f"{path} is not YAML: {error}") from error
    return parse(data)


def parse(data: Any) -> Contract:
    """The contract in a document that is already read; ContractError if it is none."""
    if not isinstance(data, Mapping) or data.get("kind") != "DataContract":
        raise ContractError("not a contract: `kind` is not DataContract")
    if not str(data.get("apiVersion", "")).startswith("v3."):
        raise ContractError(f"apiVersion `{data.get('apiVersion')}` is none of ODCS 3")
    tables = tuple(_table(entry) for entry in _mappings(data.get("schema")))
    return Contract(str(data.get("id")), str(data.get("version")), tables)


def _table(entry: Mapping[str, Any]) -> Table:
    properties = _mappings(entry.get("properties"))
    keys = [one for one in properties if one.get("primaryKey") is True]
    keys.sort(key=lambda one: one.get("primaryKeyPosition", -1))  # sorts stably: without one, as they stand
    key = tuple(str(one["name"]) for one in keys)
    return Table(str(entry.get("name")), tuple(_column(one, key) for one in properties), key)


def _column(entry: Mapping[str, Any], key: tuple[str, ...]) -> Column:
    name = str(entry["name"])
    options = entry.get("logicalTypeOptions")
    return Column(
        name=name,
        logical_type=entry.get("logicalType"),
        required=entry.get("required") is True or name in key,
        unique=entry.get("unique") is True and key != (name,),  # a key alone is unique as the key
        options=options if isinstance(options, Mapping) else {},
    )


def _mappings(value: Any) -> Sequence[Mapping[str, Any]]:
    found = value if isinstance(value, list) else []
    return [entry for entry in found if isinstance(entry, Mapping) and "name" in entry]
