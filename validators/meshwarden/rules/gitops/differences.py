"""What the rules about the committed rendered files do: take the differences of their kind."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.findings import FILE_START, Fault, Place, Related
from meshwarden.render.compare import Difference, DifferenceKind
from meshwarden.rules.rendered import Rendered


def faults(rendered: Rendered, kind: DifferenceKind, hint: str) -> Iterator[Fault]:
    """The differences of a kind as faults, each with the other files of the same cause."""
    for difference in rendered.differences:
        if difference.kind is kind:
            yield _fault(difference, hint)


def _fault(difference: Difference, hint: str) -> Fault:
    related = tuple(Related(Place(path, span=FILE_START), "likewise") for path in difference.others)
    return Fault(difference.message, Place(difference.path, span=difference.span), hint, related=related)
