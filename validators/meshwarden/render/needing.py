"""What needs more than the ceiling of its project lets in → where that was written."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.findings import Place
from meshwarden.manifests import fields
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.origins import Origins
from meshwarden.render.outcome import Application, Beyond, Rendering
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.units import PLATFORM


def needing(rendering: Rendering, beyond: Beyond, origins: Origins) -> Iterator[Place]:
    """The places of the objects that need it, each once, in the order of the Applications."""
    units = {overlay: unit for unit in rendering.units for overlay in unit.overlays}
    seen = set()
    for application in rendering.applications:
        overlay = Overlay(application.folder, units[application.folder], application)
        for entry in application.objects if (application.project or PLATFORM) == beyond.project else ():
            if _needs(application, entry, beyond):
                place = origins.place(BuiltObject(entry, (overlay,)), overlay)
                if place not in seen:
                    seen.add(place)
                    yield place


def _needs(application: Application, entry: Object, beyond: Beyond) -> bool:
    if beyond.kind:
        return ObjectKind.of(entry) == beyond.kind
    own = fields.text(entry, "metadata", "namespace") or application.namespace
    return own == beyond.namespace
