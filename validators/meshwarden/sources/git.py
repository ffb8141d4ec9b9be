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


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that Git knows: its path from the folder that was asked, mode and blob id.

    `blob` is empty for a file that is not tracked.
    """

    path: str
    mode: str
    blob: str

    @property
    def is_link(self) -> bool:
        return self.mode == _LINK

    @property
    def is_submodule(self) -> bool:
        return self.mode == _SUBMODULE


def is_work_tree(folder: Path) -> bool:
    """Whether `folder` lies in a Git work tree; False also where there is no git."""
    try:
        asked = _run(folder, "rev-parse", "--is-inside-work-tree", check=False)
    except CouldNotFinish:
        return False
    return asked.returncode == 0 and asked.stdout.strip() == b"true"


def top_level(folder: Path) -> Path | None:
    """The root of the work tree that `folder` lies in; None outside of one."""
    asked = _run(folder, "rev-parse", "--show-toplevel", check=False)
    return Path(os.fsdecode(asked.stdout.rstrip(b"\n"))) if asked.returncode == 0 else None


def tracked(folder: Path) -> list[Entry]:
    """What stands in the index below `folder`."""
    entries = []
    for line in _split(_run(folder, "ls-files", "--stage", "-z").stdout):
        about, path = line.split("\t", 1)
        mode, blob, stage = about.split(" ")
        if stage in "02":  # of a conflict, our own side
            entries.append(Entry(path, mode, blob))
    return entries


def untracked(folder: Path) -> list[Entry]:
    """The files below `folder` that are neither tracked nor ignored."""
    listed = _run(folder, "ls-files", "--others", "--exclude-standard", "-z").stdout
    return [Entry(path, "100644", "") for path in _split(listed)]


def blobs(folder: Path, ids: Iterable[str]) -> dict[str, bytes]:
    """The contents of the blobs named, by id, in one call; `CouldNotFinish` if one is missing."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    out = _run(folder, "cat-file", "--batch", stdin="\n".join(wanted).encode() + b"\n").stdout
    contents, at = {}, 0
    for blob in wanted:
        header_end = out.index(b"\n", at)
        header = out[at:header_end].split(b" ")
        if len(header) != 3:
            raise CouldNotFinish(
                f"git has no object {blob}", "Is this a shallow or partial clone? Fetch it whole."
            )
        start = header_end + 1
        at = start + int(header[2])
        contents[blob] = out[start:at]
        at += 1
    return contents


def _split(listed: bytes) -> list[str]:
    return [os.fsdecode(part) for part in listed.split(b"\0") if part]


def _run(
    folder: Path, *arguments: str, stdin: bytes | None = None, check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    # GIT_DIR and GIT_INDEX_FILE stay as they are: within a hook they name the index of this very commit.
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [*_GIT, *arguments], cwd=folder, env=environment, input=stdin, capture_output=True, check=False
        )
    except OSError as error:
        raise CouldNotFinish(f"git could not be started: {error}") from error
    if check and done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise CouldNotFinish(f"git {arguments[0]} failed with status {done.returncode}: {said}")
    return done
