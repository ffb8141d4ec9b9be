"""`rendered/pipeline/`: what a pipeline applies before there is a cluster that could.

For each environment a folder with the variables and the backend of every module, and order.json, which tells
in which order to apply them. All of it is JSON, and so without comments, for programs to read: a matrix takes
order.json as it is, and of each entry

    tofu -chdir="$module" init -backend-config="$PWD/$backend"
    tofu -chdir="$module" apply -var-file="$PWD/$tfvars"

Both options take JSON from a file whose name ends in `.json`:
https://github.com/opentofu/opentofu/blob/main/internal/configs/parser.go
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.records import Component, Mesh, Stage
from meshwarden.render import names
from meshwarden.render.components import folder_of, packages_of
from meshwarden.render.content import Content
from meshwarden.render.outcome import Part, Unit
from meshwarden.render.repository import in_repository
from meshwarden.render.targets.target import NotRendered, Why
from meshwarden.render.terraform.backend import SYSTEM
from meshwarden.render.terraform.stages import Prepared, prepared
from meshwarden.render.terraform.variables import as_json
from meshwarden.render.units import below

FOLDER: Final = "pipeline"
ORDER_FILE: Final = "order.json"


@dataclass(frozen=True)
class _Step:
    """A module that is applied: whose it is, and what it is given."""

    stage: Stage
    component: Component
    found: Prepared

    @property
    def folder(self) -> str:
        """Where its files are, relative to those of the environment."""
        return f"{self.stage.layer}_{self.stage.name}"

    def file(self, kind: str) -> str:
        """A file of its own, likewise."""
        return f"{self.folder}/{names.label(self.component.name)}.{kind}.json"


def pipeline_parts(mesh: Mesh, content: Content) -> tuple[tuple[Part, ...], tuple[NotRendered, ...]]:
    """A folder for each environment in which a pipeline applies something, and what is left out of them."""
    stages = sorted(_stages(mesh), key=lambda stage: (stage.layer or "", stage.name))
    parts: list[Part] = []
    left_out: list[NotRendered] = []
    for environment in mesh.settings.environments or ():
        steps: list[_Step] = []
        for found in _in_environment(mesh, stages, environment, content):
            if isinstance(found, _Step):
                steps.append(found)
            else:
                left_out.append(found)
        if steps:
            parts.append(_part(mesh, environment, steps))
    return tuple(parts), tuple(dict.fromkeys(left_out))


def _stages(mesh: Mesh) -> Iterator[Stage]:
    """The stages that a pipeline applies, and of which plane and layer are known."""
    for stage in mesh.stages:
        named = stage.layer and stage.plane and names.is_label(stage.name)
        if stage.applied_by == "pipeline" and named:
            yield stage


def _in_environment(
    mesh: Mesh, stages: Sequence[Stage], environment: Environment, content: Content
) -> Iterator[_Step | NotRendered]:
    """The steps in the order in which they are applied: by layer, in a stage as its components are listed."""
    for stage in stages if names.is_label(environment.name) else ():
        for component in stage.components if environment.name in stage.environments else ():
            if component.kind != "terraform":
                reason = f"component `{component.name}`: a pipeline applies Terraform, and nothing else"
                place = (*component.pointer, component.kind)
                yield NotRendered(stage.manifest.path, reason, place, Why.COMPONENT)
                continue
            folder = folder_of(mesh, stage, component, environment.name)
            found = prepared(mesh, stage, component, environment.name, content, folder)
            if isinstance(found, Prepared):
                yield _Step(stage, component, found)
            else:
                yield from found


def _part(mesh: Mesh, environment: Environment, steps: Sequence[_Step]) -> Part:
    folder = f"{mesh.settings.render_path}/{FOLDER}/{environment.name}"
    files: dict[str, bytes] = {}
    for step in steps:
        files[step.file("tfvars")] = as_json(step.found.variables)
        if step.found.backend is not None:
            files[step.file("backend")] = as_json(step.found.backend.arguments)
    files[ORDER_FILE] = as_json([_entry(mesh, environment, folder, step) for step in steps])
    stages = tuple(dict.fromkeys(step.stage.manifest.path for step in steps))
    packages = (path for step in steps for path in packages_of(mesh, step.stage))
    # What cannot be read may be a stage as well, and would stand in the order.
    unread = (manifest.path for manifest in mesh.unread("Stage"))
    sources = tuple(dict.fromkeys((*stages, *packages, *unread, MESH_FILE)))
    return Part(Unit(folder, sources, ()), below(folder, files), ())


def _entry(mesh: Mesh, environment: Environment, folder: str, step: _Step) -> dict[str, Any]:
    """A step as order.json has it: flat, as a matrix of a CI system takes it. Paths are the repository's."""

    def path(kind: str) -> str:
        return in_repository(mesh.settings, f"{folder}/{step.file(kind)}")

    return {
        "environment": environment.name,
        "layer": step.stage.layer,
        "stage": step.stage.name,
        "component": step.component.name,
        "version": environment.coordinate(SYSTEM, "version"),
        "module": in_repository(mesh.settings, step.found.module),
        "tfvars": path("tfvars"),
        "backend": path("backend") if step.found.backend else None,
    }
