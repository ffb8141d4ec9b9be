"""An object that a chart made → the manifest that asks for the chart, and where."""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Place, Pointer
from meshwarden.manifests import fields
from meshwarden.mesh.records import Deployment, Mesh, Stage
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.overrides import place_of_runtime

# What Helm's own charts label objects with: the release, which for a stage is named after the component.
# https://helm.sh/docs/chart_best_practices/labels/
_RELEASE: Final = "app.kubernetes.io/instance"


def place_of_chart(mesh: Mesh, built: BuiltObject, overlay: Overlay) -> Place:
    """Where the chart of an object is asked for; its unit's manifest where that is not known."""
    source = overlay.unit.sources[0]
    deployments = (found.deployment for found in mesh.products.values())
    deployment = next((one for one in deployments if one and one.manifest.path == source), None)
    stage = next((one for one in mesh.stages if one.manifest.path == source), None)
    if deployment:
        return Place(source, _of_runtime(deployment, overlay.environment or ""))
    return Place(source, _of_component(stage, built) if stage else None)


def _of_runtime(deployment: Deployment, environment: str) -> Pointer | None:
    place = place_of_runtime(deployment, "helm", environment)
    return place if fields.mapping(deployment.manifest.data, *place) else None


def _of_component(stage: Stage, built: BuiltObject) -> Pointer | None:
    charts = [component for component in stage.components if component.kind == "helm"]
    release = fields.text(built.data, "metadata", "labels", _RELEASE)
    named = [component for component in charts if component.name == release]
    found = named or charts
    return (*found[0].pointer, "helm") if len(found) == 1 else None
