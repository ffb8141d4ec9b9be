"""The YAML that Kustomize printed → objects, each once however many overlays hold it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.build import Built
from meshwarden.render.outcome import Application, Rendering, Unit
from meshwarden.render.targets.metadata import PREFIX
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.sources.limits import LIMITS
from meshwarden.sources.reader import read

# Kustomize prints keys in order: what an object is stands at its top.
_SEPARATOR: Final = re.compile(r"^---\n", re.MULTILINE)
_DEFINITION: Final = re.compile(
    r"apiVersion: (?P<api>apiextensions\.k8s\.io/\S+)\nkind: (?P<kind>CustomResourceDefinition)\n"
    r"(?s:.*?)^  name: (?P<name>\S+)$",
    re.MULTILINE,
)
_LIMITS: Final = replace(LIMITS, bytes=sys.maxsize)  # what it was made of had limits already
_ENVIRONMENT: Final = re.compile(rf"^    {re.escape(PREFIX)}environment: .*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Overlay:
    """An overlay that was built: of which unit, and as which Application; none of Argo CD's own folder."""

    folder: str
    unit: Unit
    application: Application | None

    @property
    def environment(self) -> str | None:
        return self.application.environment if self.application else None


@dataclass(frozen=True)
class BuiltObject:
    """An object and the overlays that hold it, in each the same but for the label of its environment.

    Of a CustomResourceDefinition `data` is only what tells which it is: reading them all would take longer
    than everything else.
    """

    data: Object
    overlays: tuple[Overlay, ...]

    @property
    def kind(self) -> ObjectKind:
        return ObjectKind.of(self.data)

    @property
    def name(self) -> str:
        return fields.text(self.data, "metadata", "name") or ""

    @property
    def namespace(self) -> str | None:
        return fields.text(self.data, "metadata", "namespace")


def built_objects(built: Sequence[Built], rendering: Rendering) -> tuple[BuiltObject, ...]:
    """The objects of all overlays that could be built, in the order of the overlays."""
    units = {overlay: unit for unit in rendering.units for overlay in unit.overlays}
    applications = {application.folder: application for application in rendering.applications}
    holders: dict[str, list[Overlay]] = {}
    for found in built:
        if found.output is None:
            continue
        overlay = Overlay(found.overlay, units[found.overlay], applications.get(found.overlay))
        for text in _SEPARATOR.split(found.output.decode("utf-8")):
            holders.setdefault(_ENVIRONMENT.sub("", text), []).append(overlay)
    return tuple(_objects(holders))


def _objects(holders: dict[str, list[Overlay]]) -> Iterator[BuiltObject]:
    for text, overlays in holders.items():
        data = _data(text)
        if isinstance(data, dict):
            yield BuiltObject(data, tuple(overlays))


def _data(text: str) -> Any:
    if definition := _DEFINITION.match(text):
        return {
            "apiVersion": definition["api"],
            "kind": definition["kind"],
            "metadata": {"name": definition["name"]},
        }
    return read("", text.encode(), _LIMITS).data
