"""The components of the reference stages: their folders, definitions, and what Kustomize makes of them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PLATFORM = CHECKOUT / "platform"
NOT_USED = "this mesh does not use the kind"  # what the first lines of such a definition say

Object = Mapping[str, Any]


@dataclass(frozen=True)
class Definition:
    """A CustomResourceDefinition of a component, and whether the mesh uses its kind."""

    path: Path
    crd: Object
    used: bool

    @property
    def name(self) -> str:
        """What the cluster calls it: plural and group."""
        return str(self.crd["metadata"]["name"])

    @property
    def stored(self) -> Object:
        """The version that is stored."""
        return stored(self.crd)

    @property
    def kind(self) -> tuple[str, str]:
        """The apiVersion and kind of its objects."""
        spec = self.crd["spec"]
        return f"{spec['group']}/{self.stored['name']}", spec["names"]["kind"]

    @property
    def schema(self) -> Object:
        """The schema of the version that is stored."""
        return dict(self.stored["schema"]["openAPIV3Schema"])


def stored(crd: Object) -> Object:
    """The version of a CustomResourceDefinition that is stored."""
    (version,) = (version for version in crd["spec"]["versions"] if version["storage"])
    return dict(version)


@cache
def definitions() -> tuple[Definition, ...]:
    """The CustomResourceDefinitions of all components."""
    return tuple(
        Definition(path, yaml.safe_load(text), " ".join(text.split("\n# ")).find(NOT_USED) < 0)
        for path in sorted(PLATFORM.rglob("crds/*.yaml"))
        for text in (path.read_text("utf-8"),)
    )


@cache
def samples() -> tuple[Object, ...]:
    """Objects as people and targets write them: one of each kind that the mesh uses, and some more."""
    return tuple(
        entry
        for path in sorted((Path(__file__).parent / "samples").glob("*.yaml"))
        for entry in yaml.safe_load_all(path.read_text("utf-8"))
    )


def stages() -> Iterator[tuple[Path, Object]]:
    """The stages, by their folders."""
    for path in sorted(PLATFORM.glob("*/*/stage.yaml")):
        yield path.parent, yaml.safe_load(path.read_text("utf-8"))["spec"]


def folders(stage: Object) -> dict[str, tuple[str, ...]]:
    """The Kustomize folders of a stage's components, by name: the one of all environments, then others."""
    found: dict[str, tuple[str, ...]] = {}
    overrides = (entry for entry in stage.get("environments", ()) if isinstance(entry, dict))
    for owner in (stage, *overrides):
        for component in owner.get("components", ()):
            if "kustomize" in component:
                paths = (*found.get(component["name"], ()), component["kustomize"]["path"])
                found[component["name"]] = tuple(dict.fromkeys(paths))
    return found


def build(folder: Path, kustomize: Path) -> tuple[Object, ...]:
    """What the real Kustomize makes of a folder."""
    done = subprocess.run([kustomize, "build", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return tuple(yaml.safe_load_all(done.stdout))
