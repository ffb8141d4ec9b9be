"""What Git is asked, always by its plumbing and always NUL-separated."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish

# A file system monitor is a program that the repository's configuration names: it is not to be run.
_GIT: Final = ("git", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_LINK, _SUBMODULE = "120000", "160000"
_NOT_CHECKED_OUT = "S"  # what `ls-files -t` calls an entry that a sparse checkout leaves out
_EMPTY_BLOBS: Final = frozenset(  # of repositories with SHA-1 and with SHA-256
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that Git knows: its path from the folder that was asked, mode and blob id.

    `blob` is empty for a file that is not tracked. `checked_out` is False for what a sparse checkout
    leaves out.
    """

    path: str
    mode: str
    blob: str
    checked_out: bool = True

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def is_submodule(self) -> bool:
        return self.mode == _SUBMODULE


def is_work_tree(folder: Path) -> bool:
    """Whether `folder` lies in a Git work tree, and is none of the folders that it ignores.

    `CouldNotFinish` if it looks so and Git cannot tell: without Git, ignored files would be judged too.
    """
    try:
        asked = _run(folder, "rev-parse", "--is-inside-work-tree", check=False)
    except CouldNotFinish:
        if any((above / ".git").exists() for above in (folder, *folder.resolve().parents)):
            raise
        return False
    if asked.returncode and b"not a git repository" not in asked.stderr:
        raise _failure(asked, "rev-parse")
    if asked.stdout.strip() != b"true":
        return False
    return _run(folder, "check-ignore", "--quiet", ".", check=False).returncode != 0


def top_level(folder: Path) -> Path | None:
    """The root of the work tree that `folder` lies in; None outside of one, and without Git."""
    try:
        asked = _run(folder, "rev-parse", "--show-toplevel", check=False)
    except CouldNotFinish:
        return None
    return Path(os.fsdecode(asked.stdout.removesuffix(b"\n"))) if asked.returncode == 0 else None


def tracked(folder: Path) -> list[Entry]:
    """What stands in the index below `folder`, each path once."""
    entries: dict[str, Entry] = {}
    for line in _split(_run(folder, "ls-files", "-t", "--stage", "-z").stdout):
        about, path = line.split("\t", 1)
        tag, mode, blob, stage = about.split(" ")
        # A conflict has up to three entries: our side counts, else whichever there is.
        if stage in "02" or path not in entries:
            entries[path] = Entry(path, mode, blob, checked_out=tag != _NOT_CHECKED_OUT)
    return list(entries.values())


def untracked(folder: Path) -> list[Entry]:
    """The files below `folder` that are neither tracked nor ignored."""
    listed = _run(folder, "ls-files", "--others", "--exclude-standard", "-z").stdout
    return [Entry(path, "100644", "") for path in _split(listed)]


def staged(folder: Path) -> list[Entry]:
    """What stands in the index below `folder` and would be committed.

    `git add --intent-to-add` makes entries without content, which a commit leaves out. `CouldNotFinish` while
    a merge is not resolved: what would be committed is not decided.
    """
    unmerged = _split(_run(folder, "ls-files", "--unmerged", "-z").stdout)
    if unmerged:
        path = unmerged[0].partition("\t")[2]
        raise CouldNotFinish(
            f"{path} is unmerged: what is staged is not decided", "Resolve the conflict first."
        )
    entries = tracked(folder)
    if not any(entry.blob in _EMPTY_BLOBS for entry in entries):
        return entries
    intended = _run(
        folder, "diff-files", "--ita-invisible-in-index", "--diff-filter=A", "--name-only", "--relative", "-z"
    ).stdout
    left_out = set(_split(intended))
    return [entry for entry in entries if entry.path not in left_out]


def sizes(folder: Path, ids: Iterable[str]) -> dict[str, int]:
    """The sizes in bytes of the blobs named, by id, in one call; `CouldNotFinish` if one is missing."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    out = _run(folder, "cat-file", "--batch-check", stdin=_lines(wanted)).stdout
    return {blob: _size(blob, header) for blob, header in zip(wanted, out.splitlines(), strict=True)}


def blobs(folder: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """The contents of the blobs named, by id, in one call; `CouldNotFinish` if one is missing."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    out = _run(folder, "cat-file", "--batch", stdin=_lines(wanted)).stdout
    contents, at = {}, 0
    for blob in wanted:
        start = out.index(b"\n", at) + 1
        end = start + _size(blob, out[at:start])
        contents[blob] = out[start:end]
        at = end + 1
    return contents


def _lines(ids: list[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in ids).encode()


def _size(blob: str, header: bytes) -> int:
    """The size that a line of cat-file tells: `<id> blob <size>`, or `<id> missing`."""
    parts = header.split()
    if len(parts) != 3:
        raise CouldNotFinish(
            f"git has no object {blob}", "Is this a shallow or partial clone? Fetch it whole."
        )
    return int(parts[2])


def _split(listed: bytes) -> list[str]:
    return [os.fsdecode(part) for part in listed.split(b"\0") if part]


def _run(
    folder: Path, *arguments: str, stdin: bytes = b"", check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    try:
        done = subprocess.run(
            [*_GIT, *arguments],
            cwd=folder,
            env=_environment(),
            input=stdin,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise CouldNotFinish(f"git could not be started: {error}") from error
    if check and done.returncode != 0:
        raise _failure(done, arguments[0])
    return done


def _environment() -> dict[str, str]:
    """The environment of this process, fit for asking from any folder.

    Within a hook GIT_INDEX_FILE names the index of this very commit, and stays. In a linked work tree a hook
    also gets GIT_DIR, with which Git takes the folder that it is asked from for the root of the work tree.
    """
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    if "GIT_WORK_TREE" not in environment:
        environment.pop("GIT_DIR", None)
    return environment


def _failure(done: subprocess.CompletedProcess[bytes], what: str) -> CouldNotFinish:
    said = done.stderr.decode(errors="replace").strip()
    return CouldNotFinish(f"git {what} failed with status {done.returncode}: {said}")
