"""A rendered file is not what the manifests say now.

Argo CD syncs what is committed under rendered/. A manifest that was changed without rendering again is
merged and does nothing; the next render, for somebody else's change, then brings it along unseen.

To fix it, run `meshwarden render` and commit what it wrote.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Severity
from meshwarden.rules.gitops.differences import faults
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    yield from faults(rendered, "stale", "Run `meshwarden render`, and commit what it wrote.")


RULE: Final = RenderedRule("gitops/stale", Severity.ERROR, __doc__, check=_check)
