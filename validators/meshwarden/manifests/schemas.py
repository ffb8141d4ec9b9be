"""The JSON Schemas of the kinds, compiled when the first document of a kind comes."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NoReturn

import jsonschema_rs

from meshwarden.errors import CouldNotFinish
from meshwarden.shipped import shipped

_FILES: Final = {
    "Mesh": "mesh",
    "Domain": "domain",
    "DataProduct": "data-product",
    "DataProductDeployment": "data-product-deployment",
    "Plane": "plane",
    "Stage": "stage",
    "PlatformProduct": "platform-product",
    "WaiverList": "waiver-list",
}
_ODCS_PACKAGE: Final = "open_data_contract_standard"


class KindSchema:
    """The schema of one kind: `schema` as written, `validator` to prove documents by."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        try:
            return _mended(json.loads(self._path.read_bytes()))
        except (OSError, ValueError) as error:
            raise CouldNotFinish(f"the schema {self._path.name} cannot be read: {error}") from error

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        return jsonschema_rs.validator_for(dict(self.schema), validate_formats=True, retriever=_refuse)


class SchemaStore:
    """The schemas of all kinds."""

    def __init__(self) -> None:
        self._kinds: dict[str, KindSchema] = {}

    def of(self, kind: str) -> KindSchema:
        """The schema of a kind; `CouldNotFinish` if it is not there."""
        if kind not in self._kinds:
            self._kinds[kind] = KindSchema(_odcs() if kind == "DataContract" else _own(kind))
        return self._kinds[kind]


def _own(kind: str) -> Path:
    return shipped("schemas") / f"{_FILES[kind]}.schema.json"


def _odcs() -> Path:
    """ODCS' schema in its makers' package; found, not imported, as that pulls in pydantic."""
    found = importlib.util.find_spec(_ODCS_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise CouldNotFinish(
            "the package open-data-contract-standard is not installed: contracts are judged by its schema",
            "Install meshwarden with its dependencies again.",
        )
    return Path(found.submodule_search_locations[0]) / "schema.json"


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
    """ODCS' schema without a slip of it: a column without a logicalType, which is optional, met every `if`.

    `if: {properties: {logicalType: {const: map}}}` holds as well where there is no logicalType. Reported to
    its makers as bitol-io/open-data-contract-standard#322; the package does not have the mend yet. And its
    examples of a location, such as `s3://orders/{model}/*.json`, are no URIs, which their `format` wants.
    """
    base = schema.get("$defs", {}).get("SchemaBaseProperty", {})
    for condition in base.get("allOf", ()):
        if "logicalType" in json.dumps(condition.get("if", {})):
            condition["if"].setdefault("required", ["logicalType"])
    for server in schema.get("$defs", {}).get("ServerSource", {}).values():
        for name in ("location", "stagingDir"):
            server.get("properties", {}).get(name, {}).pop("format", None)
    return schema


def _refuse(uri: str) -> NoReturn:
    """In place of jsonschema-rs' own retriever, which would fetch from the network."""
    raise ValueError(f"a schema refers to {uri}, and nothing is fetched")
