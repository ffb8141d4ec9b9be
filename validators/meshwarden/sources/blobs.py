"""Files whose content is read from Git's store, and not from disk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from meshwarden.sources import git
from meshwarden.sources.limits import LIMITS

LINK: Final = "a symbolic link: what it leads to is judged where it lies"
SUBMODULE: Final = "a Git submodule"


class Blobs:
    """Entries of the index, by path. Many are read in one call, as each call costs a process."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries: dict[str, git.Entry] = {}
        self._sizes: dict[str, int] = {}
        self._contents: dict[str, bytes] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._entries

    def add(self, entry: git.Entry) -> None:
        self._entries[entry.path] = entry

    def listing(self, skipped: dict[str, str]) -> Iterator[str]:
        """The paths of files; links and submodules are put into `skipped`."""
        for path, entry in self._entries.items():
            if entry.is_submodule or entry.is_link:
                skipped[path] = SUBMODULE if entry.is_submodule else LINK
            else:
                yield path

    def prefetch(self, paths: Iterable[str]) -> None:
        """Reads what is not too large to be read at all."""
        wanted = [self._entries[path].blob for path in paths if path in self._entries]
        self._sizes.update(git.sizes(self._root, (blob for blob in wanted if blob not in self._sizes)))
        small = [blob for blob in wanted if self._sizes[blob] <= LIMITS.bytes]
        self._contents.update(git.blobs(self._root, (blob for blob in small if blob not in self._contents)))

    def size(self, path: str) -> int:
        blob = self._entries[path].blob
        if blob not in self._sizes:
            self.prefetch([path])
        return self._sizes[blob]

    def read(self, path: str) -> bytes:
        blob = self._entries[path].blob
        if blob not in self._contents:
            self._contents.update(git.blobs(self._root, [blob]))
        return self._contents[blob]
