"""Rendered files → disk: all of them or none, and never at the cost of a file that somebody else wrote."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from meshwarden.errors import CouldNotFinish
from meshwarden.render.compare import Standing
from meshwarden.render.digests import NEW, SUMS_FILE
from meshwarden.render.outcome import Rendering


@dataclass(frozen=True)
class Changes:
    """What writing a rendering does to the files there are: `written` by path, and `removed`.

    `blocked` are files that stand where something is rendered to and that meshwarden did not write: while
    there are any, nothing is written. `underway` are SHA256SUMS that tell old and new files alike; they are
    in force while files change, so that after a crash no file of meshwarden's is taken for somebody else's.
    `strays` are what such a crash left beside.
    """

    written: Mapping[str, bytes] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    underway: Mapping[str, bytes] = field(default_factory=dict)
    strays: tuple[str, ...] = ()


def plan_write(rendering: Rendering, actual: Mapping[str, bytes]) -> Changes:
    """What changes when `rendering` is written over `actual`, the files below the rendered folder."""
    standing = Standing.of(rendering, actual)
    written = {path: content for path, content in rendering.files.items() if actual.get(path) != content}
    blocked = [
        path for path in written if path in actual and path not in standing.recorded and not _is_sums(path)
    ]
    strays = tuple(sorted(path for path in standing.leftovers if path.endswith(NEW)))
    removed = tuple(sorted(standing.leftovers.difference(strays)))
    return Changes(written, removed, tuple(blocked), _underway(written, actual), strays)


def _underway(written: Mapping[str, bytes], actual: Mapping[str, bytes]) -> dict[str, bytes]:
    """For each SHA256SUMS that changes, one with all lines that it has and will have."""
    found = {}
    for path in filter(_is_sums, written):
        lines = {*actual.get(path, b"").splitlines(), *written[path].splitlines()}
        found[path] = b"".join(line + b"\n" for line in sorted(lines))
    return found


def write(root: Path, changes: Changes) -> None:
    """Bring the files below the mesh's folder `root` to what `changes` wants.

    Everything new is written beside its place first, and then moved there, so that a full disk changes
    nothing. After a crash in between, rendering again comes to the same end. Raises `CouldNotFinish` if a
    file or folder cannot be written, if a folder is a symbolic link, or if a file of somebody else's is in
    the way.
    """
    if changes.blocked:
        raise CouldNotFinish(
            f"`{changes.blocked[0]}` was not written by meshwarden, and would be overwritten"
            + (f", as {len(changes.blocked) - 1} more" if len(changes.blocked) > 1 else ""),
            hint="move it away, or delete it if it is not needed; then render again",
        )
    for path in (*changes.written, *changes.removed, *changes.strays):
        _refuse_links(root, path)
        if (root / path).is_dir():
            raise CouldNotFinish(f"`{path}` is a folder, and a file is rendered there", "Move it away.")
    try:
        _write(root, changes)
    except OSError as error:
        raise CouldNotFinish(f"{error.filename or root}: cannot be written: {error.strerror}") from error


def _write(root: Path, changes: Changes) -> None:
    sums = {path for path in changes.written if _is_sums(path)}
    for path in changes.strays:
        (root / path).unlink(missing_ok=True)
    staged: list[Path] = []
    try:
        for path, content in changes.written.items():
            staged.append(_stage(root / path, content))
    except BaseException:
        for leftover in staged:
            leftover.unlink(missing_ok=True)
        raise
    for path, content in changes.underway.items():
        underway = _stage(root / path, content, ending=f".underway{NEW}")
        underway.replace(root / path)
    for path in changes.written:
        if path not in sums:
            _staged(root / path).replace(root / path)
    for path in sorted(changes.removed, key=_is_sums):  # what tells whose they are goes last
        (root / path).unlink(missing_ok=True)
    for path in sums:
        _staged(root / path).replace(root / path)
    _remove_empty(root, changes.removed)


def _stage(place: Path, content: bytes, ending: str = NEW) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(place.name + ending)
    beside.unlink(missing_ok=True)  # of a run that crashed; a link there is not followed
    with beside.open("xb") as file:
        file.write(content)
    return beside


def _is_sums(path: str) -> bool:
    return path.rpartition("/")[2] == SUMS_FILE


def _staged(place: Path) -> Path:
    return place.with_name(place.name + NEW)


def _refuse_links(root: Path, path: str) -> None:
    """A link among the folders would have files written, or removed, somewhere else."""
    parts = path.split("/")
    if path.startswith("/") or {"", ".", ".."} & set(parts):
        raise CouldNotFinish(f"`{path}` leads out of the mesh, and is not written")
    for depth in range(1, len(parts)):
        folder = root.joinpath(*parts[:depth])
        if folder.is_symlink():
            raise CouldNotFinish(
                f"`{'/'.join(parts[:depth])}` is a symbolic link, and is not written through"
            )


def _remove_empty(root: Path, removed: Iterable[str]) -> None:
    """Folders in which nothing is left, from the inside out."""
    folders = {os.path.dirname(path) for path in removed}  # noqa: PTH120 -- paths relative to the mesh, with `/`
    for innermost in sorted(folders, key=len, reverse=True):
        folder = innermost
        while folder and _is_removed(root / folder):
            folder = folder.rpartition("/")[0]


def _is_removed(folder: Path) -> bool:
    """Removes a folder if it is empty; whether it is gone."""
    with suppress(OSError):
        folder.rmdir()
    return not folder.exists()
