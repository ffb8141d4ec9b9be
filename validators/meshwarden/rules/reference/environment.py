"""An environment that the mesh, or the domain, does not have.

Environments are those of mesh.yaml, and a domain's are those of them in which it runs. What names another one
is deployed nowhere, and nobody is told: the name is most often mistyped, or of another mesh.

To fix it, correct the name, or add the environment to mesh.yaml, `spec.environments`, or to the domain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests.hints import offer
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.environments import named_environments, of_domain, of_mesh
from meshwarden.mesh.records import Deployment, Mesh, Product
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    known = of_mesh(mesh)
    if not known:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    for manifest in mesh.of_kind("Domain", "DataProductDeployment", "Stage"):
        for name, pointer in named_environments(manifest.data):
            if name not in known:
                yield _fault(name, "the mesh", Place(manifest.path, pointer), known)
    yield from _of_servers(mesh, known)
    for product in mesh.products.values():
        if product.deployment is not None:
            yield from _beyond_domain(mesh, product, product.deployment, known)


def _of_servers(mesh: Mesh, known: Collection[str]) -> Iterator[Fault]:
    for contract in mesh.contracts:
        for server in contract.servers:
            if server.environment is not None and server.environment not in known:
                place = Place(contract.manifest.path, (*server.pointer, "environment"))
                yield _fault(server.environment, "the mesh", place, known)


def _beyond_domain(mesh: Mesh, product: Product, deployment: Deployment, known: tuple[str, ...]) -> Said:
    """What a product is deployed to that the mesh has, and its domain has not."""
    own, path = of_domain(mesh, product, known), deployment.manifest.path
    for name, pointer in named_environments(deployment.manifest.data):
        if own is None:
            yield NotJudged(path, "the environments of its domain are not known")
        elif name in known and name not in own:
            yield _fault(name, f"domain `{product.domain}`", Place(path, pointer), own)


def _fault(name: str, whose: str, place: Place, known: Collection[str]) -> Fault:
    hint = offer(name, known, f"Environments of {whose}")
    return Fault(f"`{name}` is no environment of {whose}", place, hint)


RULE: Final = MeshRule(
    "reference/environment",
    Severity.ERROR,
    __doc__,
    kinds("Domain", "DataProductDeployment", "Stage", "DataContract"),
    check=_check,
)
