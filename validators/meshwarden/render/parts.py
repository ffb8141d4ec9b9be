"""Products and stages → the folders that are rendered of them."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.records import Mesh, PlatformProduct, Product, Stage
from meshwarden.render import names
from meshwarden.render.charts.named import product_named
from meshwarden.render.components import component_in_environment, packages_of
from meshwarden.render.content import Content
from meshwarden.render.identity import namespace_of
from meshwarden.render.outcome import Part
from meshwarden.render.overrides import deployment_in
from meshwarden.render.products import ProductObjects
from meshwarden.render.targets.metadata import MANAGED_BY, ownership
from meshwarden.render.targets.target import NotRendered, Rendered, Why
from meshwarden.render.units import PLATFORM, UnitPlan, unit_part


def product_part(mesh: Mesh, found: ProductObjects, content: Content) -> tuple[Part, tuple[NotRendered, ...]]:
    """The folder of a product that has something in some environment, and what of it is left open."""
    product = found.product
    environments = [entry for entry in mesh.settings.environments or () if entry.name in found.rendered]
    plan = UnitPlan(
        folder=f"{mesh.settings.render_path}/domains/{product.domain}/{product.name}",
        sources=(*_sources_of(mesh, product), *found.files),
        rendered=found.rendered,
        applications={
            entry.name: names.joined(product.domain, product.name, entry.name) for entry in environments
        },
        application_labels={"domain": product.domain, "product": product.name},
        project=product.domain,
        namespaces={entry.name: namespace_of(entry, product.domain, product.name) for entry in environments},
        labels=_owners(owner=product.owner, domain=product.domain, product=product.name),
        grantees=tuple(_grantees(mesh, product)),
    )
    return unit_part(plan, content)


def _owners(**owners: str | None) -> dict[str, str]:
    """The labels of what is written by hand: it says itself what manages it."""
    labels = ownership(**owners)["labels"]
    return {key: value for key, value in labels.items() if key != MANAGED_BY}


def _sources_of(mesh: Mesh, product: Product) -> tuple[str, ...]:
    """The manifests that a product is rendered from: also those of the consumers that it grants access."""
    found = [product.deployment.manifest.path] if product.deployment else []
    found += [product.manifest.path, *(contract.manifest.path for contract in product.contracts)]
    found += _grantees(mesh, product)
    found += [package.manifest.path for package in _packages(mesh, product)]
    if domain := mesh.domains.get(product.domain):
        found.append(domain.manifest.path)
    return tuple(dict.fromkeys([*found, MESH_FILE]))


def _grantees(mesh: Mesh, product: Product) -> Iterator[str]:
    """The deployments of the consumers that a product grants access."""
    for grant in product.deployment.access if product.deployment else ():
        consumer = mesh.products.get(grant.consumer)
        if consumer and consumer.deployment and consumer is not product:
            yield consumer.deployment.manifest.path


def _packages(mesh: Mesh, product: Product) -> Iterator[PlatformProduct]:
    """The products of the platform whose charts run the product."""
    for environment in product.environments:
        said = fields.mapping(deployment_in(product, environment), "runtime", "helm")
        if package := product_named(mesh, said):
            yield package


def stage_part(mesh: Mesh, stage: Stage, content: Content) -> tuple[Part | None, tuple[NotRendered, ...]]:
    """The folder of a stage that Argo CD applies, and what of the stage is not in it; of others nothing."""
    if reason := _why_not(stage):
        return None, (NotRendered(stage.manifest.path, reason, why=Why.ELSEWHERE),)
    if stage.applied_by == "pipeline":
        return None, ()
    rendered: dict[str, Rendered] = {}
    left_out: list[NotRendered] = []
    for environment in mesh.settings.environments or ():
        if environment.name in stage.environments and names.is_label(environment.name):
            found = _in_environment(mesh, stage, environment, content)
            left_out += found.refused
            if found.objects or found.folders:
                rendered[environment.name] = found
    if not rendered:
        return None, tuple(dict.fromkeys(left_out))
    plan = UnitPlan(
        folder=f"{mesh.settings.render_path}/{PLATFORM}/{stage.plane}/{stage.layer}_{stage.name}",
        sources=(stage.manifest.path, *packages_of(mesh, stage), MESH_FILE),
        rendered=rendered,
        applications={name: names.joined(PLATFORM, f"{stage.layer}-{stage.name}", name) for name in rendered},
        application_labels={"plane": stage.plane or "", "stage": stage.name},
        labels=_owners(owner=stage.owner, plane=stage.plane, stage=stage.name),
    )
    part, unknown = unit_part(plan, content)
    return part, tuple(dict.fromkeys([*left_out, *unknown]))


def _why_not(stage: Stage) -> str | None:
    """Why nothing of a stage is rendered; None if it is."""
    if not (stage.layer and stage.plane and names.is_label(stage.name)):
        return "its path does not tell plane and layer, or its name is no RFC 1123 label"
    return None


def _in_environment(mesh: Mesh, stage: Stage, environment: Environment, content: Content) -> Rendered:
    """What the components of a stage bring, one after the other."""
    found = [
        component_in_environment(mesh, stage, component, environment, content)
        for component in stage.components
    ]
    return Rendered(
        tuple(entry for one in found for entry in one.objects),
        tuple(entry for one in found for entry in one.refused),
        tuple(entry for one in found for entry in one.folders),
    )
