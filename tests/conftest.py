"""What tests of the whole tool share: the checkout, and scratch copies of its reference mesh."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
MESH = ("mesh.yaml", "waivers.yaml", "domains", "platform", "rendered")


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """A scratch copy of the reference mesh: a plain folder, without Git."""
    mesh = tmp_path / "mesh"
    mesh.mkdir()
    for name in MESH:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, mesh / name)
        else:
            shutil.copy(source, mesh / name)
    return mesh


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def meshwarden() -> Run:
    """Runs the command line as users do: `meshwarden(folder, "check", "--no-render")`."""

    def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "meshwarden", *arguments],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def git() -> Callable[..., str]:
    """Runs git in a folder, as a person with a name; gives what it printed."""
    person = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org"}
    person |= {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org"}

    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env={**os.environ, **person},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    return run
