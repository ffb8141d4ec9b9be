"""Manifests → `Mesh`: one pass over the documents; what has a wrong type is as if not there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import Settings
from meshwarden.manifests.waivers import Waiver, read_waivers
from meshwarden.mesh import stages
from meshwarden.mesh.environments import environments_of
from meshwarden.mesh.lineage import flows
from meshwarden.mesh.products import find_products
from meshwarden.mesh.records import Contract, Domain, Mesh


def build_mesh(settings: Settings, manifests: Sequence[Manifest], files: Sequence[str] = ()) -> Mesh:
    """The index of the mesh that `manifests` make up, in the order of their paths.

    `files` are the paths of all files below the mesh's folders.
    """
    ordered = sorted(manifests, key=lambda found: found.path)
    by_kind: dict[str, list[Manifest]] = defaultdict(list)
    for manifest in ordered:
        if manifest.kind:
            by_kind[manifest.kind.name].append(manifest)
    domains = _domains(_known(by_kind["Domain"]))
    found = find_products(
        by_kind["DataProduct"],
        by_kind["DataContract"],
        _known(by_kind["DataProductDeployment"]),
        domains.values(),
    )
    contracts_by_id = _by_id(found.contracts)
    all_stages = tuple(stages.stage(manifest) for manifest in _known(by_kind["Stage"]))
    return Mesh(
        settings=settings,
        manifests=tuple(ordered),
        files=tuple(sorted(files)),
        domains=domains,
        products=found.products,
        contracts=found.contracts,
        planes=tuple(stages.plane(manifest) for manifest in _known(by_kind["Plane"])),
        stages=all_stages,
        platform_products=tuple(
            stages.platform_product(manifest) for manifest in _known(by_kind["PlatformProduct"])
        ),
        waivers=tuple(_waivers(by_kind["WaiverList"])),
        owners=found.owners,
        contracts_by_id=contracts_by_id,
        flows=tuple(flows(found.products, contracts_by_id)),
        providers=stages.providers(all_stages),
    )


def _known(manifests: Iterable[Manifest]) -> list[Manifest]:
    return [manifest for manifest in manifests if manifest.known]


def _domains(manifests: Iterable[Manifest]) -> dict[str, Domain]:
    """The domains by name: of two that are called the same, the first."""
    found: dict[str, Domain] = {}
    for manifest in manifests:
        domain = _domain(manifest)
        found.setdefault(domain.name, domain)
    return found


def _domain(manifest: Manifest) -> Domain:
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = environments_of(spec)
    return Domain(
        name=fields.text(manifest.data, "metadata", "name") or manifest.folder.rpartition("/")[2],
        type=fields.text(spec, "type"),
        owner=fields.text(spec, "owner"),
        environments=environments,
        overrides=overrides,
        manifest=manifest,
    )


def _waivers(manifests: Iterable[Manifest]) -> Iterator[Waiver]:
    """The waivers of the list that lies at its place: one that does not is nobody's to decide by."""
    for manifest in _known(manifests):
        if manifest.kind is manifest.expected:
            yield from read_waivers(manifest)


def _by_id(contracts: Iterable[Contract]) -> Mapping[str, tuple[Contract, ...]]:
    found: dict[str, list[Contract]] = defaultdict(list)
    for contract in contracts:
        if contract.id:
            found[contract.id].append(contract)
    return {name: tuple(those) for name, those in found.items()}
