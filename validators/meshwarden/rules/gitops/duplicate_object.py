"""One object in two Applications of a cluster.

Each of the two would apply its own, and Argo CD would report the object as shared and fail the sync that
comes second, as rendered Applications say `FailOnSharedResource=true`. Whoever removes the one takes the
object away from the other. Environments with the same destination are one cluster. What two products make
outside of Kubernetes as well, such as a topic, is naming/rendered-collision.

To fix it, keep the object in one of the two, or give each its own name or namespace.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from meshwarden.findings import Fault, Related, Severity
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.duplicates import Duplicate


def _check(rendered: Rendered) -> Said:
    from meshwarden.render.content import scopes_in  # noqa: PLC0415
    from meshwarden.render.duplicates import duplicates  # noqa: PLC0415

    found = [*duplicates(rendered.objects, rendered.mesh.settings, scopes_in(rendered.documents))]
    if found:
        yield from _faults(rendered, found)


def _faults(rendered: Rendered, found: list[Duplicate]) -> Iterator[Fault]:
    """One fault for each two places: the clusters of several environments have the same two."""
    from meshwarden.render.origins import Origins  # noqa: PLC0415

    origins = Origins.of(rendered.mesh, rendered.documents)
    said = set()
    for duplicate in found:
        built = duplicate.second.built
        pointer = ("metadata", "name")
        first = origins.place(duplicate.first.built, duplicate.first.overlay, pointer)
        second = origins.place(built, duplicate.second.overlay, pointer)
        if (first, second, built.kind, built.name) in said:
            continue
        said.add((first, second, built.kind, built.name))
        namespace = f" of namespace `{duplicate.namespace}`" if duplicate.namespace else ""
        both = f"`{duplicate.first.application}` and `{duplicate.second.application}`"
        message = f"{built.kind.kind} `{built.name}`{namespace} is in two Applications of one cluster, {both}"
        related = () if first == second else (Related(first, "it is here as well"),)
        yield Fault(message, second, "Keep it in one of the two.", related=related)


RULE: Final = RenderedRule("gitops/duplicate-object", Severity.ERROR, __doc__, check=_check, builds=True)
