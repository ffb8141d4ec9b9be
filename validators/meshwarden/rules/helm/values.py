"""Values that the schema of their chart refuses.

A chart says in values.schema.json which values it takes. Helm holds them to it before it renders anything, so
that nothing of the release would be rendered, and tells neither file nor line.

To fix it, follow the message. The values are judged with the chart's own defaults below them: a value that
is refused may be one of these, and has to be said.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    for found in rendered.rendering.left_out(Why.VALUES):
        yield Fault(found.reason, Place(found.path, found.pointer, span=found.span), found.hint)


RULE: Final = RenderedRule("helm/values", Severity.ERROR, __doc__, check=_check)
