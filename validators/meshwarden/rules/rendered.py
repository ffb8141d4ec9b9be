"""What rules about rendered files judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from meshwarden.mesh.records import Mesh

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.build import Built
    from meshwarden.render.compare import Difference
    from meshwarden.render.outcome import Rendering


@dataclass(frozen=True)
class Rendered:
    """The mesh as it is rendered now, how the committed files differ from that, and what Kustomize built."""

    mesh: Mesh
    rendering: Rendering
    differences: tuple[Difference, ...]
    built: tuple[Built, ...]
