"""What tests of the reference platform share: its stages and packages, built by the real Kustomize."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.platform.components import CHECKOUT, Object, build, folders, stages

from meshwarden.tools.find import find


@pytest.fixture(scope="session")
def kustomize() -> Path:
    tool = find("kustomize")
    assert tool is not None, "kustomize is not installed"
    return tool.path


@pytest.fixture(scope="session")
def components(kustomize: Path) -> dict[tuple[str, str], tuple[Object, ...]]:
    """The objects of each component of each stage, by the stage's folder and the component's name."""
    return {
        (folder.relative_to(CHECKOUT).as_posix(), name): tuple(
            entry for path in paths for entry in build(folder / path, kustomize)
        )
        for folder, stage in stages()
        for name, paths in folders(stage).items()
    }
