"""What a product or a stage has in each environment → the folder that is rendered of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.kinds import DATA_CONTRACT, DATA_PRODUCT, DEPLOYMENT, DOMAIN, Kind
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.render.content import Content
from meshwarden.render.keeping_patches import patches_that_keep
from meshwarden.render.kustomize import FILE, Resources, base_and_overlays
from meshwarden.render.outcome import Application, Part, Unit
from meshwarden.render.targets.target import NotRendered, Rendered, Why

PLATFORM: Final = "platform"
PRODUCT_KINDS: Final = (DATA_CONTRACT, DATA_PRODUCT, DEPLOYMENT, DOMAIN)


@dataclass(frozen=True)
class UnitPlan:
    """A unit before it is written.

    `sources` are the manifests that it is rendered from, first the main one, and `grantees` those of them
    that only tell who another product is. `applications` and `namespaces` are the names of its Applications,
    and where these put what says no namespace, by environment; a unit without a namespace of its own takes
    the first that its objects name. `labels` tell of hand-written objects whose they are,
    `application_labels` of its Applications.
    """

    folder: str
    sources: tuple[str, ...]
    rendered: Mapping[str, Rendered]
    applications: Mapping[str, str]
    application_labels: Mapping[str, str]
    project: str | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    grantees: tuple[str, ...] = ()


def sources_of(mesh: Mesh, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """mesh.yaml and all manifests of some kinds, readable or not: what is computed from them all."""
    wanted = tuple(kinds)
    return (MESH_FILE, *(found.path for found in mesh.manifests if found.kind in wanted))


def comment(source: str) -> str:
    """What stands at the top of every rendered file that can hold a comment."""
    return f"Rendered by meshwarden from {source}. Change that, and run `meshwarden render`."


def below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files by paths relative to the mesh."""
    return {f"{folder}/{path}": content for path, content in files.items()}


def unit_part(plan: UnitPlan, content: Content) -> tuple[Part, tuple[NotRendered, ...]]:
    """The unit with its files and Applications, and what its hand-written kustomizations leave open."""
    resources = {name: Resources.of(found.objects, found.folders) for name, found in plan.rendered.items()}
    roots = sorted({folder for found in resources.values() for folder in found.folders})
    keeping = {root: patches_that_keep(content.reach(root).objects) for root in roots}
    files = base_and_overlays(plan.folder, resources, comment(plan.sources[0]), plan.labels, keeping)
    has_base = f"base/{FILE}" in files
    applications = tuple(
        _application(plan, environment, found, content, has_base=has_base)
        for environment, found in resources.items()
    )
    reached = [content.reach(root) for root in roots]
    inputs = sorted({folder for entry in reached for folder in entry.folders})
    overlays = tuple(entry.folder for entry in applications)
    unit = Unit(plan.folder, plan.sources, overlays, tuple(inputs), plan.grantees)
    unreadable = tuple(dict.fromkeys(one for entry in reached for one in entry.unreadable))
    unknown = tuple(
        NotRendered(path, reason, why=Why.ELSEWHERE) for entry in reached for path, reason in entry.unknown
    )
    return Part(unit, below(plan.folder, files), applications, unreadable), unknown


def _application(
    plan: UnitPlan, environment: str, resources: Resources, content: Content, *, has_base: bool
) -> Application:
    overlay = f"{plan.folder}/overlays/{environment}"
    reached = [content.reach(root) for root in resources.folders]
    inputs = sorted({folder for entry in reached for folder in entry.folders})
    hand_written = tuple(entry for found in reached for entry in found.objects)
    objects = (*resources.objects.values(), *hand_written)
    own = [str(name) for entry in objects if (name := fields.text(entry, "metadata", "namespace"))]
    return Application(
        name=plan.applications[environment],
        project=plan.project,
        environment=environment,
        namespace=plan.namespaces.get(environment) or min(own, default="default"),
        folder=overlay,
        paths=(*([f"{plan.folder}/base"] if has_base else []), overlay, *inputs),
        labels=plan.application_labels,
        objects=objects,
    )
