"""Manifests → `Mesh`: one pass over the documents; what has a wrong type is as if not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meshwarden.manifests import bitol, fields
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.records import (
    Component,
    Contract,
    Deployment,
    Domain,
    Grant,
    Mesh,
    Plane,
    PlatformProduct,
    Product,
    Stage,
)

_SOURCES = ("helm", "kustomize", "operator", "terraform")


def build_mesh(settings: Settings, manifests: Sequence[Manifest], files: Sequence[str] = ()) -> Mesh:
    """The index of the mesh that `manifests` make up, in the order of their paths.

    `files` are the paths of all files below the mesh's folders.
    """
    by_kind: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in sorted(manifests, key=lambda found: found.path):
        if manifest.kind:
            by_kind[manifest.kind.name].append(manifest)
    domains: dict[str, Domain] = {}
    for manifest in _known(by_kind["Domain"]):
        domain = _domain(manifest)
        domains.setdefault(domain.name, domain)
    products, contracts = _products(by_kind, domains)
    return Mesh(
        settings=settings,
        manifests=tuple(sorted(manifests, key=lambda found: found.path)),
        files=tuple(sorted(files)),
        domains=domains,
        products=products,
        contracts=contracts,
        planes=tuple(_plane(manifest) for manifest in _known(by_kind["Plane"])),
        stages=tuple(_stage(manifest) for manifest in _known(by_kind["Stage"])),
        platform_products=tuple(
            _platform_product(manifest) for manifest in _known(by_kind["PlatformProduct"])
        ),
    )


def _known(manifests: Iterable[Manifest]) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest.known]


def _environments(spec: Any) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, Any]]]:
    found = [(name, entry) for _, name, entry in fields.named(spec, "environments")]
    return tuple(dict.fromkeys(name for name, _ in found)), {name: entry for name, entry in found if entry}


def _domain(manifest: Manifest) -> Domain:
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = _environments(spec)
    return Domain(
        name=fields.text(manifest.data, "metadata", "name") or manifest.folder.rpartition("/")[2],
        type=fields.text(spec, "type"),
        owner=fields.text(spec, "owner"),
        environments=environments,
        overrides=overrides,
        manifest=manifest,
    )


def _products(
    by_kind: Mapping[str, list[Manifest]], domains: Mapping[str, Domain]
) -> tuple[dict[str, Product], tuple[Contract, ...]]:
    """Products by key, and all contracts. What cannot be read has its place too: things refer to it."""
    by_domain_folder = {domain.folder: domain for domain in domains.values()}
    products: dict[str, Product] = {}
    folders = {manifest.folder for manifest in by_kind["DataProduct"]}
    contracts_in: dict[str | None, list[Manifest]] = defaultdict(list)
    all_contracts: list[Contract] = []
    for manifest in by_kind["DataContract"]:
        folder = _nearest_above(manifest.folder, folders)
        contracts_in[folder].append(manifest)
    deployments = _one_a_folder(_known(by_kind["DataProductDeployment"]))
    for manifest in _one_a_folder(by_kind["DataProduct"]).values():
        name = manifest.folder.rpartition("/")[2]
        domain_folder = _nearest_above(manifest.folder, by_domain_folder)
        domain = by_domain_folder[domain_folder] if domain_folder is not None else None
        domain_name = domain.name if domain else _domain_name(manifest)
        key = f"{domain_name}/{name}"
        contracts = tuple(_contract(found, key) for found in contracts_in[manifest.folder])
        product = _product(manifest, name, domain_name, domain, contracts, deployments.get(manifest.folder))
        products.setdefault(key, product)
        all_contracts.extend(contracts)
    all_contracts.extend(_contract(found, None) for found in contracts_in[None])
    return products, tuple(sorted(all_contracts, key=lambda found: found.manifest.path))


def _one_a_folder(manifests: Iterable[Manifest]) -> dict[str, Manifest]:
    """The manifests by folder: of several in one that at its place, else the first."""
    found: dict[str, Manifest] = {}
    for manifest in manifests:
        first = found.setdefault(manifest.folder, manifest)
        if manifest.kind is manifest.expected and first.kind is not first.expected:
            found[manifest.folder] = manifest
    return found


def _domain_name(manifest: Manifest) -> str:
    above = manifest.folder.split("/")
    return manifest.variables.get("domain") or (above[-2] if len(above) > 1 else "")


def _nearest_above(folder: str, folders: Iterable[str]) -> str | None:
    """The folder itself or the nearest above it that is among `folders`; None if none is."""
    while folder not in folders:
        if not folder:
            return None
        folder = folder.rpartition("/")[0]
    return folder


def _product(
    manifest: Manifest,
    name: str,
    domain_name: str,
    domain: Domain | None,
    contracts: tuple[Contract, ...],
    deployed: Manifest | None,
) -> Product:
    data = manifest.data if manifest.known else None
    deployment = _deployment(deployed) if deployed else None
    environments = (deployment.environments if deployment else ()) or (domain.environments if domain else ())
    return Product(
        name=name,
        domain=domain_name,
        folder=manifest.folder,
        id=fields.text(data, "id"),
        version=fields.text(data, "version"),
        status=fields.text(data, "status"),
        owner=fields.text(data, "team", "name") or (domain.owner if domain else None),
        inputs=tuple(bitol.ports(data, "inputPorts")),
        outputs=tuple(bitol.ports(data, "outputPorts")),
        contracts=contracts,
        deployment=deployment,
        environments=environments,
        manifest=manifest,
    )


def _contract(manifest: Manifest, product: str | None) -> Contract:
    data = manifest.data if manifest.known else None
    # A contract that broke further down is still known by its id; another specification's is not.
    broken = manifest.standing in (Standing.UNREADABLE, Standing.UNKNOWN_VERSION)
    return Contract(
        id=fields.text(data, "id") or (manifest.document.head.get("id") if broken else None),
        version=fields.text(data, "version"),
        status=fields.text(data, "status"),
        product=product,
        objects=tuple(bitol.schema_objects(data)),
        servers=tuple(bitol.servers(data)),
        manifest=manifest,
    )


def _deployment(manifest: Manifest) -> Deployment:
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = _environments(spec)
    access = tuple(
        Grant(
            consumer=consumer,
            port=port,
            purpose=fields.text(grant, "purpose"),
            expires=fields.text(grant, "expires"),
            pointer=("spec", "access", index),
        )
        for index, grant in fields.mappings(spec, "access")
        if (consumer := fields.text(grant, "consumer")) and (port := fields.text(grant, "port"))
    )
    return Deployment(environments, overrides, spec, access, manifest)


def _plane(manifest: Manifest) -> Plane:
    name = fields.text(manifest.data, "metadata", "name") or manifest.folder.rpartition("/")[2]
    return Plane(name, fields.text(manifest.data, "spec", "owner"), manifest)


def _stage(manifest: Manifest) -> Stage:
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = _environments(spec)
    components = tuple(
        Component(name, kind, fields.mapping(entry, kind), ("spec", "components", index))
        for index, name, entry in fields.named(spec, "components")
        if (kind := next((source for source in _SOURCES if source in entry), None))
    )
    return Stage(
        name=fields.text(manifest.data, "metadata", "name") or manifest.variables.get("stage", ""),
        layer=manifest.variables.get("layer"),
        plane=manifest.variables.get("plane"),
        folder=manifest.folder,
        owner=fields.text(spec, "owner"),
        applied_by=fields.text(spec, "appliedBy") or "cluster",
        environments=environments,
        overrides=overrides,
        needs=fields.texts(spec, "needs"),
        provides=fields.texts(spec, "provides"),
        components=components,
        manifest=manifest,
    )


def _platform_product(manifest: Manifest) -> PlatformProduct:
    spec = fields.mapping(manifest.data, "spec")
    name = fields.text(manifest.data, "metadata", "name") or manifest.folder.rpartition("/")[2]
    return PlatformProduct(name, fields.text(spec, "package"), fields.text(spec, "owner"), manifest)
