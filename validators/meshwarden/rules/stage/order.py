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
            providers = mesh.providers.get(capability, ())
            without = next((found for found in (stage, *providers) if found.layer is None), None)
            if not providers or any(_comes_before(found, stage) for found in providers):
                continue
            if without:
                yield NotJudged(without.manifest.path, "its path does not tell its layer")
                continue
            yield _fault(stage, capability, Place(stage.manifest.path, pointer), providers)


def _comes_before(provider: Stage, stage: Stage) -> bool:
    return provider.layer is not None and stage.layer is not None and provider.layer < stage.layer


def _fault(stage: Stage, capability: str, place: Place, providers: tuple[Stage, ...]) -> Fault:
    first = min(providers, key=lambda found: (found.layer or "", found.name))
    if first is stage:
        message = f"stage `{stage.name}` needs `{capability}`, which it provides itself"
    else:
        message = (
            f"stage `{stage.name}` of layer {stage.layer} needs `{capability}`, "
            f"which comes only with `{first.name}` of layer {first.layer}"
        )
    related = tuple(Related(provision(found, capability), "provided here") for found in providers)
    return Fault(message, place, "A stage needs what stages of lower layers provide.", related=related)


RULE: Final = MeshRule("stage/order", Severity.ERROR, __doc__, kinds("Stage"), check=_check)
