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
from meshwarden.manifests.versions import same_version
from meshwarden.mesh.records import Contract, Mesh
from meshwarden.rules.rule import MeshRule, Said


@dataclass(frozen=True, slots=True)
class _Named:
    """Something that has an id. `scope` and `version` tell the same id apart where that is fine."""

    what: str
    id: str
    place: Place
    product: str | None = None
    version: str | None = None


def _check(mesh: Mesh) -> Said:
    seen: dict[tuple[str, str], list[_Named]] = {}
    for named in _all(mesh):
        earlier = seen.setdefault((named.what, named.id.casefold()), [])
        clash = next((other for other in earlier if not _is_history(other, named)), None)
        earlier.append(named)
        if clash:
            yield _fault(named, clash)


def _is_history(one: _Named, other: _Named) -> bool:
    """Whether both are versions of one contract."""
    same = one.id == other.id and one.product == other.product
    return same and one.what == "contract" and not same_version(one.version, other.version)


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
    for manifest in (found for found in mesh.of_kind("Mesh") if found.path == MESH_FILE):
        for what, key in (("team", "teams"), ("environment", "environments")):
            for index, name, _ in fields.named(manifest.data, "spec", key):
                yield _Named(what, name, Place(manifest.path, ("spec", key, index, "name")))


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
