"""A domain, product, plane or stage without the manifest that says what it is.

Contracts without a data product are offered by nobody; a stage folder without stage.yaml is applied by
nobody. Both look finished to whoever reads the folder.

To fix it, write the manifest, or delete the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from meshwarden.findings import FILE_START, Fault, Place, Severity
from meshwarden.manifests.kinds import BY_LAYOUT
from meshwarden.manifests.layout import Layout
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said

# What makes a folder one that needs a manifest: files of these patterns in it, or any file at all.
_PARTS: Final = {
    "domain": ("product", "contract", "deployment"),
    "product": ("contract", "deployment"),
    "plane": ("stage", "platformProduct"),
    "stage": None,
    "platformProduct": None,
}


def _check(mesh: Mesh) -> Said:
    layout = mesh.settings.layout
    kinds = ((found, kind) for found in mesh.manifests for kind in (found.kind, found.expected) if kind)
    there = {(kind.layout, found.folder) for found, kind in kinds}
    for key, folder, variables in _wanted(layout, mesh.files):
        if (key, folder) not in there:
            kind, path = BY_LAYOUT[key], layout.path_for(key, variables)
            message = f"the {_what(key)} `{folder}` has no {path.rpartition('/')[2]}"
            yield Fault(
                message, Place(path, span=FILE_START), f"Write the {kind.name}, or delete the folder."
            )


def _wanted(layout: Layout, files: tuple[str, ...]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Pattern, folder and variables of each folder that has parts of a thing, once."""
    seen = set()
    for path in files:
        matched = layout.match(path)
        for key, parts in _PARTS.items():
            if parts is not None and (matched is None or matched[0] not in parts):
                continue
            found = layout.match_folder(key, path)
            if found and (key, found[0]) not in seen:
                seen.add((key, found[0]))
                yield key, *found


def _what(key: str) -> str:
    return {"product": "data product", "platformProduct": "platform product"}.get(key, key)


RULE: Final = MeshRule("layout/missing-manifest", Severity.ERROR, __doc__, check=_check)
