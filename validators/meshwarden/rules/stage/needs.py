"""Where a stage says what it needs and what it provides."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.findings import Place, Pointer
from meshwarden.manifests import fields
from meshwarden.mesh.records import Stage


def needs_of(stage: Stage) -> Iterator[tuple[str, Pointer]]:
    """The capabilities that a stage needs, each with its place."""
    for index, capability in enumerate(fields.entries(stage.manifest.data, "spec", "needs")):
        if isinstance(capability, str):
            yield capability, ("spec", "needs", index)


def provision(stage: Stage, capability: str) -> Place:
    """Where a stage says that it provides a capability."""
    provided = fields.entries(stage.manifest.data, "spec", "provides")
    return Place(stage.manifest.path, ("spec", "provides", provided.index(capability)))
