"""What is rendered needs more than mesh.yaml's ceiling lets an Argo CD project hold.

Projects are computed from what is rendered; without a bound, a pull request would widen its own fence by
what it renders. `spec.argocd.ceiling` of mesh.yaml is that bound, and mesh.yaml has owners of its own. What
is beyond it stands in no project, and Argo CD would refuse to sync it.

To fix it, render less, or ask the owners of mesh.yaml to raise the ceiling.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from meshwarden.findings import Fault, Place, Related, Severity
from meshwarden.manifests.settings import MESH_FILE, NOTHING
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.outcome import Beyond

_SHOWN: Final = 3  # of the places that need something: more do not help


def _check(rendered: Rendered) -> Said:
    from meshwarden.render.units import PLATFORM  # noqa: PLC0415

    beyond = rendered.rendering.beyond_ceiling
    if beyond and rendered.mesh.settings.domain_ceiling == NOTHING:
        yield _without_any()
        beyond = tuple(one for one in beyond if one.project == PLATFORM)
    if beyond:
        yield from _faults(rendered, beyond)


def _faults(rendered: Rendered, beyond: Iterable[Beyond]) -> Iterator[Fault]:
    from meshwarden.render.needing import needing  # noqa: PLC0415
    from meshwarden.render.origins import Origins  # noqa: PLC0415

    origins = Origins.of(rendered.mesh, rendered.documents)
    for one in beyond:
        places = islice(needing(rendered.rendering, one, origins), _SHOWN)
        related = tuple(Related(place, "it is needed here") for place in places)
        place = Place(MESH_FILE, ("spec", "argocd", "ceiling"))
        yield Fault(one.message, place, "Render less, or raise the ceiling.", related=related)


def _without_any() -> Fault:
    """One fault where no domain may have anything, and not one for all that they have."""
    return Fault(
        "mesh.yaml has no ceiling for domains, and so their projects may hold nothing that is rendered",
        Place(MESH_FILE, ("spec", "argocd", "ceiling", "domains")),
        'Say the most that they may hold, such as `domains: {kinds: ["*.services.k8s.aws/*"], '
        'namespaces: ["{domain}-*"]}`.',
    )


RULE: Final = RenderedRule("gitops/ceiling", Severity.ERROR, __doc__, check=_check)
