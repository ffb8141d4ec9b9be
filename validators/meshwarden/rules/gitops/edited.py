"""A rendered file was edited by hand.

What stands under rendered/ is made from the manifests, and the next render would undo the edit without a
word. The digests beside the files tell an edit from a file that is only stale.

To fix it, change the manifest that the file is rendered from, and run `meshwarden render`.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Severity
from meshwarden.rules.gitops.differences import faults
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    hint = "Change the manifest that it is rendered from, and run `meshwarden render`."
    yield from faults(rendered, "edited", hint)


RULE: Final = RenderedRule("gitops/edited", Severity.ERROR, __doc__, check=_check)
