"""A file under rendered/ that nothing is rendered to.

Left from a product that is gone, Argo CD would go on syncing it; put there by hand, it is synced without
ever having been checked.

To fix it, run `meshwarden render`, which removes what it once wrote; move what it did not write elsewhere.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Severity
from meshwarden.rules.gitops.differences import faults
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    hint = "Run `meshwarden render`, which removes what it once wrote; move what it did not write elsewhere."
    yield from faults(rendered, "orphan", hint)


RULE: Final = RenderedRule("gitops/orphan", Severity.ERROR, __doc__, check=_check)
