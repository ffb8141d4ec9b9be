"""A YAML or JSON file below the mesh's folders that belongs to nothing.

It is no manifest, and no component or package of a manifest holds it: nobody checks it and nothing is
rendered from it. Most often a kind is missing, a component forgot to name its folder, or a file was left.

To fix it, name its folder in the component or package that it belongs to, move it out of the mesh's
folders, or delete it.
"""

from __future__ import annotations

from typing import Any, Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said

_HINT: Final = "Name its folder in the component or package that it belongs to, move it, or delete it."


def _check(mesh: Mesh) -> Said:
    for manifest in mesh.manifests:
        if manifest.standing is Standing.FOREIGN:
            yield Fault(f"{_described(manifest)} belongs to nothing in the mesh", Place(manifest.path), _HINT)


def _described(manifest: Manifest) -> str:
    data: Any = manifest.data
    kind, api = fields.text(data, "kind"), fields.text(data, "apiVersion")
    if manifest.dialect:
        return f"this {manifest.dialect}"
    if kind and api:
        return f"this `{kind}` of `{api}`"
    return "this file" if data is not None else "this empty file"


RULE: Final = MeshRule("layout/unknown-file", Severity.WARNING, __doc__, check=_check)
