"""Something that a contract says and the system that holds its data has no way to say.

It is rendered as far as it goes. What is left has to be seen to by other means, such as a migration that
makes the tables, and nothing here tells whether it was.

To fix it, see to it by other means, and switch the rule off for the domains that do; or keep the data in
a system that can express it.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    for found in rendered.rendering.left_out(Why.NOT_EXPRESSED):
        hint = "It is rendered without that: see to it by other means."
        yield Fault(found.reason, Place(found.path, found.pointer), hint)


RULE: Final = RenderedRule("deployment/not-expressed", Severity.INFO, __doc__, check=_check)
