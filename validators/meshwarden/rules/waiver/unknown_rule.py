"""A waiver of a rule that is none.

Its rule was mistyped or renamed, and what it was to waive counts.

To fix it, write the rule's id as the finding and `meshwarden rules` show it.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests.hints import offer
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run


def _check(run: Run) -> Said:
    for waiver in run.mesh.waivers:
        if waiver.rule not in run.waivable:
            hint = offer(waiver.rule, run.waivable, "Rules", cutoff=0.5)
            place = Place(waiver.path, (*waiver.pointer, "rule"))
            yield Fault(f"`{waiver.rule}` is no rule", place, hint)


RULE: Final = RunRule(
    "waiver/unknown-rule", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
