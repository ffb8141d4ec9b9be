"""A capability that no stage provides, or that two provide in one environment.

What nobody provides is waited for in vain; what two provide is installed twice in one cluster, and each of
the two takes the other's objects for its own.

To fix it, add it to what a stage of a lower layer provides, with the component that brings it; of two, let
one provide it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import combinations
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.mesh.records import Mesh, Stage
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.rules.stage.needs import needs_of, provision


def _check(mesh: Mesh) -> Said:
    unread = mesh.unread("Stage")
    for stage in mesh.stages:
        for capability, pointer in needs_of(stage):
            if capability in mesh.providers:
                continue
            if unread:
                yield NotJudged(stage.manifest.path, f"{unread[0].path} cannot be read")
            else:
                message = f"stage `{stage.name}` needs `{capability}`, which no stage provides"
                yield Fault(message, Place(stage.manifest.path, pointer), _hint(mesh, capability))
    for capability, providers in mesh.providers.items():
        yield from _twice(capability, providers)


def _twice(capability: str, providers: tuple[Stage, ...]) -> Iterator[Fault]:
    told: set[str] = set()
    for first, second in combinations(providers, 2):
        both = [name for name in first.environments if name in second.environments]
        if both and second.manifest.path not in told:
            told.add(second.manifest.path)
            where = " and ".join(f"`{name}`" for name in both)
            message = f"`{capability}` is provided by stage `{first.name}` already, in {where}"
            related = (Related(provision(first, capability), "provided here"),)
            hint = "Let one stage provide it in each environment."
            yield Fault(message, provision(second, capability), hint, related=related)


def _hint(mesh: Mesh, capability: str) -> str:
    named = next((stage for stage in mesh.stages if stage.name == capability), None)
    if named:
        provided = ", ".join(f"`{one}`" for one in named.provides) or "nothing"
        return f"A stage needs capabilities, not stages: stage `{capability}` provides {provided}."
    near = get_close_matches(capability, mesh.providers, n=1)
    return f"Did you mean `{near[0]}`?" if near else "Add it to what a stage of a lower layer provides."


RULE: Final = MeshRule("stage/provider", Severity.ERROR, __doc__, kinds("Stage"), check=_check)
