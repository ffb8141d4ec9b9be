"""A version of a kind's API or standard that meshwarden does not know.

A document is judged by the version that it declares; one of an unknown version cannot be judged.

To fix it, write a known version, and bring the document to what that version says.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Standing
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said


def _check(mesh: Mesh) -> Said:
    for manifest in mesh.manifests:
        kind = manifest.kind
        if manifest.standing is not Standing.UNKNOWN_VERSION or kind is None:
            continue
        api = fields.at(manifest.data, "apiVersion")
        known = ", ".join(f"`{version}`" for version in kind.api_versions)
        message = f"`{api}` is no version of {kind.standard}'s {kind.name} that meshwarden knows"
        near = f"v{api}" if f"v{api}" in kind.api_versions else None
        hint = f"Write `{near}`." if near else f"Known versions: {known}."
        yield Fault(message, Place(manifest.path, ("apiVersion",)), hint)


RULE: Final = MeshRule("schema/version", Severity.ERROR, __doc__, waivable=False, check=_check)
