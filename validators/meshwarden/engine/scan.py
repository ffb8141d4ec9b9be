"""A tree of files → the mesh: manifests are read and recognised, and nothing is passed over unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshwarden.engine.kustomized import reached_from
from meshwarden.engine.outcome import NOT_YAML
from meshwarden.engine.reading import read_manifest
from meshwarden.manifests import fields
from meshwarden.manifests.kinds import BY_LAYOUT
from meshwarden.manifests.layout import Layout
from meshwarden.manifests.named_paths import named_paths, says_where
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.manifests.settings import MESH_FILE, Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.sources.tree import Listing, Tree, with_folders

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
            skipped[path] = NOT_YAML
    candidates = [path for path in files if path.lower().endswith(_ENDINGS)]
    at_place = [path for path in candidates if layout.match(path)]
    tree.prefetch(at_place)
    manifests = [mesh_manifest, *(read_manifest(tree, path, layout) for path in at_place)]
    there = with_folders(files)
    owners = dict(owner for manifest in manifests for owner in _owned(manifest, there))
    owners.update(_without_manifest(layout, candidates, manifests))
    reached = reached_from(owners, tree, layout, there, with_folders(at_place))
    owners.update({path: owner for path, owner in reached.items() if not _owner(path, owners)})
    placed = set(at_place)
    elsewhere = [path for path in candidates if path not in placed and not _owner(path, owners)]
    tree.prefetch(elsewhere)
    for path in elsewhere:
        manifest = read_manifest(tree, path, layout)
        owners.update(_owned(manifest, there))
        manifests.append(manifest)
    # A stage that lies elsewhere may own its folder, and is no content of its own.
    manifests = [
        found for found in manifests if found.expected or _owner(found.path, owners) in (None, found.path)
    ]
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


def _owned(manifest: Manifest, there: set[str]) -> Iterator[tuple[str, str]]:
    """The files and folders that belong to a manifest's components or package, each with its path.

    Where the manifest does not tell them, all below its folder do: the files of a stage whose stage.yaml is
    broken are no unknown files, the one mistake is in stage.yaml.
    """
    if manifest.kind is None or manifest.kind.name not in _OWNERS:
        return
    for path in _named_paths(manifest) if manifest.known else (None,):
        clean = path.removeprefix("./").rstrip("/") if path else None
        if clean is None:
            yield manifest.folder, manifest.path
        elif clean != "." and ".." not in clean.split("/"):
            owned = f"{manifest.folder}/{clean}"
            yield owned if owned in there else manifest.folder, manifest.path


def _without_manifest(
    layout: Layout, candidates: Sequence[str], manifests: Sequence[Manifest]
) -> dict[str, str]:
    """The folders of a stage or package that has no manifest: that one thing is what is missing."""
    there = {found.folder for found in manifests}
    owned = {}
    for path in candidates:
        for key in ("stage", "platformProduct"):
            found = layout.match_folder(key, path)
            if found and found[0] not in there and "/" in path.removeprefix(f"{found[0]}/"):
                owned[path.rpartition("/")[0]] = layout.path_for(key, found[1])
    return owned


_OWNERS: Final = ("Stage", "PlatformProduct", "DataProductDeployment")


def _named_paths(manifest: Manifest) -> Iterator[str | None]:
    """The paths that a manifest names; None where it does not tell all, and any file may be meant."""
    kind = manifest.kind.name if manifest.kind else ""
    named = [path for _, path in named_paths(kind, manifest.data)]
    yield from named
    if kind == "Stage":
        components = fields.entries(manifest.data, "spec", "components")
        if not (components and all(map(says_where, components))):
            yield None
    elif kind == "PlatformProduct" and not named:
        yield None


def _owner(path: str, owners: Mapping[str, str]) -> str | None:
    """The manifest that owns a file: by the file itself or a folder above it."""
    while path:
        if path in owners:
            return owners[path]
        path = path.rpartition("/")[0]
    return None
