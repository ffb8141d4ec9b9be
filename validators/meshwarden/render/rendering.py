"""A mesh → all files that Argo CD syncs or a pipeline applies, in memory: the same mesh, the same bytes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh, Product
from meshwarden.render import names
from meshwarden.render.argocd.applications import destination
from meshwarden.render.argocd.folder import RESERVED, app_files, argocd_part
from meshwarden.render.charts.release import NO_CHARTS, Charts
from meshwarden.render.collisions import collisions, shared_namespaces
from meshwarden.render.content import Content
from meshwarden.render.digests import SUMS_FILE, write_sums
from meshwarden.render.namespaces import namespaces_part
from meshwarden.render.outcome import Application, Beyond, Collision, Part, Rendering, Unit
from meshwarden.render.parts import product_part, stage_part
from meshwarden.render.products import ProductObjects, product_objects
from meshwarden.render.targets.target import NotRendered, ObjectKind, Why
from meshwarden.render.terraform.pipeline import pipeline_parts

__all__ = ["Application", "Collision", "NotRendered", "Rendering", "Unit", "render_mesh"]


def render_mesh(mesh: Mesh, charts: Charts = NO_CHARTS) -> Rendering:
    """All that is rendered of `mesh`, its charts by Helm.

    The index has to know the documents of the stages' kustomize components as well, kustomization.yaml first
    of all: what they bring decides what the platform's project may hold. Raises `CouldNotFinish` where there
    is a chart, and no Helm that renders it.
    """
    content = Content.of(mesh, charts)
    products, left_out = _products(mesh, content)
    parts, reasons = _parts(mesh, content, products)
    applications = _applications(parts)
    beyond: tuple[Beyond, ...] = ()
    if mesh.settings.repository_url:
        argocd, beyond = argocd_part(mesh, applications, _spare(products), content.scopes)
        parts = [*parts, argocd]
    files = dict(sorted((path, content) for part in parts for path, content in _files_of(mesh, part)))
    unreadable = {one for part in parts for one in part.unreadable}
    unreadable.update(one for found in products for path in found.files for one in content.unreadable(path))
    return Rendering(
        files,
        tuple(sorted((part.unit for part in parts), key=lambda unit: unit.folder)),
        tuple(sorted({*_unusable(mesh), *left_out, *reasons})),
        beyond,
        (*collisions(products), *shared_namespaces(mesh.settings.environments or (), products)),
        tuple(sorted(unreadable)),
        applications,
    )


def _parts(
    mesh: Mesh, content: Content, products: Iterable[ProductObjects]
) -> tuple[Sequence[Part], Sequence[NotRendered]]:
    """The folders of products, namespaces, stages and pipelines, and what is left out of them."""
    made = [product_part(mesh, found, content) for found in products if found.rendered]
    parts = [part for part, _ in made]
    left_out = [reason for _, reasons in made for reason in reasons]
    namespaces = namespaces_part(mesh, _applications(parts))
    parts += [namespaces] if namespaces else []
    for stage in mesh.stages:
        part, reasons = stage_part(mesh, stage, content)
        parts += [part] if part else []
        left_out += reasons
    pipelines, reasons = pipeline_parts(mesh, content)
    return [*parts, *pipelines], [*left_out, *reasons]


def _applications(parts: Iterable[Part]) -> tuple[Application, ...]:
    return tuple(application for part in parts for application in part.applications)


def _products(mesh: Mesh, content: Content) -> tuple[Sequence[ProductObjects], Sequence[NotRendered]]:
    """The products' objects by key, and why something of them is not rendered."""
    found, left_out = [], []
    for key in sorted(mesh.products):
        product = mesh.products[key]
        if reason := _why_not(mesh, product):
            left_out.append(reason)
            continue
        objects = product_objects(mesh, product, content)
        found.append(objects)
        left_out += objects.not_rendered
    return found, left_out


def _why_not(mesh: Mesh, product: Product) -> NotRendered | None:
    """Why a product is not rendered at all; None if it is. Its names become parts of paths."""
    path = product.manifest.path
    if not product.manifest.known:
        return NotRendered(path, "its manifest cannot be read", why=Why.ELSEWHERE)
    if not names.is_label(product.domain):  # naming/metadata-name says so
        reason = f"its domain is called `{product.domain}`, which is no RFC 1123 label"
        return NotRendered(path, reason, why=Why.ELSEWHERE)
    if not names.is_label(product.name):
        return NotRendered(path, f"its folder is called `{product.name}`, which is no RFC 1123 label")
    if product.domain in RESERVED:
        domain = mesh.domains.get(product.domain)
        reason = f"a domain is called `{product.domain}`, as a project of Argo CD that is not a domain's"
        return NotRendered(domain.manifest.path if domain else path, reason, ("metadata", "name"))
    return None


def _unusable(mesh: Mesh) -> Iterator[NotRendered]:
    """What mesh.yaml lacks without which nothing can be synced, or not to an environment."""
    if not mesh.settings.repository_url:
        reason = "it has no `spec.repository.url`, which Argo CD's objects need"
        yield NotRendered(MESH_FILE, reason, ("spec", "repository"))
    for index, environment in enumerate(mesh.settings.environments or ()):
        place, called = ("spec", "environments", index), f"environment `{environment.name}`"
        if not names.is_label(environment.name):
            yield NotRendered(MESH_FILE, f"{called} is not called by an RFC 1123 label", (*place, "name"))
        elif destination(environment) is None:
            yield NotRendered(
                MESH_FILE, f"{called} has no `cluster.name` and no `cluster.server`", (*place, "cluster")
            )


def _spare(products: Iterable[ProductObjects]) -> dict[str, frozenset[ObjectKind]]:
    """All kinds that the targets may bring which a domain's products use."""
    found: dict[str, frozenset[ObjectKind]] = defaultdict(frozenset)
    for entry in products:
        found[entry.product.domain] |= entry.kinds
    return dict(found)


def _files_of(mesh: Mesh, part: Part) -> Iterator[tuple[str, bytes]]:
    """The files of a unit, those for Argo CD among them, and last what tells that meshwarden wrote them."""
    files = {**part.files, **app_files(mesh, part.applications)}
    beginning = f"{part.unit.folder}/"
    yield from files.items()
    yield f"{beginning}{SUMS_FILE}", write_sums({path.removeprefix(beginning): files[path] for path in files})
