"""One id twice in the mesh.

Products, contracts, domains, stages, teams and environments are found by what they are called; of two that
are called the same, one is lost. Ids that differ in case only fall together in systems that fold case. One
contract in several versions is its history, and fine; the same version twice is not.

To fix it, give the second an id of its own; a copied manifest keeps its original's until it is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from meshwarden.findings import Fault, Place, Related, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.manifests.versions import version_key
from meshwarden.mesh.records import Contract, Mesh
from meshwarden.rules.rule import MeshRule, Said


@dataclass(frozen=True, slots=True)
class _Named:
    """Something that has an id; of a contract, `product` and `version` tell which one it is of that id."""

    what: str
    id: str
    place: Place
    product: str | None = None
    version: str | None = None


def _check(mesh: Mesh) -> Said:
    alike_by_id: dict[tuple[str, str], dict[tuple[str, str | None], _Named]] = {}
    first_of: dict[tuple[object, ...], _Named] = {}
    for named in _all(mesh):
        own = (named.id, named.product)
        alike = alike_by_id.setdefault((named.what, named.id.casefold()), {})
        version = version_key(named.version) or named.version  # another one of the same contract is history
        first = first_of.setdefault((named.what, *own, version), named)
        other = next((found for whose, found in alike.items() if whose != own), None)
        alike.setdefault(own, named)
        if clash := other if first is named else first:
            yield _fault(named, clash)


def _fault(named: _Named, clash: _Named) -> Fault:
    message = f"{named.what} id `{named.id}` is there already"
    if named.id != clash.id:
        message = f"{named.what} ids `{named.id}` and `{clash.id}` differ in case only"
    elif named.version is not None:
        message = f"contract `{named.id}` is there already in version `{clash.version}`"
        if named.product != clash.product:
            message = f"contract `{named.id}` is one of `{clash.product}` already"
    where = Related(clash.place, "there first")
    return Fault(message, named.place, f"Give this {named.what} an id of its own.", related=(where,))


def _all(mesh: Mesh) -> Iterator[_Named]:
    for manifest in mesh.of_kind("DataProduct"):
        if product_id := fields.text(manifest.data, "id"):
            yield _Named("data product", product_id, Place(manifest.path, ("id",)))
    yield from (_contract(found) for found in mesh.contracts if found.id and found.manifest.known)
    for manifest in mesh.of_kind("Domain", "Plane", "Stage", "PlatformProduct"):
        name = fields.text(manifest.data, "metadata", "name")
        if name and manifest.kind:
            yield _Named(_WHAT[manifest.kind.name], name, Place(manifest.path, ("metadata", "name")))
    for what, key in (("team", "teams"), ("environment", "environments")):
        listed = mesh.root.data if mesh.root and mesh.root.known else None
        for index, name, _ in fields.named(listed, "spec", key):
            yield _Named(what, name, Place(MESH_FILE, ("spec", key, index, "name")))


_WHAT: Final = {
    "Domain": "domain",
    "Plane": "plane",
    "Stage": "stage",
    "PlatformProduct": "platform product",
}


def _contract(contract: Contract) -> _Named:
    place = Place(contract.manifest.path, ("id",))
    return _Named("contract", contract.id or "", place, contract.product, contract.version)


RULE: Final = MeshRule("reference/duplicate-id", Severity.ERROR, __doc__, check=_check)
