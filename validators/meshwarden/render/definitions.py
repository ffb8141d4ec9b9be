"""The CustomResourceDefinitions of a mesh, and the schemas of the kinds that they define."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.globs import path_glob
from meshwarden.manifests.recognise import Manifest
from meshwarden.render.documents import Written, objects_in
from meshwarden.render.object_schemas import ObjectSchema, json_schema
from meshwarden.render.targets.target import ObjectKind

DEFINITION: Final = ObjectKind("apiextensions.k8s.io", "CustomResourceDefinition")


@dataclass(frozen=True)
class Version:
    """A version of a kind, and whether the API server serves it."""

    name: str
    data: Mapping[str, Any]

    @property
    def is_served(self) -> bool:
        return fields.at(self.data, "served") is not False

    @cached_property
    def schema(self) -> ObjectSchema:
        return ObjectSchema(json_schema(self.data))


@dataclass(frozen=True)
class Definition:
    """What a CustomResourceDefinition defines: a kind, in some versions."""

    written: Written
    kind: ObjectKind
    versions: tuple[Version, ...]

    def version(self, name: str) -> Version | None:
        return next((version for version in self.versions if version.name == name), None)

    @property
    def name(self) -> str:
        """What the cluster calls the definition itself: plural and group."""
        return fields.text(self.written.data, "metadata", "name") or ""

    @property
    def served(self) -> tuple[str, ...]:
        """The names of the versions that are served."""
        return tuple(version.name for version in self.versions if version.is_served)


def definitions(documents: Iterable[Manifest], patterns: Sequence[str]) -> Iterator[Definition]:
    """The definitions in those of the documents that the patterns mean."""
    globs = [path_glob(pattern) for pattern in patterns]
    for manifest in documents:
        is_one = not manifest.known and DEFINITION.kind in manifest.document.lines.text
        if is_one and any(glob.fullmatch(manifest.path) for glob in globs):
            yield from map(_definition, filter(_is_definition, objects_in(manifest)))


def _is_definition(written: Written) -> bool:
    return ObjectKind.of(written.data) == DEFINITION


def _definition(written: Written) -> Definition:
    spec = fields.mapping(written.data, "spec")
    kind = ObjectKind(fields.text(spec, "group") or "", fields.text(spec, "names", "kind") or "")
    versions = (
        Version(name, entry)
        for _, entry in fields.mappings(spec, "versions")
        if (name := fields.text(entry, "name"))
    )
    return Definition(written, kind, tuple(versions))
