"""Rendered files → disk: all of them or none, and never at the cost of a file that somebody else wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish
from meshwarden.render.compare import Standing
from meshwarden.render.digests import SUMS_FILE
from meshwarden.render.exchange import exchange, was_cut_short
from meshwarden.render.outcome import Rendering

_BESIDE: Final = ".{}.meshwarden-new"  # the folder in which the new files grow, beside that of the old ones


class _Entry(Enum):
    """What lies at a path."""

    FILE = "file"
    FOLDER = "folder"
    LINK = "link"


@dataclass(frozen=True)
class Changes:
    """What writing a rendering into `folder` does to the files there are: `written` by path, and `removed`.

    `blocked` are files that stand where something is rendered to and that meshwarden did not write: while
    there are any, nothing is written.
    """

    folder: str
    written: Mapping[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()


def plan_write(rendering: Rendering, actual: Mapping[str, bytes], folder: str) -> Changes:
    """What changes when `rendering` is written over `actual`, the files below the rendered `folder`."""
    standing = Standing.of(rendering, actual)
    written = {path: content for path, content in rendering.files.items() if actual.get(path) != content}
    blocked = [
        path for path in written if path in actual and path not in standing.recorded and not _is_sums(path)
    ]
    return Changes(folder, written, tuple(sorted(standing.leftovers)), tuple(blocked))


def _is_sums(path: str) -> bool:
    return path.rpartition("/")[2] == SUMS_FILE


def write(root: Path, changes: Changes) -> None:
    """Bring the files below the mesh's folder `root` to what `changes` wants, all at once or not at all.

    The whole folder grows anew beside its place, of the new files and of links to those that stay, and takes
    the place of the old one in one step: neither a full disk nor being killed leaves a mixture. Raises
    `CouldNotFinish` if a file or folder cannot be written, if a folder is a symbolic link, or if a file of
    somebody else's is in the way.
    """
    if changes.blocked:
        raise CouldNotFinish(
            f"`{changes.blocked[0]}` was not written by meshwarden, and would be overwritten"
            + (f", as {len(changes.blocked) - 1} more" if len(changes.blocked) > 1 else ""),
            hint="move it away, or delete it if it is not needed; then render again",
        )
    place = root / changes.folder
    beside = place.with_name(_BESIDE.format(place.name))
    try:
        if was_cut_short(beside, place):
            raise CouldNotFinish(
                f"`{changes.folder}` was put back, as an earlier run was killed", "Run it again."
            )
        if changes.written or changes.removed:
            _write(root, place, beside, changes)
    except OSError as error:
        raise CouldNotFinish(f"{error.filename or root}: cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _write(root: Path, place: Path, beside: Path, changes: Changes) -> None:
    there = dict(_there(place, changes.folder))
    _refuse_links(root, changes, there)
    for path in changes.written:
        if there.get(path) is _Entry.FOLDER:
            raise CouldNotFinish(f"`{path}` is a folder, and a file is rendered there", "Move it away.")
    shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
    beside.mkdir(parents=True)
    for path in _staying(changes, there):
        below = path.removeprefix(f"{changes.folder}/")
        _link(place / below, beside / below)
    folders: dict[str, Path] = {}
    for path, content in changes.written.items():
        folder, _, name = path.removeprefix(f"{changes.folder}/").rpartition("/")
        if folder not in folders:
            folders[folder] = beside / folder
            folders[folder].mkdir(parents=True, exist_ok=True)
        (folders[folder] / name).write_bytes(content)
    if place.exists():
        shutil.copymode(place, beside)
        exchange(beside, place)
    else:
        beside.rename(place)


def _there(place: Path, folder: str) -> Iterator[tuple[str, _Entry]]:
    """All that lies below a place, by path in the mesh."""
    if place.is_symlink() or not place.is_dir():
        return
    for entry in os.scandir(place):
        path = f"{folder}/{entry.name}"
        if entry.is_symlink():
            yield path, _Entry.LINK
        elif entry.is_dir():
            yield path, _Entry.FOLDER
            yield from _there(Path(entry.path), path)
        else:
            yield path, _Entry.FILE


def _staying(changes: Changes, there: Mapping[str, _Entry]) -> Iterator[str]:
    """What stays below a folder: files, links, and folders that were empty before."""
    filled = {path.rpartition("/")[0] for path in there}
    for path in sorted(there.keys() - changes.written.keys() - set(changes.removed)):
        if there[path] is not _Entry.FOLDER or path not in filled:
            yield path


def _link(path: Path, new: Path) -> None:
    """The same file at another place; a copy where the file system has no links."""
    if path.is_dir() and not path.is_symlink():
        new.mkdir(parents=True, exist_ok=True)
        return
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path, new, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(path, new, follow_symlinks=False)


def _refuse_links(root: Path, changes: Changes, there: Mapping[str, _Entry]) -> None:
    """A link among the folders would have files written, or removed, somewhere else."""
    folders: set[str] = set()
    for path in (*changes.written, *changes.removed):
        if not path.startswith(f"{changes.folder}/") or {"", ".", ".."} & set(path.split("/")):
            raise CouldNotFinish(f"`{path}` leads out of the mesh, and is not written")
        folder = path.rpartition("/")[0]
        while folder not in folders and folder:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    for folder in sorted(folders):
        outside = not folder.startswith(f"{changes.folder}/")
        if there.get(folder) is _Entry.LINK or (outside and (root / folder).is_symlink()):
            raise CouldNotFinish(f"`{folder}` is a symbolic link, and is not written through")
