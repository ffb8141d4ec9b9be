"""The layout of a mesh: path patterns such as `domains/{type}/{domain}/domain.yaml`, and what they match."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

DEFAULT_PATTERNS: Final[Mapping[str, str]] = {
    "domain": "domains/{type}/{domain}/domain.yaml",
    "product": "domains/{type}/{domain}/{product}/data-product.yaml",
    "contract": "domains/{type}/{domain}/{product}/contracts/{contract}.odcs.yaml",
    "deployment": "domains/{type}/{domain}/{product}/deployment.yaml",
    "waivers": "waivers.yaml",
    "baseline": "baseline.json",
    "plane": "platform/{plane}/plane.yaml",
    "stage": "platform/{plane}/{layer}_{stage}/stage.yaml",
    "platformProduct": "platform/{plane}/products/{product}/product.yaml",
}
TYPES: Final[Mapping[str, str]] = {
    "source-aligned": "sourceAligned",
    "aggregate": "aggregate",
    "consumer-aligned": "consumerAligned",
}
PLANES: Final[Mapping[str, str]] = {
    name: name for name in ("infrastructure-utility", "product-experience", "mesh-experience")
}
_VARIABLE: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")  # other braces stand for themselves
_NEVER: Final = re.compile(r"(?!)")
_MOST_IN_A_SEGMENT: Final = 3  # variables, as the time to try all their lengths grows with each


@dataclass(frozen=True)
class Layout:
    """Where manifests lie. `types` and `planes` map a mesh's own folder names to the standard ones."""

    patterns: Mapping[str, str] = field(default_factory=lambda: DEFAULT_PATTERNS)
    types: Mapping[str, str] = field(default_factory=lambda: TYPES)
    planes: Mapping[str, str] = field(default_factory=lambda: PLANES)

    @cached_property
    def folders(self) -> tuple[str, ...]:
        """The mesh's folders, each with a final `/`: the literal beginnings of the patterns."""
        begun = {pattern[: found.start()] for pattern in self._clean if (found := _VARIABLE.search(pattern))}
        folders = {beginning[: beginning.rfind("/") + 1] for beginning in begun}
        return tuple(sorted(name for name in folders if not _has_parent(name, folders)))

    @cached_property
    def files(self) -> frozenset[str]:
        """The manifests that lie at one fixed path, such as waivers.yaml."""
        return frozenset(pattern for pattern in self._clean if not _VARIABLE.search(pattern))

    def holds(self, path: str) -> bool:
        """Whether `path` lies in one of the mesh's folders."""
        return path.startswith(self.folders)

    def match(self, path: str) -> tuple[str, dict[str, str]] | None:
        """The pattern's key that `path` matches, and what its variables stand for; None if none."""
        for key, pattern in self._compiled.items():
            if found := pattern.fullmatch(path):
                return key, found.groupdict()
        return None

    def match_folder(self, key: str, path: str) -> tuple[str, dict[str, str]] | None:
        """The folder around `path` in which the manifest of pattern `key` would lie, and its variables.

        None also where the pattern tells no such folder: its file's name varies, or it has no folder.
        """
        found = self._compiled_folders[key].match(path)
        return (found.group(0).rstrip("/"), found.groupdict()) if found else None

    def path_for(self, key: str, variables: Mapping[str, str]) -> str:
        """The pattern `key` with the variables that are known filled in."""
        return _VARIABLE.sub(lambda found: variables.get(found[1], found[0]), self.patterns[key])

    @cached_property
    def _clean(self) -> tuple[str, ...]:
        return tuple(_normal(pattern) for pattern in self.patterns.values())

    @cached_property
    def _compiled(self) -> dict[str, re.Pattern[str]]:
        return {key: self._compile(_normal(pattern)) for key, pattern in self.patterns.items()}

    @cached_property
    def _compiled_folders(self) -> dict[str, re.Pattern[str]]:
        split = {key: _normal(pattern).rpartition("/") for key, pattern in self.patterns.items()}
        return {
            key: _NEVER if not folder or _VARIABLE.search(name) else self._compile(f"{folder}/")
            for key, (folder, _, name) in split.items()
        }

    def _compile(self, pattern: str) -> re.Pattern[str]:
        if any(len(_VARIABLE.findall(segment)) > _MOST_IN_A_SEGMENT for segment in pattern.split("/")):
            return _NEVER
        seen: set[str] = set()
        parts = _VARIABLE.split(pattern)  # literal, name, literal, name, …
        for index in range(1, len(parts), 2):
            parts[index] = self._group(parts[index], seen)
        parts[::2] = map(re.escape, parts[::2])
        return re.compile("".join(parts))

    def _group(self, name: str, seen: set[str]) -> str:
        if name in seen:
            return f"(?P={name})"
        seen.add(name)
        return f"(?P<{name}>{self._variable(name)})"

    def _variable(self, name: str) -> str:
        if name == "type":
            return "|".join(map(re.escape, self.types))
        if name == "plane":
            return "|".join(map(re.escape, self.planes))
        return (
            "[0-9]{2}" if name == "layer" else "[^/]+?"
        )  # as short as can be: `{a}_{b}` splits at the first _


def _normal(pattern: str) -> str:
    """The pattern as paths are written: without `./` and empty segments. An absolute one matches no path."""
    if pattern.startswith("/"):
        return pattern
    return "/".join(part for part in pattern.split("/") if part not in {"", "."})


def _has_parent(folder: str, folders: set[str]) -> bool:
    return any(other != folder and folder.startswith(other) for other in folders)
