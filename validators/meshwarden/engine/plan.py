"""Rendering for the sake of writing: what it would change, or what the mesh is too broken for."""

from __future__ import annotations

from dataclasses import dataclass

from meshwarden.engine.check import CheckOptions, judged
from meshwarden.engine.opening import Opened, opened
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.rendered_mesh import STOPPING, rendered_files, rendering_of, with_content
from meshwarden.engine.selection import Selection
from meshwarden.findings import Severity
from meshwarden.render.rendering import Rendering
from meshwarden.render.write import Changes, plan_write
from meshwarden.sources.tree import Tree
from meshwarden.tools.helm import find_helm


@dataclass(frozen=True, slots=True)
class Planned:
    """A rendering, and what writing it would change. `unread` are the manifests that it had to do without."""

    rendering: Rendering
    unread: tuple[str, ...]
    changes: Changes


def plan(tree: Tree) -> Planned | Outcome:
    """What `meshwarden render` would write into the mesh's folder; or what the rules say, if it is refused.

    It is where what a rendering waits for has an error, or could not be judged.
    """
    options = CheckOptions(render=False, selection=Selection(select=STOPPING), fail_on=Severity.ERROR)
    with opened(tree, options.opa, options.selection) as mesh:
        outcome = judged(mesh, options)
        return outcome if outcome.status else planned(mesh)


def planned(mesh: Opened) -> Planned:
    """What writing the rendering of a mesh would change, whether the mesh is broken or not."""
    rendering = rendering_of(mesh, with_content(mesh), find_helm)
    there = rendered_files(mesh.tree, mesh.listing, mesh.settings.render_path)
    unread = tuple(sorted(mesh.scanned.mesh.unread_paths))
    return Planned(rendering, unread, plan_write(rendering, there, mesh.settings.render_path))
