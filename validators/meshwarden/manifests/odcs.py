"""Bitol ODCS' own schema of its newest release: where it is, and what is mended in it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from meshwarden.errors import CouldNotFinish

_PACKAGE: Final = "open_data_contract_standard"
_OPTIONS: Final = "logicalTypeOptions"
_LOCATIONS: Final = ("location", "stagingDir")


def schema_file() -> Path:
    """The schema in its makers' package; found, not imported, as that pulls in pydantic."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CouldNotFinish(
            "the package open-data-contract-standard is not installed: contracts are judged by its schema",
            "Install meshwarden with its dependencies again.",
        )
    return Path(found.submodule_search_locations[0]) / "schema.json"


def mended(schema: dict[str, Any], api_versions: Iterable[str]) -> dict[str, Any]:
    """ODCS' schema, in whichever release, without what nobody can have meant.

    Its examples of a location, such as `s3://orders/{model}/*.json`, are no URIs, which their `format` wants.
    And as apiVersion it takes those of ODCS 2, whose documents it refuses.
    """
    definitions = schema["$defs"]
    servers = {name: _without_location_format(server) for name, server in definitions["ServerSource"].items()}
    column = _column(definitions["SchemaBaseProperty"])
    properties = schema["properties"]
    return {
        **schema,
        "properties": {**properties, "apiVersion": {**properties["apiVersion"], "enum": [*api_versions]}},
        "$defs": {**definitions, "ServerSource": servers, "SchemaBaseProperty": column},
    }


def _without_location_format(server: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a server, of which those that say where its files are may be patterns."""
    properties = {
        name: {key: value for key, value in said.items() if key != "format" or name not in _LOCATIONS}
        for name, said in server["properties"].items()
    }
    return {**server, "properties": properties}


def _column(base: Mapping[str, Any]) -> dict[str, Any]:
    """What a column may hold, without a slip: one without a logicalType, which is optional, met every `if`.

    `if: {properties: {logicalType: {const: map}}}` holds as well where there is no logicalType, and then
    wants a `map`. Reported to its makers as bitol-io/open-data-contract-standard#322. Such a column may still
    have what lies below it; for its options it needs one, which decides what they are.
    """
    conditions = [
        {**entry, "if": {"required": ["logicalType"], **entry["if"]}} if "if" in entry else entry
        for entry in base["allOf"]
    ]
    nested = {
        name: said
        for entry in conditions
        for name, said in entry.get("then", {}).get("properties", {}).items()
        if name != _OPTIONS
    }
    untyped = {"if": {"not": {"required": ["logicalType"]}}, "then": {"properties": nested}}
    with_options = {"if": {"required": [_OPTIONS]}, "then": {"required": ["logicalType"]}}
    return {**base, "allOf": [*conditions, untyped, with_options]}
