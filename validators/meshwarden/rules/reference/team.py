"""An owner that is no team of the mesh.

Owners are told of what breaks and asked for consent; one that mesh.yaml does not list cannot be reached.

To fix it, name a team of mesh.yaml, `spec.teams`, or add the team there.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.hints import offer
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds

_OWNER: Final[dict[str, Pointer]] = {
    "Domain": ("spec", "owner"),
    "Plane": ("spec", "owner"),
    "Stage": ("spec", "owner"),
    "PlatformProduct": ("spec", "owner"),
    "DataProduct": ("team", "name"),
}


def _check(mesh: Mesh) -> Said:
    teams = mesh.settings.teams
    if teams is None:
        yield NotJudged(MESH_FILE, "it does not tell all teams")
        return
    for manifest in mesh.of_kind(*_OWNER):
        pointer = _OWNER[manifest.kind.name] if manifest.kind else ()
        owner = fields.text(manifest.data, *pointer)
        if owner and owner not in teams:
            hint = offer(owner, teams, "Teams of the mesh")
            yield Fault(f"owner `{owner}` is no team of the mesh", Place(manifest.path, pointer), hint)


RULE: Final = MeshRule("reference/team", Severity.ERROR, __doc__, kinds(*_OWNER), check=_check)
