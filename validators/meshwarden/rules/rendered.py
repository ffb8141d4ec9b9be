"""What rules about rendered files judge."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh

if TYPE_CHECKING:  # a check that renders nothing does not pay for importing the renderer
    from meshwarden.render.build import Built
    from meshwarden.render.built_objects import BuiltObject
    from meshwarden.render.compare import Difference
    from meshwarden.render.outcome import Rendering


@dataclass(frozen=True)
class Rendered:
    """The mesh as it is rendered now, how the committed files differ from that, and what Kustomize built.

    `documents` are all that it was rendered with: the mesh's manifests, and what its components hold.
    """

    mesh: Mesh
    rendering: Rendering
    differences: tuple[Difference, ...]
    built: tuple[Built, ...]
    documents: tuple[Manifest, ...] = ()

    @cached_property
    def objects(self) -> tuple[BuiltObject, ...]:
        """The objects that Kustomize built: read once, however many rules judge them."""
        from meshwarden.render.built_objects import built_objects  # noqa: PLC0415

        return built_objects(self.built, self.rendering)
