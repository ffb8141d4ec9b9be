"""The JSON Schemas of the kinds, compiled when the first document of a kind and version comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

import jsonschema_rs

from meshwarden.errors import CouldNotFinish
from meshwarden.manifests import odcs
from meshwarden.manifests.differences import older
from meshwarden.manifests.kinds import DATA_CONTRACT, KINDS, Kind, Release
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


class JudgingSchema(Protocol):
    """A schema that judges documents, and its other releases where there are any.

    `newer` begins with the oldest, `older` with the newest of them, each with an apiVersion.
    """

    @property
    def schema(self) -> Mapping[str, Any]:
        """The schema as it judges."""

    @property
    def validator(self) -> jsonschema_rs.Validator:
        """What proves documents by it."""

    @property
    def newer(self) -> Sequence[tuple[str, JudgingSchema]]:
        """The newer releases."""

    @property
    def older(self) -> Sequence[tuple[str, JudgingSchema]]:
        """The older releases."""


class KindSchema:
    """The schema of one release of a kind: `schema` as it judges, `validator` to prove documents by."""

    def __init__(self, kind: Kind, release: Release) -> None:
        self._kind = kind
        self._release = release

    @cached_property
    def schema(self) -> Mapping[str, Any]:
        newest_first = self._kind.releases[::-1]
        schema = _newest(self._kind)
        for release in newest_first[: newest_first.index(self._release) + 1]:
            if release.differences:
                schema = _older(schema, release.differences)
        return odcs.mended(schema, self._kind.api_versions) if self._kind is DATA_CONTRACT else schema

    @cached_property
    def validator(self) -> jsonschema_rs.Validator:
        return jsonschema_rs.validator_for(dict(self.schema), validate_formats=True, retriever=refuse)

    @cached_property
    def newer(self) -> tuple[tuple[str, KindSchema], ...]:
        """The schemas of the newer releases, the oldest of them first, each with its first apiVersion."""
        releases = self._kind.releases
        after = releases[releases.index(self._release) + 1 :]
        return tuple((release.api_versions[0], KindSchema(self._kind, release)) for release in after)

    @cached_property
    def older(self) -> tuple[tuple[str, KindSchema], ...]:
        """The schemas of the older releases, the newest of them first, each with its last apiVersion."""
        releases = self._kind.releases
        before = releases[: releases.index(self._release)][::-1]
        return tuple((release.api_versions[-1], KindSchema(self._kind, release)) for release in before)


class SchemaStore:
    """The schemas of all kinds, in all their releases."""

    def __init__(self) -> None:
        self._schemas: dict[tuple[str, Release], KindSchema] = {}

    def of(self, kind: str, api_version: object = None) -> KindSchema:
        """The schema of the release that an apiVersion means: the newest for one that is not known."""
        release = KINDS[kind].release(api_version)
        key = kind, release
        if key not in self._schemas:
            self._schemas[key] = KindSchema(KINDS[kind], release)
        return self._schemas[key]


def _newest(kind: Kind) -> dict[str, Any]:
    return _read(
        odcs.schema_file() if kind is DATA_CONTRACT else _shipped(f"{_FILES[kind.name]}.schema.json")
    )


def _older(schema: dict[str, Any], differences: str) -> dict[str, Any]:
    try:
        return older(schema, _read(_shipped(f"older/{differences}.json"))["changes"])
    except LookupError as error:
        message = f"the schema of {differences} cannot be made of the newer one: {error.args[0]}"
        raise CouldNotFinish(message, "Install meshwarden with its dependencies again.") from error


def _shipped(name: str) -> Path:
    return shipped("schemas") / name


def _read(path: Path) -> dict[str, Any]:
    try:
        read: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CouldNotFinish(f"the schema {path.name} cannot be read: {error}") from error
    return read


def refuse(uri: str) -> NoReturn:
    """In place of jsonschema-rs' own retriever, which would fetch from the network."""
    raise ValueError(f"a schema refers to {uri}, and nothing is fetched")
