"""Path globs mean what Git means by them."""

from __future__ import annotations

import re
import subprocess
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
        *(
            "[z-a]",
            "[!z-a]",
            "a[!]b",
            "a[]b",
            "b[+--]c/a",
            "b[--a]c/a",
            "[\\a]",
            "[a-\\c]",
            "[&&a]",
            "[[a]",
            "a[\\]]b",
        ),
        *(
            "**/**/a",
            "**/b/**/a.yaml",
            "**/*/a.yaml",
            "*a*",
            "**/*.*",
            "b/**/c/**",
            "***/a",
            "*/.",
            "*/\\",
            "b/./a",
            "a[]-a]b",
        ),
    ],
)
def test_a_glob_is_git_s(repository: Path, glob: str) -> None:
    assert found(glob) == git_finds(repository, glob)


@settings(max_examples=200, derandomize=True)
@given(
    st.text(alphabet="ab/*?c.-", min_size=1, max_size=8)
    | st.text(alphabet="ab*[]!^-\\", min_size=1, max_size=7)
)
def test_any_glob_is_git_s(repository: Path, glob: str) -> None:
    if glob.startswith("/") or ".." in glob:
        return  # Git refuses what leads out of the repository
    if re.search(r"\[[^]]*/", glob):
        return  # a class ends with its segment, as it never holds a slash; to Git it goes on
    if re.search(r"[^/*]\*\*|\*\*[^/*]", glob):
        return  # Git calls `**` within a segment invalid, and reads it by what stands before
    assert found(glob) == git_finds(repository, glob)


@pytest.mark.parametrize(
    "glob",
    ["x" + "*" * 5000 + "y", "*a" * 40 + "b", "**/" * 2000 + "b", "**/a/" * 30 + "b", "**/*a*a*a/" * 9 + "b"],
)
def test_no_glob_takes_long(glob: str) -> None:
    """Trying all ways in which such a glob could match would not end in a lifetime."""
    assert not path_glob(glob).fullmatch("a/" * 40 + "a" * 60 + "c/c")


@given(st.text(max_size=40) | st.text(alphabet="a[]!^-\\&|~*?/", max_size=12), st.text(max_size=40))
def test_any_glob_can_be_asked(glob: str, path: str) -> None:
    path_glob(glob).fullmatch(path)
