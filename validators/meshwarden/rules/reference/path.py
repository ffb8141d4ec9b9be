"""A manifest names a file or folder that is not there, or that lies outside of the mesh.

A chart, a module, a package or a kustomize folder is named by its path below the manifest's own folder. What
is not there is not applied, and what lies elsewhere is not this manifest's to apply.

To fix it, correct the path, or add what it names.
"""

from __future__ import annotations

import posixpath
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests.hints import offer
from meshwarden.manifests.named_paths import named_paths, named_products
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.sources.tree import with_folders


def _check(mesh: Mesh) -> Said:
    yield from _products(mesh)
    there = with_folders(mesh.files)
    for manifest in mesh.of_kind("Stage", "PlatformProduct", "DataProductDeployment"):
        kind = manifest.kind.name if manifest.kind else ""
        for pointer, path in named_paths(kind, manifest.data):
            target = posixpath.normpath(posixpath.join(manifest.folder, path))
            if not f"{target}/".startswith(f"{manifest.folder}/") or path.startswith("/"):
                message = f"`{path}` leads out of `{manifest.folder}`"
            elif target not in there:
                message = f"`{path}` is not there: `{manifest.folder}` has no such file or folder"
            else:
                continue
            hint = "Name a path below the manifest's folder, or add what it names."
            yield Fault(message, Place(manifest.path, pointer), hint)


def _products(mesh: Mesh) -> Said:
    """Components and runtimes that name a product of the platform which there is not."""
    names = {product.name for product in mesh.platform_products}
    unread = mesh.unread("PlatformProduct")
    for manifest in mesh.of_kind("Stage", "DataProductDeployment"):
        for pointer, name in named_products(manifest.data):
            if name in names:
                continue
            if unread:
                yield NotJudged(manifest.path, f"{unread[0].path} cannot be read")
            else:
                hint = offer(name, names, "Products of the platform")
                message = f"`{name}` is no product of the platform"
                yield Fault(message, Place(manifest.path, pointer), hint)


RULE: Final = MeshRule(
    "reference/path",
    Severity.ERROR,
    __doc__,
    kinds("Stage", "PlatformProduct", "DataProductDeployment"),
    check=_check,
)
