"""A stage needs what only the same or a higher layer provides.

Stages are applied layer by layer, from the lowest up: what comes later is not there yet. Layers are the same
in all planes.

To fix it, move one of the stages to another layer, or drop the need.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.mesh.records import Mesh, Stage
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.rules.stage.needs import needs_of, provision


def _check(mesh: Mesh) -> Said:
    for stage in mesh.stages:
        for capability, pointer in needs_of(stage):
            where, late = _too_late(stage, mesh.providers.get(capability, ()))
            without = next((found for found in (stage, *late) if found.layer is None), None)
            if late and without:
                yield NotJudged(without.manifest.path, "its path does not tell its layer")
            elif late:
                yield _fault(stage, capability, where, Place(stage.manifest.path, pointer), late)


def _too_late(stage: Stage, providers: tuple[Stage, ...]) -> tuple[str, tuple[Stage, ...]]:
    """Where no provider comes before the stage, and which there are: of all environments, or in one."""
    groups = [("", providers)]
    groups += [
        (f" in `{name}`", tuple(found for found in providers if name in found.environments))
        for name in stage.environments
    ]
    for where, those in groups:
        if those and not any(_comes_before(found, stage) for found in those):
            return where, those
    return "", ()


def _comes_before(provider: Stage, stage: Stage) -> bool:
    return provider.layer is not None and stage.layer is not None and provider.layer < stage.layer


def _fault(stage: Stage, capability: str, where: str, place: Place, providers: tuple[Stage, ...]) -> Fault:
    first = min(providers, key=lambda found: (found.layer or "", found.name))
    if first is stage:
        message = f"stage `{stage.name}` needs `{capability}`, which it provides itself{where}"
        hint = "Drop the need, or let a stage of a lower layer provide it."
    else:
        message = (
            f"stage `{stage.name}` of layer {stage.layer} needs `{capability}`, "
            f"which{where} comes only with `{first.name}` of layer {first.layer}"
        )
        hint = "A stage needs what stages of lower layers provide."
    related = tuple(Related(provision(found, capability), "provided here") for found in providers)
    return Fault(message, place, hint, related=related)


RULE: Final = MeshRule("stage/order", Severity.ERROR, __doc__, kinds("Stage"), check=_check)
