"""A manifest lies elsewhere than the mesh's layout says.

Manifests are read wherever they lie below the mesh's folders, so nothing is lost; but people and Argo CD
find them by their paths, and a path says which domain, product, plane and stage a manifest belongs to.

To fix it, move the file, or write the layout of your repository down in mesh.yaml, `spec.layout`.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests.kinds import MESH
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said


def _check(mesh: Mesh) -> Said:
    layout = mesh.settings.layout
    for manifest in mesh.manifests:
        kind = manifest.kind
        if not manifest.known or kind is None or kind is manifest.expected:
            continue
        wanted = MESH_FILE if kind is MESH else layout.path_for(kind.layout or "", manifest.variables)
        message = f"a {kind.name} lies here; the layout wants it at `{wanted}`"
        if manifest.expected:
            message = f"a {kind.name} lies where the layout wants a {manifest.expected.name}"
        hint = f"Move it to `{wanted}`, or write your layout into {MESH_FILE}, `spec.layout`."
        yield Fault(message, Place(manifest.path), hint)


RULE: Final = MeshRule("layout/path", Severity.ERROR, __doc__, check=_check)
