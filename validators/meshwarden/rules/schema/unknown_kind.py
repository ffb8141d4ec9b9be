"""A document that looks like a manifest, and is of no kind that meshwarden knows.

A domain.yaml without a kind, a `Domain` of another API group, a mistyped kind, another specification's
document under a contract's name: each is named for what it is, with the nearest kind.

To fix it, write `apiVersion` and `kind` as the message says; convert documents of other specifications, or
move them out of the mesh's folders.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.kinds import KINDS, Kind
from meshwarden.manifests.recognise import Manifest, Standing, nearest
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said


def _check(mesh: Mesh) -> Said:
    for manifest in mesh.manifests:
        if manifest.standing is Standing.UNKNOWN_KIND:
            yield _fault(manifest)


def _fault(manifest: Manifest) -> Fault:
    data, expected = manifest.data, manifest.expected
    said, api = fields.at(data, "kind"), fields.at(data, "apiVersion")
    known = KINDS.get(said) if isinstance(said, str) else None
    meant = expected or known or nearest(said, api)
    hint = _hint(meant)
    wanted = f"; the layout wants a {expected.name} here" if expected else ""
    if manifest.dialect:
        message = f"this is a document of the {manifest.dialect}{wanted}"
        return Fault(message, Place(manifest.path), f"Convert it, or move it out of the mesh. {hint}")
    if not isinstance(data, dict):
        what = "empty" if data is None else "a list" if isinstance(data, list) else "plain text"
        return Fault(f"the document is {what}{wanted}", Place(manifest.path), hint)
    if known and api is not None:
        message = f"`{said}` of `{api}` is not {known.standard}'s {known.name}"
        return Fault(message, Place(manifest.path, ("apiVersion",)), hint)
    missing = "kind" if said is None else "apiVersion" if known else None
    if missing:
        return Fault(f"the document has no `{missing}`{wanted}", Place(manifest.path, (missing,)), hint)
    return Fault(f"`{said}` is no kind that meshwarden knows{wanted}", Place(manifest.path, ("kind",)), hint)


def _hint(meant: Kind | None) -> str:
    if meant is None:
        return f"Known kinds: {', '.join(KINDS)}."
    wanted = f"`apiVersion: {meant.api_versions[-1]}` and `kind: {meant.name}`"
    return f"For {meant.standard}'s {meant.name} write {wanted}."


RULE: Final = MeshRule("schema/unknown-kind", Severity.ERROR, __doc__, waivable=False, check=_check)
