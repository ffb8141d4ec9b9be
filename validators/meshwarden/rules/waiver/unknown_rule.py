"""A waiver of a rule that is none.

Its rule was mistyped or renamed, and what it was to waive counts.

To fix it, write the rule's id as the finding and `meshwarden rules` show it.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run


def _check(run: Run) -> Said:
    for waiver in run.mesh.waivers:
        if waiver.rule not in run.waivable:
            near = get_close_matches(waiver.rule, run.waivable, n=1, cutoff=0.5)
            hint = f"Did you mean `{near[0]}`?" if near else "`meshwarden rules` lists them."
            place = Place(waiver.path, (*waiver.pointer, "rule"))
            yield Fault(f"`{waiver.rule}` is no rule", place, hint)


RULE: Final = RunRule(
    "waiver/unknown-rule", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
