"""The files of a mesh, from wherever they come: the work tree, the index, a plain folder, memory."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from meshwarden.errors import CouldNotFinish
from meshwarden.sources import git


@dataclass(frozen=True, slots=True)
class Listing:
    """What a tree holds: the files that can be read, sorted, and those that cannot, each with the reason."""

    files: tuple[str, ...]
    skipped: Mapping[str, str]


class Tree(Protocol):
    """A mesh's folder at one moment. Paths are relative to it and have `/`."""

    def listing(self) -> Listing:
        """All files, but for what Git ignores."""

    def prefetch(self, paths: Iterable[str]) -> None:
        """Says which files will be read, so that they can be fetched together."""

    def size(self, path: str) -> int:
        """The size of a listed file in bytes, without reading it."""

    def read(self, path: str) -> bytes:
        """The content of a listed file; `CouldNotFinish` if it cannot be read."""


class FolderTree:
    """The files as they lie on disk: tracked by Git or not, but not ignored; without Git, all."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def listing(self) -> Listing:
        if git.is_work_tree(self._root):
            entries = [*git.tracked(self._root), *git.untracked(self._root)]
            paths = [entry.path for entry in entries if not entry.is_submodule]
            skipped = {entry.path: "a Git submodule" for entry in entries if entry.is_submodule}
        else:
            paths, skipped = list(_walk(self._root)), {}
        files = []
        for path in dict.fromkeys(paths):
            reason = self._why_not(path)
            if reason is None:
                files.append(path)
            elif reason:
                skipped[path] = reason
        return Listing(tuple(sorted(files)), skipped)

    def _why_not(self, path: str) -> str | None:
        """Why a file is not read; None if it is, an empty text if it is not there (tracked and deleted)."""
        try:
            mode = (self._root / path).lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise CouldNotFinish(f"{path} cannot be read: {error.strerror}") from error
        if stat.S_ISLNK(mode):
            return "a symbolic link: what it leads to is judged where it lies"
        return None if stat.S_ISREG(mode) else "no regular file"

    def prefetch(self, paths: Iterable[str]) -> None:
        """Nothing: files are read one by one."""

    def size(self, path: str) -> int:
        return (self._root / path).stat().st_size

    def read(self, path: str) -> bytes:
        try:
            return (self._root / path).read_bytes()
        except OSError as error:
            raise CouldNotFinish(f"{path} cannot be read: {error.strerror}") from error


class IndexTree:
    """The files as they are staged for the next commit."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries = {entry.path: entry for entry in git.tracked(root)}
        self._contents: dict[str, bytes] = {}

    def listing(self) -> Listing:
        skipped = {
            path: "a Git submodule"
            if entry.is_submodule
            else "a symbolic link: what it leads to is judged where it lies"
            for path, entry in self._entries.items()
            if entry.is_submodule or entry.is_link
        }
        return Listing(tuple(sorted(self._entries.keys() - skipped.keys())), skipped)

    def prefetch(self, paths: Iterable[str]) -> None:
        """Reads many files in one call of git: one by one, each costs a process."""
        wanted = [
            self._entries[path].blob for path in paths if self._entries[path].blob not in self._contents
        ]
        self._contents.update(git.blobs(self._root, wanted))

    def size(self, path: str) -> int:
        return len(self.read(path))

    def read(self, path: str) -> bytes:
        blob = self._entries[path].blob
        if blob not in self._contents:
            self.prefetch([path])
        return self._contents[blob]


class MemoryTree:
    """Files that are held in memory, by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def listing(self) -> Listing:
        return Listing(tuple(sorted(self._files)), {})

    def prefetch(self, paths: Iterable[str]) -> None:
        """Nothing: all is there."""

    def size(self, path: str) -> int:
        return len(self._files[path])

    def read(self, path: str) -> bytes:
        return self._files[path]


def _walk(root: Path) -> Iterable[str]:
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if name != ".git")
        for name in sorted(files):
            yield (Path(folder) / name).relative_to(root).as_posix()
        yield from (
            (Path(folder) / name).relative_to(root).as_posix()
            for name in names
            if (Path(folder) / name).is_symlink()
        )
