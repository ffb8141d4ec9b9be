"""What the rules about the committed rendered files do: take the differences of their kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from meshwarden.findings import FILE_START, Fault, Place, Related
from meshwarden.rules.rendered import Rendered

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.compare import Difference


def faults(rendered: Rendered, kind: str, hint: str) -> Iterator[Fault]:
    """The differences of a kind that `render.compare` found, each with the other files of its cause."""
    for difference in rendered.differences:
        if difference.kind.value == kind:
            yield _fault(difference, hint)


def _fault(difference: Difference, hint: str) -> Fault:
    related = tuple(Related(Place(path, span=FILE_START), "likewise") for path in difference.others)
    return Fault(difference.message, Place(difference.path, span=difference.span), hint, related=related)
