"""A stage's component of kind terraform: its module, variables and state in an environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.records import Component, Mesh, Stage
from meshwarden.render import names
from meshwarden.render.content import Content
from meshwarden.render.overrides import component_in, place_of_component
from meshwarden.render.requirements import STATE, missing_in, of_component
from meshwarden.render.targets.metadata import CUSTOM, KEPT, SYNC_OPTIONS, ownership
from meshwarden.render.targets.target import NotRendered, Object, Rendered, Why
from meshwarden.render.terraform.backend import SYSTEM, Backend, NoBackend, backend_of, shared_with
from meshwarden.render.terraform.controller import (
    API_VERSION,
    KIND,
    name_of,
    namespace_of_stages,
    terraform_spec,
)
from meshwarden.render.terraform.modules import module_in
from meshwarden.render.terraform.variables import missing_values, wrong_values


@dataclass(frozen=True)
class Prepared:
    """What it takes to run a component's module: the folder, the variables, and where its state is kept.

    `backend` is None only where a pipeline has to know it by itself, as mesh.yaml tells none.
    """

    module: str
    variables: Mapping[str, Any]
    backend: Backend | None


def in_cluster(
    mesh: Mesh, stage: Stage, component: Component, environment: str, content: Content, folder: str | None
) -> Rendered:
    """The Terraform object of a component whose module lies in `folder`."""
    found = prepared(mesh, stage, component, environment, content, folder)
    own = mesh.settings.environment(environment)
    if isinstance(found, tuple):
        return Rendered(refused=found)
    if own is None or found.backend is None:
        return Rendered()
    spec = terraform_spec(mesh.settings, own, found.module, found.variables, found.backend)
    return Rendered(({**_terraform(stage, component, own), "spec": spec},))


def prepared(
    mesh: Mesh, stage: Stage, component: Component, environment: str, content: Content, folder: str | None
) -> Prepared | tuple[NotRendered, ...]:
    """A component's module in an environment, or why it cannot be run there."""
    own = mesh.settings.environment(environment)
    if own is None or missing_in(of_component(stage, component), own):
        reason = f"component `{component.name}`: environment `{environment}` lacks coordinates in mesh.yaml"
        return (NotRendered(stage.manifest.path, reason, component.pointer, Why.COORDINATES),)
    variables = fields.mapping(_spec_in(stage, component, environment), "variables")
    if mistakes := tuple(_mistakes(stage, component, environment, content, folder, variables)):
        return mistakes
    backend = _backend(mesh, stage, component, own)
    if isinstance(backend, NoBackend):
        index = mesh.settings.environment_names.index(environment)
        pointer = ("spec", "environments", index, SYSTEM, "backend", *backend.keys)
        return (NotRendered(MESH_FILE, backend.reason, pointer),)
    return Prepared(folder or "", variables, backend)


def _backend(
    mesh: Mesh, stage: Stage, component: Component, environment: Environment
) -> Backend | NoBackend | None:
    """Where a component's state is kept. What a pipeline applies comes before the key of the mesh is made."""
    by_pipeline = stage.applied_by == "pipeline"
    if by_pipeline and missing_in(STATE, environment):
        return None
    place = f"{stage.layer}_{stage.name}/{names.label(component.name)}"
    clash = shared_with(environment, mesh.settings.environments or ())
    return clash or backend_of(environment, place, with_key=not by_pipeline)


def _spec_in(stage: Stage, component: Component, environment: str) -> Mapping[str, Any]:
    return component_in(stage, environment, component.name, component.kind, component.spec)


def _mistakes(
    stage: Stage,
    component: Component,
    environment: str,
    content: Content,
    folder: str | None,
    variables: Mapping[str, Any],
) -> Iterator[NotRendered]:
    """What is wrong with a component, each at its line of stage.yaml."""

    def mistake(what: str, *keys: str | int) -> NotRendered:
        pointer: Pointer = place_of_component(stage, environment, component, *keys)
        return NotRendered(
            stage.manifest.path, f"component `{component.name}`: {what}", pointer, Why.COMPONENT
        )

    first = next(one for one in stage.components if names.label(one.name) == names.label(component.name))
    if first is not component:
        yield mistake("another component of the stage is called so, and keeps its state there")
    module = module_in(content, folder) if folder else None
    if module is None:
        which = "product" if "product" in _spec_in(stage, component, environment) else "path"
        where = f"`{folder}` has no *.tf files" if folder else "it names no folder below the mesh's"
        yield mistake(where, which)
        return
    for keys, what in wrong_values(module, variables):
        yield mistake(what, "variables", *keys)
    for what in missing_values(module, variables):
        yield mistake(f"{what} in `{environment}`", "variables")


def _terraform(stage: Stage, component: Component, environment: Environment) -> Object:
    """The object without its spec. It is kept when Argo CD prunes, as what it stands for is."""
    owned = ownership(owner=stage.owner, plane=stage.plane, stage=stage.name, component=component.name)
    return {
        "apiVersion": API_VERSION,
        "kind": KIND.kind,
        "metadata": {
            "name": name_of(stage.name, component.name),
            "namespace": namespace_of_stages(environment),
            "labels": owned["labels"],
            "annotations": {**owned.get("annotations", {}), SYNC_OPTIONS: f"{KEPT},{CUSTOM}"},
        },
    }
