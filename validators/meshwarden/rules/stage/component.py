"""A component without a way to render.

A component whose folder has no kustomization.yaml is applied by nobody: it would be left out of the stage's
overlays, and what it once installed would be pruned. An operator is installed as its package has it: what the
component says of its namespace has to be so. A module of Terraform is given the variables that it declares,
and all that it asks for.

To fix it, add the kustomization.yaml, correct the path, the namespace or the variable, or remove the
component.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    for found in rendered.rendering.left_out(Why.COMPONENT):
        hint = "Add what is missing, correct what is wrong, or remove the component."
        yield Fault(found.reason, Place(found.path, found.pointer), hint)


RULE: Final = RenderedRule("stage/component", Severity.ERROR, __doc__, check=_check)
