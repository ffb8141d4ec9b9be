"""Writes docs/logical-types.md: what ODCS' logical types become in each system, as the targets make it.

uv run python docs/logical_types.py
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from meshwarden.manifests.bitol import SchemaObject
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Contract
from meshwarden.render.targets import bigquery_tables, glue_tables
from meshwarden.sources.reader import read

PAGE: Final = Path(__file__).with_name("logical-types.md")
_PATH: Final = "domains/source-aligned/city/types/contracts/types.odcs.yaml"
_NONE: Final = "none"
_TEXT: Final = {"logicalType": "string"}
_INTEGERS: Final = ("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128")

INTRODUCTION: Final = """\
# Logical types

What a column becomes in the systems that tables are rendered to, by its `logicalType` in ODCS and the
options that matter. A `physicalType` that the system has goes before; one that it does not have, or that
cannot hold the values, is what contract/physical-type finds. So is a column that no type can hold, `none`
below: its table is not rendered.

Servers of type `kafka` and `s3` are rendered as topics and buckets, which hold what the product writes into
them; databases and warehouses of other types get their tables from the product's own migrations. There
nothing is made of a column.

This page is made by `uv run python docs/logical_types.py`.
"""


def columns() -> Sequence[Mapping[str, Any]]:
    """The columns of the page: each logical type, with the options that change what is made of it."""
    return (
        _TEXT,
        {"logicalType": "integer"},
        *({"logicalType": "integer", "logicalTypeOptions": {"format": form}} for form in _INTEGERS),
        {"logicalType": "number"},
        *({"logicalType": "number", "logicalTypeOptions": {"format": form}} for form in ("f32", "f64")),
        *({"logicalType": "number", "logicalTypeOptions": {"multipleOf": step}} for step in (1, 0.01)),
        {"logicalType": "boolean"},
        {"logicalType": "date"},
        {"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-dd HH:mm:ss"}},
        {"logicalType": "time"},
        {"logicalType": "timestamp"},
        {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}},
        {"logicalType": "object", "properties": [{"name": "a", **_TEXT}]},
        {"logicalType": "array", "items": _TEXT},
        {"logicalType": "array", "items": {"logicalType": "array", "items": _TEXT}},
        {"logicalType": "map", "map": {"key": _TEXT, "value": {"logicalType": "integer"}}},
        {"logicalType": "vector"},
        *(
            {"logicalType": "vector", "logicalTypeOptions": {"elementType": one}}
            for one in ("float64", "int8")
        ),
    )


def page() -> str:
    """The whole page."""
    shown = columns()
    contract = _contract(shown)
    rows = [["`logicalType`", "with", *_SYSTEMS], ["---"] * (2 + len(_SYSTEMS))]
    for column, entry in zip(shown, contract.objects, strict=True):
        cells = [of(contract, entry) for of in _SYSTEMS.values()]
        rows.append([f"`{column['logicalType']}`", _with(column), *cells])
    return INTRODUCTION + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _contract(shown: Sequence[Mapping[str, Any]]) -> Contract:
    """A contract with a table for each column, beside which it has one that every system can hold."""
    tables = [
        {"name": f"t{index}", "properties": [{"name": "id", **_TEXT}, {"name": "c", **column}]}
        for index, column in enumerate(shown)
    ]
    document = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "types", "schema": tables}
    settings = Settings()
    manifest = recognise(read(_PATH, json.dumps(document).encode()), settings.layout)
    (contract,) = build_mesh(settings, [manifest]).contracts
    return contract


def _with(column: Mapping[str, Any]) -> str:
    """What a column says beside its logical type, in words."""
    options = column.get("logicalTypeOptions", {})
    told = [f"`{name}: {json.dumps(value).strip(chr(34))}`" for name, value in options.items()]
    told += [f"`{key}: {_short(column[key])}`" for key in ("properties", "items", "map") if key in column]
    return ", ".join(told)


def _short(said: Any) -> str:
    """A nested column, as it is said in one line."""
    if isinstance(said, list):
        return f"[{', '.join(map(_short, said))}]"
    if isinstance(said, dict):
        return f"{{{', '.join(f'{key}: {_short(value)}' for key, value in said.items())}}}"
    return str(said)


def _in_glue(kind: str) -> Callable[[Contract, SchemaObject], str]:
    def of(contract: Contract, entry: SchemaObject) -> str:
        spec = glue_tables.table_spec(contract, entry, kind, "s3://city/types/")
        return _NONE if isinstance(spec, tuple) else f"`{spec['storageDescriptor']['columns'][1]['type']}`"

    return of


def _in_bigquery(contract: Contract, entry: SchemaObject) -> str:
    spec = bigquery_tables.table(contract, entry).spec
    return _NONE if spec is None else _of_bigquery(json.loads(spec["schema"])[1])


def _of_bigquery(column: Mapping[str, Any]) -> str:
    inner = ", ".join(f"`{field['name']}` {_of_bigquery(field)}" for field in column.get("fields", ()))
    repeated = "repeated " if column["mode"] == "REPEATED" else ""
    return f"{repeated}`{column['type']}`{f' of {inner}' if inner else ''}"


_SYSTEMS: Final[Mapping[str, Callable[[Contract, SchemaObject], str]]] = {
    "Glue and Athena: Parquet, ORC, Avro": _in_glue("parquet"),
    "JSON": _in_glue("json"),
    "CSV": _in_glue("csv"),
    "BigQuery": _in_bigquery,
}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
