"""Path globs mean what Git means by them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshwarden.manifests.globs import path_glob

PATHS = [
    *(
        "a",
        "b/a",
        "b/a.yaml",
        "b/c/a.yaml",
        "b/c/d/a.yaml",
        "b/c/d.yaml",
        "ab",
        "a]b",
        "b/.a",
        "b-c/a",
        "b/*",
    ),
    *("b/[x]/a", "b/x/a", "b/\\", "b/^", "b/!"),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("globs")
    for path in PATHS:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
    subprocess.run(["git", "init", "-q", "."], cwd=root, check=True)
    subprocess.run(["git", "add", "-A"], cwd=root, check=True)
    return root


def git_finds(root: Path, glob: str) -> set[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--", f":(glob){glob}"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split("\0")) - {""}


def found(glob: str) -> set[str]:
    return {path for path in PATHS if path_glob(glob).fullmatch(path)}


@pytest.mark.parametrize(
    "glob",
    [
        *(
            "**",
            "**/a.yaml",
            "b/**",
            "b/*",
            "b/*.yaml",
            "b/**/a.yaml",
            "b",
            "b/",
            "b/c",
            "b/c/",
            "?",
            "a?b",
            "b?c/a",
        ),
        *(
            "[ab]",
            "[!a]",
            "[^a]",
            "b/[a-c]",
            "a[]]b",
            "b/[[]x[]]/a",
            "b/\\*",
            "b/**/d/*",
            "**/c/**",
            "*/a",
            "*",
        ),
        *("B/a", "nothing", "b/c/d", "b/[", "b/.a", "./b/a", "b//a", "b/[x]/a"),
    ],
)
def test_a_glob_is_git_s(repository: Path, glob: str) -> None:
    assert found(glob) == git_finds(repository, glob)


@settings(max_examples=30)
@given(st.text(alphabet="ab/*?c.-", min_size=1, max_size=8))
def test_any_glob_is_git_s(repository: Path, glob: str) -> None:
    if glob.startswith("/") or ".." in glob:
        return  # Git refuses what leads out of the repository
    assert found(glob) == git_finds(repository, glob)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_glob_can_be_asked(glob: str, path: str) -> None:
    path_glob(glob).fullmatch(path)


@pytest.mark.parametrize(
    ("glob", "path"),
    [
        ("*a" * 60 + "b", "a" * 250),
        ("**/a/" * 60 + "b", "a/" * 250 + "c"),
        ("**/*a*a*a*/" * 20 + "b", "aaaaaaaaaaaaaaaa/" * 100 + "c"),
    ],
)
def test_no_glob_takes_long(glob: str, path: str) -> None:
    """Whoever opens a pull request may write one: trying all that its wildcards may mean would take years."""
    pattern, start = path_glob(glob), time.monotonic()
    assert not pattern.fullmatch(path)
    assert time.monotonic() - start < 1
