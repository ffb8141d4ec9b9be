"""A capability that no stage provides, or that two provide in one environment.

What nobody provides is waited for in vain; what two provide is installed twice in one cluster, and each of
the two takes the other's objects for its own.

To fix it, add it to what a stage of a lower layer provides, with the component that brings it; of two, let
one provide it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.mesh.records import Mesh, Stage
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.rules.stage.needs import nearest, needs_of, provision, unclear_stage


def _check(mesh: Mesh) -> Said:
    unclear = unclear_stage(mesh)
    for stage in mesh.stages:
        for capability, pointer in needs_of(stage):
            if capability in mesh.providers:
                continue
            if unclear:
                yield NotJudged(stage.manifest.path, f"what {unclear.path} provides is not known")
            else:
                message = f"stage `{stage.name}` needs `{capability}`, which no stage provides"
                yield Fault(message, Place(stage.manifest.path, pointer), _hint(mesh, capability))
    for capability, providers in mesh.providers.items():
        for index, provider in enumerate(providers):
            yield from _again(capability, provider, providers[:index])


def _again(capability: str, provider: Stage, earlier: tuple[Stage, ...]) -> Iterator[Fault]:
    """That a stage provides what others provide already, in the environments where they do."""
    others = [found for found in earlier if set(found.environments) & set(provider.environments)]
    if not others:
        return
    both = (name for name in provider.environments if any(name in found.environments for found in others))
    stages = "stage" if len(others) == 1 else "stages"
    already = " and ".join(f"`{found.name}`" for found in others)
    where = " and ".join(f"`{name}`" for name in both)
    message = f"`{capability}` is provided by {stages} {already} already, in {where}"
    related = tuple(Related(provision(found, capability), "provided here") for found in others)
    hint = "Let one stage provide it in each environment."
    yield Fault(message, provision(provider, capability), hint, related=related)


def _hint(mesh: Mesh, capability: str) -> str:
    named = next((stage for stage in mesh.stages if stage.name == capability), None)
    if named:
        provided = ", ".join(f"`{one}`" for one in named.provides) or "nothing"
        return f"A stage needs capabilities, not stages: stage `{capability}` provides {provided}."
    meant = nearest(capability, mesh.providers)
    return f"Did you mean `{meant}`?" if meant else "Add it to what a stage of a lower layer provides."


RULE: Final = MeshRule("stage/provider", Severity.ERROR, __doc__, kinds("Stage"), check=_check)
