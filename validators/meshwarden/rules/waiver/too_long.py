"""A waiver beyond the days that mesh.yaml allows.

mesh.yaml says in `spec.rules.waivers.maximumDays` how many days after the check a waiver may at most expire:
what is accepted is looked at again before long.

To fix it, write an earlier date.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run


def _check(run: Run) -> Said:
    most = run.mesh.settings.waiver_days
    for waiver in run.mesh.waivers if most is not None else ():
        days = (waiver.expires - run.today).days
        if days > (most or 0):
            latest = (run.today + timedelta(days=most or 0)).isoformat()
            message = f"the waiver of {waiver.rule} holds for {days} days more, and {most} is the most"
            place = Place(waiver.path, (*waiver.pointer, "expires"))
            yield Fault(message, place, f"Write {latest}, or an earlier day.")


RULE: Final = RunRule(
    "waiver/too-long", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
