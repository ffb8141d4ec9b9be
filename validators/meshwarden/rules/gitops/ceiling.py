"""What is rendered needs more than mesh.yaml's ceiling lets an Argo CD project hold.

Projects are computed from what is rendered; without a bound, a pull request would widen its own fence by
what it renders. `spec.argocd.ceiling` of mesh.yaml is that bound, and mesh.yaml has owners of its own. What
is beyond it stands in no project, and Argo CD would refuse to sync it.

To fix it, render less, or ask the owners of mesh.yaml to raise the ceiling.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests.settings import MESH_FILE, NOTHING
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    beyond = rendered.rendering.beyond_ceiling
    if beyond and rendered.mesh.settings.domain_ceiling == NOTHING:
        yield _without_any()
        beyond = tuple(message for message in beyond if message.startswith("project `platform`"))
    for message in beyond:
        place = Place(MESH_FILE, ("spec", "argocd", "ceiling"))
        yield Fault(message, place, "Render less, or raise the ceiling.")


def _without_any() -> Fault:
    """One fault where no domain may have anything, and not one for all that they have."""
    return Fault(
        "mesh.yaml has no ceiling for domains, and so their projects may hold nothing that is rendered",
        Place(MESH_FILE, ("spec", "argocd", "ceiling", "domains")),
        'Say the most that they may hold, such as `domains: {kinds: ["*.services.k8s.aws/*"], '
        'namespaces: ["{domain}-*"]}`.',
    )


RULE: Final = RenderedRule("gitops/ceiling", Severity.ERROR, __doc__, check=_check)
