"""A waiver that is over its date.

What it waived counts again from the day after. A date is a promise to look again; one that passes unseen
would make the exception the rule.

To fix it, mend what it waived and remove it; or decide again, with a new date.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run


def _check(run: Run) -> Said:
    for waiver in run.mesh.waivers:
        if waiver.expires < run.today:
            message = f"the waiver of {waiver.rule} expired on {waiver.expires.isoformat()}"
            hint = "Mend what it waived and remove it, or decide again with a new date."
            yield Fault(message, Place(waiver.path, (*waiver.pointer, "expires")), hint)


RULE: Final = RunRule(
    "waiver/expired", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
