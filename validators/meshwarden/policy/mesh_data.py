"""What policies get to know beside the document: `data.mesh`, the index, and `data.file`, its place."""

from __future__ import annotations

from typing import Any

from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Contract, Mesh, Product
from meshwarden.policy.batch import PolicyDocument


def mesh_data(mesh: Mesh) -> dict[str, Any]:
    """`data.mesh`. Every field in it is a promise to those who write policies."""
    settings = mesh.settings
    return {
        "name": settings.name,
        "environments": list(settings.environment_names),
        "classifications": None if settings.classifications is None else list(settings.classifications),
        "teams": dict(settings.teams or {}),
        "domains": {
            domain.name: {
                "type": domain.type,
                "owner": domain.owner,
                "environments": list(domain.environments),
            }
            for domain in mesh.domains.values()
        },
        "products": {product.key: _product(mesh, product) for product in mesh.products.values()},
        "contracts": _contracts(mesh.contracts),
        "stages": {
            stage.name: {
                "plane": stage.plane,
                "layer": stage.layer,
                "owner": stage.owner,
                "environments": list(stage.environments),
                "needs": list(stage.needs),
                "provides": list(stage.provides),
            }
            for stage in mesh.stages
        },
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
    by_id: dict[str, Any] = {}
    for contract in contracts:
        if contract.id:
            said = by_id.setdefault(contract.id, {"product": contract.product, "versions": {}})
            said["versions"][contract.version or ""] = {
                "status": contract.status,
                "path": contract.manifest.path,
            }
    return by_id


def policy_documents(mesh: Mesh) -> list[PolicyDocument]:
    """The manifests of the mesh as policies get them."""
    by_folder = {product.folder: product for product in mesh.products.values()}
    domains = {domain.folder: domain.name for domain in mesh.domains.values()}
    return [
        PolicyDocument(manifest.path, manifest.kind.name, manifest.data, _file(manifest, by_folder, domains))
        for manifest in mesh.manifests
        if manifest.known and manifest.kind
    ]


def _file(manifest: Manifest, products: dict[str, Product], domains: dict[str, str]) -> dict[str, str | None]:
    product, domain = None, manifest.variables.get("domain")
    folder = manifest.folder
    while folder:
        if product is None and folder in products:
            product = products[folder]
        if folder in domains:
            domain = domains[folder]
            break
        folder = folder.rpartition("/")[0]
    return {
        "path": manifest.path,
        "folder": manifest.folder,
        "kind": manifest.kind.name if manifest.kind else None,
        "domain": product.domain if product else domain,
        "product": product.name if product else None,
        "plane": manifest.variables.get("plane"),
        "stage": manifest.variables.get("stage"),
        "environment": None,
    }
