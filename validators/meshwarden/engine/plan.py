"""Rendering for the sake of writing. `stopping` tells whether to refuse it: ask that before `plan`."""

from __future__ import annotations

from dataclasses import dataclass

from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.reading import read_mesh_file
from meshwarden.engine.rendered_mesh import STOPPING, rendered_files, rendering_of
from meshwarden.engine.scan import scan
from meshwarden.engine.selection import Selection
from meshwarden.findings import Severity
from meshwarden.manifests.settings import read_settings
from meshwarden.render.rendering import Rendering
from meshwarden.render.write import Changes, plan_write
from meshwarden.sources.tree import Tree


@dataclass(frozen=True, slots=True)
class Planned:
    """A rendering, and what writing it would change. `unread` are the manifests that it had to do without."""

    rendering: Rendering
    unread: tuple[str, ...]
    changes: Changes


def stopping(tree: Tree) -> Outcome | None:
    """What the rules say that a rendering waits for, if it is an error; else None."""
    options = CheckOptions(render=False, selection=Selection(select=STOPPING), fail_on=Severity.ERROR)
    outcome = check(tree, options)
    return outcome if outcome.status else None


def plan(tree: Tree) -> Planned:
    """What `meshwarden render` would write into the mesh's folder."""
    listing = tree.listing()
    mesh_manifest = read_mesh_file(tree, listing)
    settings = read_settings(mesh_manifest.data)
    scanned = scan(tree, listing, mesh_manifest, settings)
    rendering = rendering_of(tree, scanned)
    changes = plan_write(rendering, rendered_files(tree, listing, settings.render_path))
    return Planned(rendering, tuple(sorted(scanned.mesh.unread_paths)), changes)
