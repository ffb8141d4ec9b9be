"""A manifest names a file or folder that is not there, or that lies outside of the mesh.

A chart, a module, a package or a kustomize folder is named by its path below the manifest's own folder. What
is not there is not applied, and what lies elsewhere is not this manifest's to apply.

To fix it, correct the path, or add what it names.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, Final

from meshwarden.findings import Fault, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.named_paths import COMPONENT_PATHS, RUNTIME_PATHS
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.sources.tree import with_folders


def _check(mesh: Mesh) -> Said:
    yield from _products(mesh)
    there = with_folders(mesh.files)
    for manifest in mesh.of_kind("Stage", "PlatformProduct", "DataProductDeployment"):
        for pointer, path in _named(manifest):
            target = posixpath.normpath(posixpath.join(manifest.folder, path))
            if not f"{target}/".startswith(f"{manifest.folder}/") or path.startswith("/"):
                message = f"`{path}` leads out of `{manifest.folder}`"
            elif target not in there:
                message = f"`{path}` is not there: `{manifest.folder}` has no such file or folder"
            else:
                continue
            hint = "Name a path below the manifest's folder, or add what it names."
            yield Fault(message, Place(manifest.path, pointer), hint)


def _products(mesh: Mesh) -> Iterator[Fault]:
    """Components that name a product of the platform which there is not."""
    names = {product.name for product in mesh.platform_products}
    if mesh.unread("PlatformProduct"):
        return
    for stage in mesh.stages:
        for component in stage.components:
            name = fields.text(component.spec, "product")
            if name and name not in names:
                pointer = (*component.pointer, component.kind, "product")
                hint = f"Products of the platform: {', '.join(sorted(names)) or 'none'}."
                message = f"`{name}` is no product of the platform"
                yield Fault(message, Place(stage.manifest.path, pointer), hint)


def _named(manifest: Manifest) -> Iterator[tuple[Pointer, str]]:
    data, kind = manifest.data, manifest.kind.name if manifest.kind else ""
    if kind == "PlatformProduct":
        yield from _texts(data, ("spec",), (("path",),))
    elif kind == "Stage":
        yield from _components(data, ("spec",))
    for index, _ in fields.mappings(data, "spec", "environments"):
        if kind == "Stage":
            yield from _components(data, ("spec", "environments", index))
        else:
            yield from _texts(data, ("spec", "environments", index, "runtime"), RUNTIME_PATHS)
    if kind == "DataProductDeployment":
        yield from _texts(data, ("spec", "runtime"), RUNTIME_PATHS)


def _components(data: Any, above: Pointer) -> Iterator[tuple[Pointer, str]]:
    for index, _ in fields.mappings(data, *above, "components"):
        yield from _texts(data, (*above, "components", index), COMPONENT_PATHS)


def _texts(data: Any, above: Pointer, below: tuple[tuple[str, ...], ...]) -> Iterator[tuple[Pointer, str]]:
    for keys in below:
        if found := fields.text(data, *above, *keys):
            yield (*above, *keys), found


RULE: Final = MeshRule(
    "reference/path",
    Severity.ERROR,
    __doc__,
    kinds("Stage", "PlatformProduct", "DataProductDeployment"),
    check=_check,
)
