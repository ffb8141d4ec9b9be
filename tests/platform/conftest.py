"""What tests of the reference platform share: its stages, built by the real Kustomize."""

from __future__ import annotations

import pytest
from tests.platform.components import CHECKOUT, Object, build, folders, stages

from meshwarden.tools.find import find


@pytest.fixture(scope="session")
def components() -> dict[tuple[str, str], tuple[Object, ...]]:
    """The objects of each component of each stage, by the stage's folder and the component's name."""
    tool = find("kustomize")
    if tool is None:
        pytest.skip("no kustomize is found")
    return {
        (folder.relative_to(CHECKOUT).as_posix(), name): tuple(
            entry for path in paths for entry in build(folder / path, tool.path)
        )
        for folder, stage in stages()
        for name, paths in folders(stage).items()
    }
