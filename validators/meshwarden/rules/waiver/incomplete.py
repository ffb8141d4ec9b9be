"""A waiver without an owner or a reason.

Whoever reads it later has to know whom to ask, and whether the reason still holds.

To fix it, name the team that answers for it in `owner`, and say in `reason` why the finding is accepted.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.hints import offer
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run

_WANTED: Final = {
    "owner": "Name the team that answers for it.",
    "reason": "Say why the finding is accepted.",
}


def _check(run: Run) -> Said:
    teams = run.mesh.settings.teams
    for manifest in run.mesh.of_kind("WaiverList"):
        for index, entry in fields.mappings(manifest.data, "spec", "waivers"):
            for field, hint in _WANTED.items():
                if fields.text(entry, field) is None:
                    place = Place(manifest.path, ("spec", "waivers", index, field))
                    yield Fault(f"the waiver has no {field}", place, hint)
            owner = fields.text(entry, "owner")
            if owner and teams is not None and owner not in teams:
                place = Place(manifest.path, ("spec", "waivers", index, "owner"))
                message = f"the waiver's owner `{owner}` is no team of the mesh"
                yield Fault(message, place, offer(owner, teams, "Teams of the mesh"))


RULE: Final = RunRule(
    "waiver/incomplete", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
