"""An object that the API server would refuse, or take only a part of.

Kustomize builds what it is given, whatever the fields are called. Argo CD applies it on the server's side,
where a field that the kind's schema does not know, or a value of another type, fails the whole sync: in the
cluster, long after the pull request was merged. meshwarden builds every overlay, and judges each object by
the CustomResourceDefinitions that `spec.crds` of mesh.yaml names, and by the schemas of the environment's
version of Kubernetes, if meshwarden[kubernetes] is installed. A kind that neither knows is listed as not
judged. Rules in CEL (`x-kubernetes-validations`), formats, and whatever else only the API server or a webhook
decides, are not evaluated.

To fix it, follow the message: it names the field, and the finding is at the line that it was written in. An
object that meshwarden renders is shown at the server of its contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.judging import Refused


def _check(rendered: Rendered) -> Said:
    from meshwarden.render.judging import Judge  # noqa: PLC0415

    refused = []
    for said in Judge.of(rendered.mesh.settings, rendered.documents).judge(rendered.objects):
        if isinstance(said, NotJudged):
            yield said
        else:
            refused.append(said)
    if refused:
        yield from _faults(rendered, refused)


def _faults(rendered: Rendered, refused: Iterable[Refused]) -> Iterator[Fault]:
    """One fault a cause: environments share what is written, and have it built each on its own."""
    from meshwarden.render.origins import Origins  # noqa: PLC0415

    origins = Origins.of(rendered.mesh, rendered.documents)
    found: dict[object, list[tuple[Refused, Place]]] = {}
    for one in refused:
        built, cause = one.built, one.cause
        place = origins.place(built, built.overlays[0], cause.pointer, on_key=cause.on_key)
        same = (place.path, built.kind, built.name, cause.pointer, cause.message)
        found.setdefault(same, []).append((one, place))
    for those in found.values():
        first, place = those[0]
        built, cause = first.built, first.cause
        what = f"{built.kind.kind} `{built.name}`{_where(rendered, (one for one, _ in those))}"
        yield Fault(f"{what}: {cause.message}", place, cause.hint, cause.severity)


def _where(rendered: Rendered, refused: Iterable[Refused]) -> str:
    """The environments that have an object, in the mesh's order; nothing for what belongs to none."""
    there = {overlay.environment for one in refused for overlay in one.built.overlays}
    names = [f"`{name}`" for name in rendered.mesh.settings.environment_names if name in there]
    return f" in {' and '.join(names)}" if names else ""


RULE: Final = RenderedRule("gitops/schema", Severity.ERROR, __doc__, check=_check, builds=True)
