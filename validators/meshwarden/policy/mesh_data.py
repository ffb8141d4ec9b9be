"""What policies get to know beside the document: `data.mesh`, the index, and `data.file`, its place.

Both are described in data.schema.json.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Contract, Domain, Mesh, Product, Stage
from meshwarden.policy.batch import PolicyDocument

T = TypeVar("T")

_OF_A_TEAM: Final = ("email", "codeowners", "clearance")


def mesh_data(mesh: Mesh) -> dict[str, Any]:
    """`data.mesh`. Every field in it is a promise to those who write policies."""
    settings = mesh.settings
    return {
        "name": settings.name,
        "environments": list(settings.environment_names),
        "classifications": None if settings.classifications is None else list(settings.classifications),
        "teams": {
            name: {field: fields.text(said, field) for field in _OF_A_TEAM}
            for name, said in (settings.teams or {}).items()
        },
        "domains": {domain.name: _domain(domain) for domain in mesh.domains.values()},
        "products": {product.key: _product(mesh, product) for product in mesh.products.values()},
        "contracts": _contracts(mesh.contracts),
        "stages": {stage.name: _stage(stage) for stage in mesh.stages},
    }


def _domain(domain: Domain) -> dict[str, Any]:
    return {"type": domain.type, "owner": domain.owner, "environments": list(domain.environments)}


def _stage(stage: Stage) -> dict[str, Any]:
    return {
        "plane": stage.plane,
        "layer": stage.layer,
        "owner": stage.owner,
        "environments": list(stage.environments),
        "needs": list(stage.needs),
        "provides": list(stage.provides),
    }


def _product(mesh: Mesh, product: Product) -> dict[str, Any]:
    domain = mesh.domains.get(product.domain)
    return {
        "id": product.id,
        "version": product.version,
        "status": product.status,
        "type": domain.type if domain else None,
        "owner": product.owner,
        "environments": list(product.environments),
        "inputs": [port.contract for port in product.inputs if port.contract],
        "outputs": [port.contract for port in product.outputs if port.contract],
    }


def _contracts(contracts: tuple[Contract, ...]) -> dict[str, Any]:
    """The contracts by id. A version that a contract does not say is none, and the contract there still."""
    by_id: dict[str, Any] = {}
    for contract in contracts:
        if contract.id:
            said = by_id.setdefault(contract.id, {"product": contract.product, "versions": {}})
            if contract.version:
                version = {"status": contract.status, "path": contract.manifest.path}
                said["versions"].setdefault(contract.version, version)
    return by_id


def policy_documents(mesh: Mesh) -> list[PolicyDocument]:
    """The manifests of the mesh as policies get them."""
    places = _Places(mesh)
    return [
        PolicyDocument(manifest.path, manifest.kind.name, manifest.data, places.file(manifest))
        for manifest in mesh.manifests
        if manifest.known and manifest.kind
    ]


class _Places:
    """Whose a manifest is: what the index knows of it, else who has the nearest folder above it."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        self._products = {product.folder: product for product in mesh.products.values()}
        self._domains = {domain.folder: domain.name for domain in mesh.domains.values()}
        self._stages = {stage.folder: stage.name for stage in mesh.stages}

    def file(self, manifest: Manifest) -> dict[str, str | None]:
        """`data.file` of a manifest."""
        key = self._mesh.owners.get(manifest.path)
        product = self._mesh.products[key] if key else _nearest(manifest.folder, self._products)
        domain = product.domain if product else _nearest(manifest.folder, self._domains)
        return {
            "path": manifest.path,
            "folder": manifest.folder,
            "kind": manifest.kind.name if manifest.kind else None,
            "domain": domain or manifest.variables.get("domain"),
            "product": product.name if product else None,
            "plane": manifest.variables.get("plane"),
            "stage": _nearest(manifest.folder, self._stages) or manifest.variables.get("stage"),
            "environment": None,
        }


def _nearest(folder: str, known: Mapping[str, T]) -> T | None:
    """What is known of the folder, or else of the nearest above it."""
    return next((known[above] for above in _upwards(folder) if above in known), None)


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder
