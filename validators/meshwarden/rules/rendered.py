"""What rules about rendered files judge."""

from __future__ import annotations

from dataclasses import dataclass

from meshwarden.mesh.records import Mesh
from meshwarden.render.build import Built
from meshwarden.render.compare import Difference
from meshwarden.render.rendering import Rendering


@dataclass(frozen=True)
class Rendered:
    """The mesh as it is rendered now, how the committed files differ from that, and what Kustomize built."""

    mesh: Mesh
    rendering: Rendering
    differences: tuple[Difference, ...]
    built: tuple[Built, ...]
