"""What is rendered needs more than mesh.yaml's ceiling lets an Argo CD project hold.

Projects are computed from what is rendered; without a bound, a pull request would widen its own fence by
what it renders. `spec.argocd.ceiling` of mesh.yaml is that bound, and mesh.yaml has owners of its own. What
is beyond it stands in no project, and Argo CD would refuse to sync it. So it would what a kustomization makes
of its objects only when it is built, such as a patch that moves one into another namespace.

To fix it, render less, or ask the owners of mesh.yaml to raise the ceiling; write the namespace where the
object is written, or as the `namespace` of a kustomization that names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

from meshwarden.findings import Fault, Place, Pointer, Related, Severity
from meshwarden.manifests.settings import MESH_FILE, NOTHING
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.outcome import Beyond

_SEEN: Final = (
    "A project lets in what is written in objects and as the `namespace` of kustomizations: write it there, "
    "and not in a patch, a transformer or a generator."
)
_SHOWN: Final = 3  # of the places that need something: more do not help


def _check(rendered: Rendered) -> Said:
    from meshwarden.render.units import PLATFORM  # noqa: PLC0415

    beyond = rendered.rendering.beyond_ceiling
    if beyond and rendered.mesh.settings.domain_ceiling == NOTHING:
        yield _without_any()
        beyond = tuple(one for one in beyond if one.project == PLATFORM)
    if beyond:
        yield from _faults(rendered, beyond)
    yield from _once_built(rendered)


def _faults(rendered: Rendered, beyond: Iterable[Beyond]) -> Iterator[Fault]:
    from meshwarden.render.needing import needing  # noqa: PLC0415
    from meshwarden.render.origins import Origins  # noqa: PLC0415

    origins = Origins.of(rendered.mesh, rendered.documents)
    for one in beyond:
        places = islice(needing(rendered.rendering, one, origins), _SHOWN)
        related = tuple(Related(place, "it is needed here") for place in places)
        place = Place(MESH_FILE, ("spec", "argocd", "ceiling"))
        yield Fault(one.message, place, "Render less, or raise the ceiling.", related=related)


def _once_built(rendered: Rendered) -> Iterator[Fault]:
    """What a kustomization makes of its objects that is not let in, each place once."""
    from meshwarden.render.content import scopes_in  # noqa: PLC0415
    from meshwarden.render.origins import Origins  # noqa: PLC0415
    from meshwarden.render.outside import outside  # noqa: PLC0415

    mesh, scopes = rendered.mesh, scopes_in(rendered.documents)
    found = list(outside(rendered.rendering, rendered.objects, mesh.settings, scopes))
    origins = Origins.of(mesh, rendered.documents if found else ())
    said = set()
    for one in found:
        what = f"{one.built.kind.kind} `{one.built.name}`"
        message = f"project `{one.project}` lets in no {what} as the overlay holds it once it is built"
        pointer: Pointer = ("kind",)
        if one.namespace:
            message = f"{what} lies in namespace `{one.namespace}` once the overlay is built, which project "
            message += f"`{one.project}` does not let in"
            pointer = ("metadata", "namespace")
        place = origins.place(one.built, one.overlay, pointer)
        if (message, place) not in said:
            said.add((message, place))
            yield Fault(message, place, _SEEN)


def _without_any() -> Fault:
    """One fault where no domain may have anything, and not one for all that they have."""
    return Fault(
        "mesh.yaml has no ceiling for domains, and so their projects may hold nothing that is rendered",
        Place(MESH_FILE, ("spec", "argocd", "ceiling", "domains")),
        'Say the most that they may hold, such as `domains: {kinds: ["*.services.k8s.aws/*"], '
        'namespaces: ["{domain}-*"]}`.',
    )


RULE: Final = RenderedRule("gitops/ceiling", Severity.ERROR, __doc__, check=_check, builds=True)
