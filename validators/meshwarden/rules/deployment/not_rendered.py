"""Something that a contract or deployment.yaml asks for, and that cannot be made of it.

What is merged is what runs. A name that the system refuses, a place that cannot be read, a table that no
resource can describe would be promised by the contract and made by nobody: nothing is rendered of it, and the
rest is.

To fix it, change what is named. Of a server that lies outside the clusters, say `outside: true` in
deployment.yaml.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    rendering = rendered.rendering
    for found in (*rendering.left_out(Why.REFUSED), *rendering.left_out(Why.CHART)):
        hint = "Nothing is rendered of it as it stands."
        yield Fault(found.reason, Place(found.path, found.pointer), hint)


RULE: Final = RenderedRule("deployment/not-rendered", Severity.ERROR, __doc__, check=_check)
