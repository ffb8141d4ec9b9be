"""A version of a kind's API or standard that meshwarden does not know.

A document is judged by the version that it declares; one of an unknown version cannot be judged.

To fix it, write a known version, and bring the document to what that version says.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.kinds import DATA_CONTRACT, Kind
from meshwarden.manifests.recognise import Standing
from meshwarden.manifests.wording import listed
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said

_FROM_ODCS_2: Final = (
    "ODCS 2 has to be rewritten: `uuid` became `id`, `datasetDomain` `domain`, `quantumName` `dataProduct`, "
    "`dataset` `schema`, `columns` `properties`, `stakeholders` `team`; its changelog tells the rest."
)


def _check(mesh: Mesh) -> Said:
    for manifest in mesh.manifests:
        kind = manifest.kind
        if manifest.standing is not Standing.UNKNOWN_VERSION or kind is None:
            continue
        api = str(fields.at(manifest.data, "apiVersion"))
        message = f"`{api}` is no version of {kind.standard}'s {kind.name} that meshwarden knows"
        yield Fault(message, Place(manifest.path, ("apiVersion",)), _hint(kind, api))


def _hint(kind: Kind, api: str) -> str:
    """What to write instead: the version that was meant, or those that there are and how to get there."""
    near = [version for version in kind.api_versions if version.startswith(f"v{api.removeprefix('v')}")]
    if near:
        return f"Write `{near[-1]}`."
    known = f"Known versions: {listed(kind.api_versions)}."
    older = kind is DATA_CONTRACT and api.removeprefix("v").startswith("2.")
    return f"{known} {_FROM_ODCS_2}" if older else known


RULE: Final = MeshRule("schema/version", Severity.ERROR, __doc__, waivable=False, check=_check)
