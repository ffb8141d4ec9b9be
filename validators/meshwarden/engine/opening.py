"""The beginning of every check: the files, mesh.yaml, and OPA, which starts while all else is read."""

from __future__ import annotations

import contextlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from meshwarden.engine.reading import read_mesh_file
from meshwarden.engine.scan import Scan, scan
from meshwarden.engine.selection import Selection
from meshwarden.errors import WrongUsage
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import Settings, read_settings
from meshwarden.policy.modules import Module, Policy, mesh_modules, own_modules, policies
from meshwarden.policy.opa import Opa, OpaAt
from meshwarden.sources.tree import Listing, Tree


@dataclass(frozen=True)
class Opened:
    """A mesh that is about to be checked or rendered. `opa` may still be starting."""

    tree: Tree
    listing: Listing
    mesh_manifest: Manifest
    settings: Settings
    policies: tuple[Policy, ...]
    opa: Opa

    @cached_property
    def scanned(self) -> Scan:
        """What the tree holds: read once, by whoever asks first."""
        return scan(self.tree, self.listing, self.mesh_manifest, self.settings)


@contextlib.contextmanager
def opened(tree: Tree, opa: OpaAt, selection: Selection) -> Iterator[Opened]:
    """Open the mesh in `tree`; what was started ends with the context.

    Raises `WrongUsage` where there is no mesh, `CouldNotFinish` where its files cannot be read.
    """
    listing = tree.listing()
    mesh_manifest = read_mesh_file(tree, listing)
    settings = read_settings(mesh_manifest.data)
    _must_be_apart(settings)
    modules = _modules(tree, listing, settings)
    found = tuple(policies(modules))
    wanted = any(selection.holds(policy.id, settings) for policy in found)
    started = Opa(opa if wanted else OpaAt(), modules)
    try:
        yield Opened(tree, listing, mesh_manifest, settings, found, started)
    finally:
        started.close()


def _must_be_apart(settings: Settings) -> None:
    """Raise `WrongUsage` where rendered files would lie among the manifests, and hide them."""
    rendered = f"{settings.render_path}/"
    folders = tuple(folder for folder in settings.layout.folders if folder)
    if rendered.startswith(folders) or any(folder.startswith(rendered) for folder in folders):
        raise WrongUsage(
            f"mesh.yaml has rendered files in `{settings.render_path}`, among the mesh's own folders",
            "Name another folder in `spec.render.path`.",
        )


def policies_of(tree: Tree, listing: Listing, settings: Settings) -> tuple[Policy, ...]:
    """The policies for a mesh: meshwarden's own, and those in the folders that mesh.yaml names."""
    return tuple(policies(_modules(tree, listing, settings)))


def _modules(tree: Tree, listing: Listing, settings: Settings) -> list[Module]:
    return own_modules() + mesh_modules(_policy_files(tree, listing, settings))


def _policy_files(tree: Tree, listing: Listing, settings: Settings) -> dict[str, bytes]:
    rego = [path for path in listing.files if path.endswith(".rego")]
    paths: set[str] = set()
    for folder in settings.policies:
        found = [path for path in rego if _is_in(path, folder)]
        if not found:  # a mistyped folder would otherwise switch its policies off, and nobody be told
            raise WrongUsage(
                f"mesh.yaml names `{folder}` for policies, and Git has no Rego file there",
                "Correct `spec.policies`, or add the policies.",
            )
        paths.update(found)
    tree.prefetch(sorted(paths))
    return {path: tree.read(path) for path in sorted(paths)}


def _is_in(path: str, folder: str) -> bool:
    wanted = posixpath.normpath(folder)
    return wanted == "." or path.startswith(f"{wanted}/")
