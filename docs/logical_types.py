"""Computes the table of docs/logical-types.md: what ODCS' logical types become, as the targets make it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Contract
from meshwarden.render.targets import avro, bigquery_tables, glue_tables, redshift_tables
from meshwarden.sources.reader import read

_PATH: Final = "domains/source-aligned/city/types/contracts/types.odcs.yaml"
_NONE: Final = "none"
_TEXT: Final = {"logicalType": "string"}
_INTEGERS: Final = ("i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128")
_ZONES: Final = (True, False)


def columns() -> Sequence[Mapping[str, Any]]:
    """The columns of the table: each logical type, with the options that change what is made of it."""
    return tuple(_columns())


def _columns() -> Iterator[Mapping[str, Any]]:
    yield _TEXT
    yield {"logicalType": "integer"}
    yield from (_with_options("integer", format=form) for form in _INTEGERS)
    yield {"logicalType": "number"}
    yield from (_with_options("number", format=form) for form in ("f32", "f64"))
    yield from (_with_options("number", multipleOf=step) for step in (1, 0.01, 1e-10))
    yield {"logicalType": "boolean"}
    yield {"logicalType": "date"}
    yield from (_with_options("date", format=form) for form in ("yyyy-MM-dd HH:mm:ss", "HH:mm:ss"))
    for logical in ("time", "timestamp"):
        yield {"logicalType": logical}
        yield from (_with_options(logical, timezone=zone) for zone in _ZONES)
    yield {"logicalType": "object", "properties": [{"name": "a", **_TEXT}]}
    yield {"logicalType": "array", "items": _TEXT}
    yield {"logicalType": "array", "items": {"logicalType": "array", "items": _TEXT}}
    yield {"logicalType": "map", "map": {"key": _TEXT, "value": {"logicalType": "integer"}}}
    yield {"logicalType": "vector"}
    yield from (_with_options("vector", elementType=one) for one in ("float64", "int8", "float16", "binary"))


def _with_options(logical: str, **options: Any) -> Mapping[str, Any]:
    return {"logicalType": logical, "logicalTypeOptions": options}


def rows() -> Iterator[Sequence[str]]:
    """The table by line, of which the first is its head."""
    shown = columns()
    contract = _contract(shown)
    yield ("`logicalType`", "with", *_SYSTEMS)
    for column, entry in zip(shown, contract.objects, strict=True):
        cells = [of(contract, entry) for of in _SYSTEMS.values()]
        yield (f"`{column['logicalType']}`", _with(column), *cells)


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


def _in_redshift(contract: Contract, entry: SchemaObject) -> str:
    found = redshift_tables.table(contract, entry)
    return _NONE if isinstance(found, tuple) else f"`{found['columns'][1]['type']}`"


def _in_pubsub(contract: Contract, entry: SchemaObject) -> str:
    said = fields.mapping(contract.manifest.data, *entry.pointer)
    schema = avro.record(said, entry.name, entry.pointer).schema
    return _NONE if schema is None else _of_avro(schema["fields"][1]["type"])


def _of_avro(kind: Any) -> str:
    """A type of Avro, without the null that it may be instead."""
    if isinstance(kind, list):
        return _of_avro(kind[1])
    if isinstance(kind, str):
        return f"`{kind}`"
    if "logicalType" in kind:
        return f"`{kind['logicalType']}`"
    inner = [kind[key] for key in ("items", "values") if key in kind]
    told = [_of_avro(one) for one in inner]
    told += [f"`{field['name']}` {_of_avro(field['type'])}" for field in kind.get("fields", ())]
    return f"`{kind['type']}` of {', '.join(told)}"


_SYSTEMS: Final[Mapping[str, Callable[[Contract, SchemaObject], str]]] = {
    "Glue and Athena: Parquet, ORC, Avro": _in_glue("parquet"),
    "JSON": _in_glue("json"),
    "CSV": _in_glue("csv"),
    "BigQuery": _in_bigquery,
    "Redshift": _in_redshift,
    "Pub/Sub": _in_pubsub,
}
