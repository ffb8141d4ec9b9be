"""The contents of files of a tree, many at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from meshwarden.sources.tree import Listing, Tree


@dataclass(frozen=True)
class TreeFiles:
    """The files of a mesh, to be read by where they lie."""

    tree: Tree
    listing: Listing

    def below(self, path: str) -> Mapping[str, bytes]:
        """The file at `path`, or all files below it, with their contents."""
        start = bisect_left(self._paths, f"{path}/")
        beginning = takewhile(lambda found: found.startswith(f"{path}/"), self._paths[start:])
        return contents(self.tree, [*([path] if path in self._there else []), *beginning])

    def skipped(self, path: str) -> str | None:
        """What at or below `path` is there and cannot be read, such as a link; None if all can be."""
        found = ((name, why) for name, why in self.listing.skipped.items() if _is_in(name, path))
        return next((f"`{name}` is {why}" for name, why in found), None)

    @cached_property
    def _paths(self) -> Sequence[str]:
        return sorted(self.listing.files)

    @cached_property
    def _there(self) -> frozenset[str]:
        return frozenset(self.listing.files)


def contents(tree: Tree, paths: Sequence[str]) -> dict[str, bytes]:
    """The contents of files, by their paths."""
    tree.prefetch(paths)
    return {path: tree.read(path) for path in paths}


def _is_in(found: str, path: str) -> bool:
    return found == path or found.startswith(f"{path}/")
