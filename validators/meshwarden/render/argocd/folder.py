"""`rendered/argocd/`: all of Argo CD's objects, computed from the overlays that are rendered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.kinds import PLATFORM_PRODUCT, STAGE
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.records import Mesh
from meshwarden.render import names
from meshwarden.render.argocd.applications import (
    APP_FILE,
    ROOT_PROJECT,
    app_file,
    application_set,
    destination,
    root_application,
)
from meshwarden.render.argocd.health import health_checks
from meshwarden.render.argocd.projects import DEFAULT, Fence, bounded, locked_default, project, root_project
from meshwarden.render.keeping import GIVING_ACCESS, RUNNING
from meshwarden.render.kustomize import FILE, kustomization
from meshwarden.render.outcome import Application, Beyond, Part, Unit
from meshwarden.render.requirements import SHARED_NAMESPACES
from meshwarden.render.scopes import Scopes, is_cluster_scoped
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.units import PLATFORM, PRODUCT_KINDS, comment, sources_of
from meshwarden.render.yaml_writer import write

RESERVED: Final = frozenset({DEFAULT, PLATFORM, ROOT_PROJECT})  # projects that no domain may be called like
_DOMAIN_LABELS: Final = ("domain", "product")
_PLATFORM_LABELS: Final = ("plane", "stage")


def app_files(mesh: Mesh, applications: Iterable[Application]) -> dict[str, bytes]:
    """The app.json of each overlay, by path."""
    clusters = {
        environment.name: destination(environment) for environment in mesh.settings.environments or ()
    }
    ways = ways_of(mesh)
    return {
        f"{application.folder}/{APP_FILE}": app_file(
            mesh.settings, application, clusters.get(application.environment) or {}, ways
        )
        for application in applications
    }


def ways_of(mesh: Mesh) -> Sequence[str]:
    """How the mesh's clusters are addressed: `name`, `server`, or both among different environments."""
    found = [destination(environment) or {} for environment in mesh.settings.environments or ()]
    return sorted({way for cluster in found for way in cluster}) or ["name"]


def argocd_part(
    mesh: Mesh,
    applications: Sequence[Application],
    spare: Mapping[str, frozenset[ObjectKind]],
    scopes: Scopes,
) -> tuple[Part, tuple[Beyond, ...]]:
    """The folder, and what is rendered beyond the ceiling.

    `spare` are all kinds that the targets may bring which a domain uses.
    """
    settings = mesh.settings
    folder = f"{settings.render_path}/argocd"
    by_project: dict[str | None, list[Application]] = defaultdict(list)
    for application in applications:
        by_project[application.project].append(application)
    files: dict[str, Object] = {}
    beyond: list[Beyond] = []
    for name in _domains(mesh):
        own = by_project[name]
        # All of the mesh's, as the domain may have been in one of them before the last commit.
        environments = mesh.settings.environments or ()
        fence = replace(
            _fence(own, environments, scopes),
            spare=spare.get(name, frozenset()) | GIVING_ACCESS | RUNNING,
            spare_namespaces=frozenset(_shared_namespaces(environments)),
        )
        allowed, over = bounded(fence, settings.domain_ceiling, name, domain=name)
        beyond += over
        owner = mesh.domains[name].owner if name in mesh.domains else None
        labels = {"domain": name, "owner": owner if owner and names.is_label_value(owner) else ""}
        files[f"projects/{name}.yaml"] = project(
            settings, name, allowed, description=f"The data products of domain {name}.", labels=labels
        )
        globs = [f"{settings.render_path}/domains/{name}/*/overlays/*/{APP_FILE}"]
        files[f"applicationsets/{name}.yaml"] = application_set(
            settings, name, globs, _DOMAIN_LABELS, ways_of(mesh)
        )
    platform, over = _platform(mesh, by_project[None], scopes)
    beyond += over
    files.update(platform)
    kinds = {ObjectKind.of(entry) for application in applications for entry in application.objects}
    kinds.update(kind for found in spare.values() for kind in found)
    if checks := health_checks(
        sorted(kinds, key=lambda kind: (kind.group, kind.kind)), settings.argocd_namespace
    ):
        files["argocd-cm.yaml"] = checks
    files[f"projects/{DEFAULT}.yaml"] = locked_default(settings)
    files[FILE] = kustomization(sorted(files))
    files["root.yaml"] = root_application(settings, folder)
    files[f"projects/{ROOT_PROJECT}.yaml"] = root_project(settings)
    written = {f"{folder}/{path}": write(entry, comment=comment(MESH_FILE)) for path, entry in files.items()}
    sources = sources_of(mesh, (*PRODUCT_KINDS, PLATFORM_PRODUCT, STAGE))
    return Part(Unit(folder, sources, (folder,)), written, ()), tuple(beyond)


def _platform(
    mesh: Mesh, applications: Sequence[Application], scopes: Scopes
) -> tuple[dict[str, Object], tuple[Beyond, ...]]:
    settings = mesh.settings
    environments = [
        env for env in settings.environments or () if any(app.environment == env.name for app in applications)
    ]
    allowed, beyond = bounded(
        _fence(applications, environments, scopes),
        settings.platform_ceiling,
        PLATFORM,
        domain=None,
    )
    root = f"{settings.render_path}/{PLATFORM}"
    globs = [f"{root}/*/*/overlays/*/{APP_FILE}", f"{root}/namespaces/overlays/*/{APP_FILE}"]
    described = "The stages of the platform, and the namespaces of all data products."
    return {
        f"projects/{PLATFORM}.yaml": project(settings, PLATFORM, allowed, description=described, labels={}),
        f"applicationsets/{PLATFORM}.yaml": application_set(
            settings, PLATFORM, globs, _PLATFORM_LABELS, ways_of(mesh)
        ),
    }, beyond


def _domains(mesh: Mesh) -> Sequence[str]:
    """All domains, also those of which nothing is left to render: to clear away takes the project."""
    found = set(mesh.domains) | {product.domain for product in mesh.products.values()}
    return sorted(name for name in found if names.is_label(name) and name not in RESERVED)


def _fence(applications: Sequence[Application], environments: Sequence[Environment], scopes: Scopes) -> Fence:
    namespaced, cluster, namespaces = set(), set(), set()
    for application in applications:
        namespaces.add(application.namespace)
        for entry in application.objects:
            kind = ObjectKind.of(entry)
            if is_cluster_scoped(entry, scopes):
                cluster.add(kind)
            else:
                namespaced.add(kind)
                namespaces.add(fields.text(entry, "metadata", "namespace") or application.namespace)
    clusters = [found for environment in environments if (found := destination(environment))]
    unique = tuple({tuple(found.items()): found for found in clusters}.values())
    return Fence(unique, frozenset(namespaces), frozenset(namespaced), frozenset(cluster))


def _shared_namespaces(environments: Iterable[Environment]) -> Iterator[str]:
    """The namespaces in which objects of several domains lie."""
    for environment in environments:
        for system, key in SHARED_NAMESPACES:
            if namespace := environment.coordinate(system, key):
                yield namespace
