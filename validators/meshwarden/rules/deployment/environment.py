"""A later environment without the earlier ones: prod without dev.

Environments are in the order of promotion, and what is deployed in a later one was tried in the earlier ones
before. What a domain itself does not have is no earlier environment of its products.

To fix it, add the earlier environment, or leave out the later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.environments import are_clear, named_environments, of_domain, of_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    known = of_mesh(mesh)
    if not known:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    for domain in mesh.domains.values():
        yield from _judged(domain.manifest, known, known)
    for product in mesh.products.values():
        if product.deployment is not None:
            yield from _judged(product.deployment.manifest, known, of_domain(mesh, product, known))


def _judged(manifest: Manifest, known: Sequence[str], own: Sequence[str] | None) -> Said:
    """What a manifest skips of the environments that are its own, which are None where not known."""
    if own is not None and are_clear(manifest.data, known):
        yield from _skipped(manifest, [name for name in known if name in own])
    elif any(named_environments(manifest.data)):
        yield NotJudged(manifest.path, "which environments are meant is not known")


def _skipped(manifest: Manifest, order: Sequence[str]) -> Iterator[Fault]:
    """Environments whose earlier ones are missing, each of these said once."""
    named = reversed(list(named_environments(manifest.data)))
    places = {name: Place(manifest.path, pointer) for name, pointer in named}
    missing: list[str] = []
    for name in order:
        if name not in places:
            missing.append(name)
        elif missing:
            earlier = " and ".join(f"`{one}`" for one in missing)
            come = "comes" if len(missing) == 1 else "come"
            hint = f"Add {earlier}, or leave out `{name}`."
            yield Fault(f"`{name}` without {earlier}, which {come} before it", places[name], hint)
            missing = []


RULE: Final = MeshRule(
    "deployment/environment", Severity.ERROR, __doc__, kinds("DataProductDeployment", "Domain"), check=_check
)
