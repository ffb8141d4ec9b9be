"""A later environment without the earlier ones: prod without dev.

Environments are in the order of promotion, and what is deployed in a later one was tried in the earlier ones
before. What a domain itself does not have is no earlier environment of its products.

To fix it, add the earlier environment, or leave out the later one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.rules.reference.environment import named_environments
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    if mesh.settings.environments is None:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    order = mesh.settings.environment_names
    for domain in mesh.domains.values():
        yield from _skipped(domain.manifest.path, domain.manifest.data, order)
    for product in mesh.products.values():
        if product.deployment is None:
            continue
        own = mesh.domains[product.domain].environments if product.domain in mesh.domains else order
        manifest = product.deployment.manifest
        yield from _skipped(manifest.path, manifest.data, [name for name in order if name in own])


def _skipped(path: str, data: Any, order: Sequence[str]) -> Iterator[Fault]:
    """Environments whose earlier ones are missing, each of these said once."""
    places = {name: pointer for name, pointer in reversed(list(named_environments(data))) if name in order}
    missing: list[str] = []
    for name in order:
        if name not in places:
            missing.append(name)
        elif missing:
            earlier = ", ".join(f"`{one}`" for one in missing)
            hint = f"Add {earlier}, or leave out `{name}`."
            yield Fault(f"`{name}` without {earlier}, which comes before it", Place(path, places[name]), hint)
            missing = []


RULE: Final = MeshRule(
    "deployment/environment", Severity.ERROR, __doc__, kinds("DataProductDeployment", "Domain"), check=_check
)
