"""One file of a tree → what it is."""

from __future__ import annotations

from meshwarden.errors import WrongUsage
from meshwarden.manifests.layout import Layout
from meshwarden.manifests.recognise import Manifest, recognise
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.sources.limits import LIMITS
from meshwarden.sources.reader import read, too_large
from meshwarden.sources.tree import Listing, Tree


def read_manifest(tree: Tree, path: str, layout: Layout) -> Manifest:
    """What the file at `path` is; one that is too large is not read."""
    size = tree.size(path)
    document = too_large(path, size) if size > LIMITS.bytes else read(path, tree.read(path))
    return recognise(document, layout)


def read_mesh_file(tree: Tree, listing: Listing) -> Manifest:
    """The mesh's root manifest; `WrongUsage` if there is none to read."""
    if MESH_FILE not in listing.files:
        why = listing.skipped.get(MESH_FILE)
        raise WrongUsage(
            f"{MESH_FILE} cannot be read: it is {why}" if why else f"there is no {MESH_FILE} here",
            f"Run meshwarden in the folder of a mesh, or below it; {MESH_FILE} is what makes it one.",
        )
    return read_manifest(tree, MESH_FILE, Layout())
