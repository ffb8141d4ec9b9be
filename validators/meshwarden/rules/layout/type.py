"""The folder of a domain or plane says another type than its manifest.

A domain's type decides what it may consume from, and its folder is what people see. Where the two disagree,
one of them is wrong.

To fix it, correct `spec.type` (of a plane: `metadata.name`), or move the folder.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    layout = mesh.settings.layout
    for domain in mesh.domains.values():
        folder = domain.manifest.variables.get("type")
        wanted = layout.types.get(folder or "")
        if wanted and domain.type and domain.type != wanted:
            message = (
                f"domain `{domain.name}` is {domain.type}, and lies in `{folder}`, where {wanted} domains lie"
            )
            hint = f"Write `{wanted}`, or move the domain's folder."
            yield Fault(message, Place(domain.manifest.path, ("spec", "type")), hint)
    for plane in mesh.planes:
        folder = plane.manifest.variables.get("plane")
        wanted = layout.planes.get(folder or "")
        if wanted and plane.name != wanted:
            message = f"plane `{plane.name}` lies in `{folder}`, where the plane {wanted} lies"
            hint = f"Write `{wanted}`, or move the plane's folder."
            yield Fault(message, Place(plane.manifest.path, ("metadata", "name")), hint)


RULE: Final = MeshRule("layout/type", Severity.ERROR, __doc__, kinds("Domain", "Plane"), check=_check)
