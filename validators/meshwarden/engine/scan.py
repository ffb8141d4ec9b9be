"""A tree of files → the mesh: manifests are read and recognised, and nothing is passed over unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.engine.reading import read_manifest
from meshwarden.manifests import fields
from meshwarden.manifests.kinds import BY_LAYOUT
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.manifests.settings import MESH_FILE, Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.sources.tree import Listing, Tree

_ENDINGS: Final = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class Scan:
    """What a tree holds.

    `content` are the files that belong to components and packages, each with the manifest that owns it;
    `skipped` the files that were not judged, each with the reason.
    """

    mesh: Mesh
    content: Mapping[str, str]
    skipped: Mapping[str, str]


def scan(tree: Tree, listing: Listing, mesh_manifest: Manifest, settings: Settings) -> Scan:
    """Reads the manifests of the mesh.

    Files at the places of the layout come first: they tell which folders are components and packages, whose
    files are content and not manifests. What is left is read wherever it lies.
    """
    layout = settings.layout
    skipped = {path: why for path, why in listing.skipped.items() if layout.holds(path)}
    files = [path for path in listing.files if _belongs(path, settings)]
    for path in files:
        if not path.lower().endswith(_ENDINGS):
            skipped[path] = "neither YAML nor JSON"
    candidates = [path for path in files if path.lower().endswith(_ENDINGS)]
    at_place = [path for path in candidates if layout.match(path)]
    tree.prefetch(at_place)
    manifests = [mesh_manifest, *(read_manifest(tree, path, layout) for path in at_place)]
    owners = dict(owner for manifest in manifests for owner in _owned(manifest))
    placed = set(at_place)
    elsewhere = [path for path in candidates if path not in placed and not _owner(path, owners)]
    tree.prefetch(elsewhere)
    for path in elsewhere:
        manifest = read_manifest(tree, path, layout)
        owners.update(_owned(manifest))
        manifests.append(manifest)
    manifests = [found for found in manifests if found.expected or not _owner(found.path, owners)]
    read_paths = {manifest.path for manifest in manifests}
    content = {path: owner for path in files if path not in read_paths and (owner := _owner(path, owners))}
    skipped = {path: why for path, why in skipped.items() if path not in content}
    skipped.update(
        {found.path: "it belongs to nothing" for found in manifests if found.standing is Standing.FOREIGN}
    )
    return Scan(build_mesh(settings, manifests, files), content, dict(sorted(skipped.items())))


def _belongs(path: str, settings: Settings) -> bool:
    """Whether a file lies below the mesh's folders, or at a place of the layout outside of them."""
    if path == MESH_FILE or path.startswith(f"{settings.render_path}/"):
        return False
    if settings.layout.holds(path):
        return True
    matched = settings.layout.match(path) if path in settings.layout.files else None
    return matched is not None and matched[0] in BY_LAYOUT


def _owned(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """The files and folders that belong to a manifest's components or package, each with its path."""
    if not manifest.known or manifest.kind is None:
        return
    spec = fields.mapping(manifest.data, "spec")
    for path in _named_paths(manifest.kind.name, spec):
        clean = path.removeprefix("./").rstrip("/")
        if clean and clean != "." and ".." not in clean.split("/"):
            yield f"{manifest.folder}/{clean}" if manifest.folder else clean, manifest.path


def _named_paths(kind: str, spec: Mapping[str, Any]) -> Iterator[str]:
    if kind == "Stage":
        components = [entry for _, _, entry in fields.named(spec, "components")]
        for environment in fields.entries(spec, "environments"):
            components += [entry for _, _, entry in fields.named(environment, "components")]
        for entry in components:
            yield from _texts(entry, (("kustomize", "path"), ("operator", "path"), ("terraform", "path")))
            yield from _texts(entry, (("helm", "chart"), ("helm", "values")))
    elif kind == "PlatformProduct":
        yield from _texts(spec, (("path",),))
    elif kind == "DataProductDeployment":
        for holder in (spec, *fields.entries(spec, "environments")):
            keys = (("helm", "chart"), ("helm", "values"), ("kubernetes", "path"))
            yield from _texts(fields.mapping(holder, "runtime"), keys)


def _texts(data: Any, pointers: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for pointer in pointers:
        if found := fields.text(data, *pointer):
            yield found


def _owner(path: str, owners: Mapping[str, str]) -> str | None:
    """The manifest that owns a file: by the file itself or a folder above it."""
    while path:
        if path in owners:
            return owners[path]
        path = path.rpartition("/")[0]
    return None
