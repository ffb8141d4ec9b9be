"""Which mesh a command works on, and what the paths on its command line mean there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from meshwarden.errors import WrongUsage
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.sources import git
from meshwarden.sources.tree import FolderTree, IndexTree, Tree


def mesh_root(start: Path) -> Path:
    """The folder of the mesh that `start` lies in: the nearest above it with a mesh.yaml.

    The search ends at the root of the Git work tree. `WrongUsage` if there is none.
    """
    start = start.resolve()
    if (start / MESH_FILE).is_file():
        return start
    top = git.top_level(start)
    for folder in (start, *start.parents):
        if (folder / MESH_FILE).is_file():
            return folder
        if folder == top:
            break
    raise WrongUsage(
        f"there is no {MESH_FILE} in {start} or above it",
        f"Go to the folder of a mesh (`-C DIR` does that, too). To begin one, write a {MESH_FILE}.",
    )


def files_of(root: Path, *, staged: bool) -> Tree:
    """The files to judge: of the index alone, or of the work tree. `WrongUsage` for an index without Git."""
    if not staged:
        return FolderTree(root)
    if not git.is_work_tree(root):
        raise WrongUsage("--staged needs a Git repository, and this is none")
    return IndexTree(root)


def paths_in(root: Path, given: Sequence[str], start: Path) -> tuple[str, ...]:
    """The paths of a command line, as they stand from `start`, relative to the mesh's folder."""
    found = []
    for path in given:
        absolute = (start / path).resolve() if not (start / path).is_symlink() else (start / path).absolute()
        if not absolute.is_relative_to(root):
            raise WrongUsage(f"{path} lies outside of the mesh in {root}")
        relative = absolute.relative_to(root).as_posix()
        found.append("" if relative == "." else relative)
    return tuple(found)
