"""A retention that the storage does not keep, or keeps longer than the contract allows.

The retention of a contract becomes a rule of the storage that its data lies in. Where that cannot be, data is
deleted that was promised, or kept that has to go; mostly nobody notices before an audit does.

Where `element` names schema objects, the retention is of these alone: each topic and table is kept as its own
says. A bucket's lifecycle is of all that a contract has in it, and cannot tell its objects apart.

To fix it, give the retention a positive value in years, months, weeks, days, hours, minutes or seconds, and
the data a storage that can keep to it. An `element` names a schema object, or one of its columns.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    for found in rendered.rendering.left_out(Why.RETENTION):
        hint = "Say it as a positive number of y, m, w, d, h, min or s, or change where the data lies."
        yield Fault(found.reason, Place(found.path, found.pointer), hint)


RULE: Final = RenderedRule("sla/retention", Severity.ERROR, __doc__, check=_check)
