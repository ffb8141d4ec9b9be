"""The files of a mesh, from wherever they come: the work tree, the index, a plain folder, memory."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from meshwarden.errors import CouldNotFinish
from meshwarden.sources import git
from meshwarden.sources.blobs import LINK, SUBMODULE, Blobs

_UNSPEAKABLE_NAME: Final = "its name holds control characters, or bytes that are no UTF-8"
# Controls, line separators, characters that turn the reading direction, and bytes that are no UTF-8.
_UNSPEAKABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


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
    """The files as they lie on disk: tracked by Git or not, but not ignored; without Git, all.

    What a sparse checkout leaves out is read from Git's index: it belongs to the mesh all the same.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._left_out = Blobs(root)
        self._behind_link = cache(self._is_behind_link)

    def listing(self) -> Listing:
        skipped: dict[str, str] = {}
        if git.is_work_tree(self._root):
            paths = []
            for entry in (*git.tracked(self._root), *git.untracked(self._root)):
                if entry.is_submodule:
                    skipped[entry.path] = SUBMODULE
                elif entry.checked_out or (self._root / entry.path).exists():
                    paths.append(entry.path)
                else:
                    self._left_out.add(entry)
        else:
            paths = list(walk(self._root))
        files = list(self._left_out.listing(skipped))
        for path in dict.fromkeys(paths):
            reason = self._why_not(path)
            if reason is None:
                files.append(path)
            elif reason:
                skipped[path.rstrip("/")] = reason
        return _speakable(files, skipped)

    def _why_not(self, path: str) -> str | None:
        """Why a file is not read; None if it is, an empty text if it is not there (tracked and deleted)."""
        if self._behind_link(path.rstrip("/").rpartition("/")[0]):
            return ""  # Git tracks a file where a link stands now: what lies behind it is another one
        try:
            mode = (self._root / path).lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except OSError as error:
            raise _unreadable(path, error) from error
        if stat.S_ISLNK(mode):
            return LINK
        if stat.S_ISDIR(mode):
            return "another Git repository" if path.endswith("/") else ""
        return None if stat.S_ISREG(mode) else "no regular file"

    def _is_behind_link(self, folder: str) -> bool:
        return folder != "" and (
            (self._root / folder).is_symlink() or self._behind_link(folder.rpartition("/")[0])
        )

    def prefetch(self, paths: Iterable[str]) -> None:
        """Nothing for files on disk, which are read one by one."""
        self._left_out.prefetch(paths)

    def size(self, path: str) -> int:
        if path in self._left_out:
            return self._left_out.size(path)
        try:
            return (self._root / path).stat().st_size
        except OSError as error:
            raise _unreadable(path, error) from error

    def read(self, path: str) -> bytes:
        if path in self._left_out:
            return self._left_out.read(path)
        try:
            return (self._root / path).read_bytes()
        except OSError as error:
            raise _unreadable(path, error) from error


class IndexTree:
    """The files as they are staged for the next commit."""

    def __init__(self, root: Path) -> None:
        self._blobs = Blobs(root)
        for entry in git.staged(root):
            self._blobs.add(entry)

    def listing(self) -> Listing:
        skipped: dict[str, str] = {}
        return _speakable(list(self._blobs.listing(skipped)), skipped)

    def prefetch(self, paths: Iterable[str]) -> None:
        self._blobs.prefetch(paths)

    def size(self, path: str) -> int:
        return self._blobs.size(path)

    def read(self, path: str) -> bytes:
        return self._blobs.read(path)


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


def walk(root: Path) -> Iterator[str]:
    """All files below a folder, by their paths from it, and the links to folders, which are not followed."""
    for folder, names, files in os.walk(root, onerror=_stop):
        names[:] = sorted(name for name in names if name != ".git")
        links = [name for name in names if (Path(folder) / name).is_symlink()]
        for name in (*sorted(files), *links):
            yield (Path(folder) / name).relative_to(root).as_posix()


def _stop(error: OSError) -> None:
    raise CouldNotFinish(f"{error.filename} cannot be read: {error.strerror}") from error


def _unreadable(path: str, error: OSError) -> CouldNotFinish:
    return CouldNotFinish(f"{path} cannot be read: {error.strerror}")


def _speakable(files: list[str], skipped: Mapping[str, str]) -> Listing:
    """The listing, in which a path that cannot be printed as it is stands escaped, and is not read.

    Bytes that are no UTF-8 cannot be written into a report; control characters would write lines of it.
    """
    unspeakable = {path: _UNSPEAKABLE_NAME for path in files if _UNSPEAKABLE.search(path)}
    reasons = {_escaped(path): reason for path, reason in {**skipped, **unspeakable}.items()}
    return Listing(tuple(sorted(set(files) - unspeakable.keys())), reasons)


def _escaped(path: str) -> str:
    return _UNSPEAKABLE.sub(_escape, path)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as os.fsdecode gives it
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def with_folders(paths: Iterable[str]) -> set[str]:
    """The paths of files, and of all folders that hold one of them."""
    there = set(paths)
    for path in list(there):
        folder = path.rpartition("/")[0]
        while folder and folder not in there:
            there.add(folder)
            folder = folder.rpartition("/")[0]
    return there
