"""Where stages say what they need and provide, and whether it is known what they provide."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from typing import Final

from meshwarden.findings import Place, Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.hints import near
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh, Stage

_NEAR: Final = 0.85
_NEAR_IN_GROUP: Final = 0.8  # of what stands behind `operator/`: else all operators are near each other


def needs_of(stage: Stage) -> Iterator[tuple[str, Pointer]]:
    """The capabilities that a stage needs, each with its place."""
    for index, capability in enumerate(fields.entries(stage.manifest.data, "spec", "needs")):
        if isinstance(capability, str):
            yield capability, ("spec", "needs", index)


def provision(stage: Stage, capability: str) -> Place:
    """Where a stage says that it provides a capability."""
    provided = fields.entries(stage.manifest.data, "spec", "provides")
    return Place(stage.manifest.path, ("spec", "provides", provided.index(capability)))


def unclear_stage(mesh: Mesh) -> Manifest | None:
    """A stage of which it is not known what it provides: that may be whatever seems to be missing."""
    partly = (stage.manifest for stage in mesh.stages if not _tells_what_it_provides(stage))
    return next(iter((*mesh.unread("Stage"), *partly)), None)


def nearest(capability: str, known: Collection[str]) -> str | None:
    """The known capability that a mistyped one most likely means; None if none is near."""
    for one in known:
        if one.endswith(f"/{capability}") or capability.endswith(f"/{one}"):
            return one
    likely = near(capability, known, _NEAR)
    return next((one for one in likely if _are_near_in_group(one, capability)), None)


def _are_near_in_group(one: str, other: str) -> bool:
    names = one.rpartition("/")[2], other.rpartition("/")[2]
    return SequenceMatcher(None, *names).ratio() >= _NEAR_IN_GROUP


def _tells_what_it_provides(stage: Stage) -> bool:
    spec = fields.at(stage.manifest.data, "spec")
    provided = spec.get("provides", []) if isinstance(spec, dict) else None
    return isinstance(provided, list) and len(provided) == len(stage.provides)
