"""The components of a stage → the folders that Kustomize builds for it, and the objects of its charts.

An operator is rendered as a kustomize folder is: as its package has it. Its objects are not moved into the
namespace that the component says, as Kustomize would move them all, also those that have to lie elsewhere;
what is wrong is said instead.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Component, Mesh, Stage
from meshwarden.render.chart_components import chart_of_component
from meshwarden.render.charts.named import product_named
from meshwarden.render.content import Content
from meshwarden.render.overrides import component_in
from meshwarden.render.targets.target import NotRendered, Rendered, Why
from meshwarden.render.terraform.stages import in_cluster

_WORKLOADS: Final = ("DaemonSet", "Deployment", "StatefulSet")


def component_in_environment(
    mesh: Mesh, stage: Stage, component: Component, environment: Environment, content: Content
) -> Rendered:
    """What a component of a stage brings in an environment."""
    path = stage.manifest.path
    spec = component_in(stage, environment.name, component.name, component.kind, component.spec)
    if component.kind == "helm":
        return chart_of_component(mesh, stage, replace(component, spec=spec), environment, content)
    folder = _folder_of(mesh, stage, spec)
    if component.kind == "terraform":
        return in_cluster(mesh, stage, component, environment.name, content, folder)
    if folder is None or content.kustomization(folder) is None:
        where = f"`{folder}` has no kustomization.yaml" if folder else "it names no folder below the mesh's"
        return Rendered(refused=(_mistake(path, component, where),))
    namespace = fields.text(spec, "namespace")
    wrong = (_mistake(path, component, what, "namespace") for what in _elsewhere(content, folder, namespace))
    return Rendered(refused=tuple(wrong), folders=(folder,))


def _mistake(path: str, component: Component, what: str, *keys: str) -> NotRendered:
    place = (*component.pointer, component.kind, *keys)
    return NotRendered(path, f"component `{component.name}`: {what}", place, Why.COMPONENT)


def packages_of(mesh: Mesh, stage: Stage) -> tuple[str, ...]:
    """The manifests of the platform's products that are rendered for the stage: they say where these lie."""
    found = (
        product_named(mesh, component_in(stage, environment, entry.name, entry.kind, entry.spec))
        for environment in stage.environments
        for entry in stage.components
    )
    return tuple(dict.fromkeys(product.manifest.path for product in found if product))


def folder_of(mesh: Mesh, stage: Stage, component: Component, environment: str) -> str | None:
    """The folder of a component in an environment; None if it names none below the mesh's."""
    return _folder_of(
        mesh, stage, component_in(stage, environment, component.name, component.kind, component.spec)
    )


def _folder_of(mesh: Mesh, stage: Stage, spec: Mapping[str, Any]) -> str | None:
    """The folder of a component: below the stage's, or the package of a platform product."""
    root, path = stage.folder, fields.text(spec, "path")
    if fields.text(spec, "product"):
        product = product_named(mesh, spec)
        root = product.manifest.folder if product else ""
        path = fields.text(product.manifest.data, "spec", "path") if product else None
    folder = posixpath.normpath(posixpath.join(root, path)) if path else ""
    return folder if folder.startswith(f"{root}/") else None


def _elsewhere(content: Content, folder: str, namespace: str | None) -> Iterator[str]:
    """The workloads of a folder that run in another namespace than the one that is said, if one is."""
    for entry in content.reach(folder).objects if namespace else ():
        own = fields.text(entry, "metadata", "namespace") or "default"
        if entry["kind"] in _WORKLOADS and own != namespace:
            name = fields.text(entry, "metadata", "name")
            yield f"its {entry['kind']} `{name}` runs in `{own}`, and not in `{namespace}`"
