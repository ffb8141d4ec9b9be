"""Rows of a table → where they break its contract."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mesh_contracts.contract import Table
from mesh_contracts.values import faults


@dataclass(frozen=True)
class Violation:
    """A row, counted from 1, that breaks the contract; `column` is that at fault, or the key's."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"row {self.row}, column {self.column}: {self.message}"


def check_rows(table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[Violation]:
    """All violations, row by row; the rows are read once, and none is kept."""
    seen: dict[tuple[str, ...], dict[bytes, int]] = {
        names: {}
        for names in [*((column.name,) for column in table.columns if column.unique), table.key]
        if names
    }
    for number, row in enumerate(rows, start=1):
        for column in table.columns:
            value = row.get(column.name)
            if _empty(value):
                if column.required:
                    yield Violation(number, column.name, "required, and empty")
                continue
            for message in faults(column, value):
                yield Violation(number, column.name, message)
        for names, before in seen.items():
            values = [row.get(name) for name in names]
            if any(_empty(value) for value in values):
                continue  # said already where it is required; else an empty value is equal to none
            first = before.setdefault(_digest(values), number)
            if first != number:
                said = ", ".join(f"`{value}`" for value in values)
                yield Violation(number, ", ".join(names), f"{said} is in row {first} already")


def _empty(value: Any) -> bool:
    return value is None or value == ""


def _digest(values: list[Any]) -> bytes:
    """The same for equal values and no others: of their texts, which the type of a column makes alike."""
    text = "\0".join(str(value).replace("\\", "\\\\").replace("\0", "\\0") for value in values)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
