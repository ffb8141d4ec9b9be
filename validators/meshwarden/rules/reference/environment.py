"""An environment that the mesh, or the domain, does not have.

Environments are those of mesh.yaml, and a domain's are those of them in which it runs. What names another one
is deployed nowhere, and nobody is told: the name is most often mistyped, or of another mesh.

To fix it, correct the name, or add the environment to mesh.yaml, `spec.environments`, or to the domain.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from typing import Any, Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    if mesh.settings.environments is None:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    known = mesh.settings.environment_names
    for manifest in mesh.of_kind("Domain", "DataProductDeployment", "Stage"):
        for name, pointer in named_environments(manifest.data):
            if name not in known:
                yield _fault(name, "the mesh", Place(manifest.path, pointer), known)
    for contract in mesh.contracts:
        for server in contract.servers:
            if server.environment is not None and server.environment not in known:
                place = Place(contract.manifest.path, (*server.pointer, "environment"))
                yield _fault(server.environment, "the mesh", place, known)
    yield from _beyond_domains(mesh, known)


def _beyond_domains(mesh: Mesh, known: Collection[str]) -> Iterator[Fault]:
    """What a product is deployed to that the mesh has, and its domain has not."""
    for product in mesh.products.values():
        domain = mesh.domains.get(product.domain)
        if domain is None or product.deployment is None or not domain.environments:
            continue
        manifest = product.deployment.manifest
        for name, pointer in named_environments(manifest.data):
            if name in known and name not in domain.environments:
                whose = f"domain `{domain.name}`"
                yield _fault(name, whose, Place(manifest.path, pointer), domain.environments)


def named_environments(data: Any) -> Iterator[tuple[str, Pointer]]:
    """The names under `spec.environments` of a manifest, each with its place."""
    for index, name, entry in fields.named(data, "spec", "environments"):
        yield name, ("spec", "environments", index, *(["name"] if entry else []))


def _fault(name: str, whose: str, place: Place, known: Collection[str]) -> Fault:
    near = get_close_matches(name, known, n=1)
    listed = ", ".join(f"`{one}`" for one in known) or "none"
    hint = f"Did you mean `{near[0]}`?" if near else f"Environments of {whose}: {listed}."
    return Fault(f"`{name}` is no environment of {whose}", place, hint)


RULE: Final = MeshRule(
    "reference/environment",
    Severity.ERROR,
    __doc__,
    kinds("Domain", "DataProductDeployment", "Stage", "DataContract"),
    check=_check,
)
