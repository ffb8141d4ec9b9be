"""Rendered files → disk: all of them or none, and never at the cost of a file that somebody else wrote."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish
from meshwarden.render.compare import Standing
from meshwarden.render.digests import SUMS_FILE
from meshwarden.render.exchange import exchange, was_cut_short
from meshwarden.render.outcome import Rendering

_BESIDE: Final = ".{}.meshwarden-new"  # the folder in which the new files grow, beside that of the old ones


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
    _refuse_links(root, (*changes.written, *changes.removed))
    for path in changes.written:
        if (root / path).is_dir() and not (root / path).is_symlink():
            raise CouldNotFinish(f"`{path}` is a folder, and a file is rendered there", "Move it away.")
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
    shutil.rmtree(beside, ignore_errors=True)  # of a run that was killed
    beside.mkdir(parents=True)
    gone = {root / path for path in (*changes.written, *changes.removed)}
    for old in _staying(place, gone) if place.exists() else ():
        _link(old, beside / old.relative_to(place))
    made: set[Path] = set()
    for path, content in changes.written.items():
        new = beside / path.removeprefix(f"{changes.folder}/")
        if new.parent not in made:
            new.parent.mkdir(parents=True, exist_ok=True)
            made.add(new.parent)
        new.write_bytes(content)
    if place.exists():
        shutil.copymode(place, beside)
        exchange(beside, place)
    else:
        beside.rename(place)


def _staying(folder: Path, gone: Collection[Path]) -> Iterator[Path]:
    """What stays below a folder: files, links, and folders that were empty before."""
    entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    for entry in entries:
        path = folder / entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _staying(path, gone)
        elif path not in gone:
            yield path
    if not entries:
        yield folder


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


def _refuse_links(root: Path, paths: Iterable[str]) -> None:
    """A link among the folders would have files written, or removed, somewhere else."""
    folders: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")
        if path.startswith("/") or {"", ".", ".."} & set(parts):
            raise CouldNotFinish(f"`{path}` leads out of the mesh, and is not written")
        folders.update(dict.fromkeys("/".join(parts[:depth]) for depth in range(1, len(parts))))
    for folder in folders:
        if (root / folder).is_symlink():
            raise CouldNotFinish(f"`{folder}` is a symbolic link, and is not written through")
