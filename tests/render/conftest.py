"""What tests of rendering share: the real Kustomize, and what it makes of a rendering."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from meshwarden.render.build import build_overlays, materialise
from meshwarden.render.rendering import Rendering
from meshwarden.tools.find import find

Build = Callable[[Rendering, Mapping[str, str]], dict[str, list[dict[str, Any]]]]


@pytest.fixture(scope="session")
def kustomize() -> Path:
    """The real Kustomize; it is in the workspace's toolchain."""
    tool = find("kustomize")
    if tool is None:
        pytest.skip("no kustomize is found")
    return tool.path


@pytest.fixture
def build(kustomize: Path, tmp_path: Path) -> Build:
    """Builds all overlays of a rendering over hand-written files: the objects of each, by its folder."""

    def run(rendering: Rendering, files: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
        folder = tmp_path / "build"
        materialise({**{path: text.encode() for path, text in files.items()}, **rendering.files}, folder)
        overlays = [overlay for unit in rendering.units for overlay in unit.overlays]
        found = {}
        for built in build_overlays(folder, overlays, kustomize, 4):
            assert built.output is not None, (built.overlay, built.error)
            found[built.overlay] = list(yaml.safe_load_all(built.output))
        return found

    return run
