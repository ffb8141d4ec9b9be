"""Rendering for the sake of writing: what it would change, or what the mesh is too broken for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from meshwarden.engine.check import CheckOptions, judged
from meshwarden.engine.opening import Opened, opened
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.rendered_mesh import STOPPING, rendered_files, rendering_of, with_content
from meshwarden.engine.selection import Selection
from meshwarden.errors import CouldNotFinish
from meshwarden.findings import Severity
from meshwarden.render.rendering import Rendering
from meshwarden.render.write import Changes, plan_write
from meshwarden.sources.tree import Tree, walk
from meshwarden.tools.helm import find_helm


@dataclass(frozen=True, slots=True)
class Planned:
    """A rendering, and what writing it would change. `unread` are the manifests that it had to do without."""

    rendering: Rendering
    unread: tuple[str, ...]
    changes: Changes


def plan(tree: Tree, root: Path) -> Planned | Outcome:
    """What `meshwarden render` would write into the mesh's folder `root`; or what the rules say against it.

    It is refused where what a rendering waits for has an error, or could not be judged.
    """
    options = CheckOptions(render=False, selection=Selection(select=STOPPING), fail_on=Severity.ERROR)
    with opened(tree, options.opa, options.selection) as mesh:
        outcome = judged(mesh, options)
        return outcome if outcome.status else _planned(mesh, root)


def _planned(mesh: Opened, root: Path) -> Planned:
    folder = mesh.settings.render_path
    # Also what Git ignores, as whoever does not commit what is rendered has it do. What a sparse checkout
    # leaves out is not on disk, and is Git's to tell.
    there = {**rendered_files(mesh.tree, mesh.listing, folder), **_on_disk(root, folder)}
    rendering = rendering_of(mesh, with_content(mesh), find_helm)
    unread = tuple(sorted(mesh.scanned.mesh.unread_paths))
    return Planned(rendering, unread, plan_write(rendering, there, folder))


def _on_disk(root: Path, folder: str) -> dict[str, bytes]:
    """The files below a folder of the mesh, with their contents; nothing of links."""
    place = root / folder
    if place.is_symlink():
        return {}
    try:
        files = {f"{folder}/{path}": place / path for path in walk(place)} if place.is_dir() else {}
        return {path: file.read_bytes() for path, file in files.items() if S_ISREG(file.lstat().st_mode)}
    except OSError as error:
        raise CouldNotFinish(f"{error.filename} cannot be read: {error.strerror}") from error
