"""A change of a contract changes what it should, and nothing else.

The mesh in `changes/mesh` has one contract, rendered to every system. Each change in `changes/changes.yaml`
has a snapshot in `changes/snapshots`: the change, and the difference that it makes to the rendered files.
After a change to what is rendered they are written anew, and read, with

    MESHWARDEN_WRITE_SNAPSHOTS=1 pytest tests/render/test_changes.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import cache
from pathlib import Path

import pytest
import yaml
from tests.render.meshes import files_of, mesh_of

from meshwarden.render.digests import SUMS_FILE
from meshwarden.render.rendering import Rendering, render_mesh

FOLDER = Path(__file__).parent / "changes"
SNAPSHOTS = FOLDER / "snapshots"
WRITE = bool(os.environ.get("MESHWARDEN_WRITE_SNAPSHOTS"))


@dataclass(frozen=True)
class Change:
    """A text in a file of the mesh that becomes another."""

    name: str
    path: str
    old: str
    new: str


CHANGES = [Change(**said) for said in yaml.safe_load((FOLDER / "changes.yaml").read_text())]


@cache
def files() -> Mapping[str, str]:
    return files_of(FOLDER / "mesh")


@cache
def before() -> Rendering:
    return render_mesh(mesh_of(files()))


def snapshot(change: Change) -> str:
    """The change of the manifest, and what becomes of the rendered files."""
    assert files()[change.path].count(change.old) == 1, change.name
    text = files()[change.path].replace(change.old, change.new)
    found = render_mesh(mesh_of({**files(), change.path: text}))
    differences = [_difference(change.path, files()[change.path], text)]
    differences += _differences(before().files, found.files)
    told = sorted(
        {entry.reason for entry in found.not_rendered} - {entry.reason for entry in before().not_rendered}
    )
    return "\n".join([*differences, *(f"# {reason}\n" for reason in told)])


def _differences(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    """What differs, by path: but for the digests, which differ wherever something else does."""
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) != new.get(path) and not path.endswith(SUMS_FILE):
            yield _difference(path, old.get(path, b"").decode(), new.get(path, b"").decode())


def _difference(path: str, old: str, new: str) -> str:
    lines = unified_diff(
        old.splitlines(),
        new.splitlines(),
        fromfile=path if old else "/dev/null",
        tofile=path if new else "/dev/null",
        lineterm="",
    )
    return "".join(f"{line}\n".replace(" \n", "\n") for line in lines)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_change_changes_what_it_should(change: Change) -> None:
    place = SNAPSHOTS / f"{change.name}.diff"
    found = snapshot(change)
    if WRITE:
        place.parent.mkdir(exist_ok=True)
        place.write_text(found)
    assert found == place.read_text()


def test_no_snapshot_is_left_over() -> None:
    assert {path.stem for path in SNAPSHOTS.iterdir()} == {change.name for change in CHANGES}


def test_a_new_version_alone_changes_nothing() -> None:
    """The version is the contract's: what it says is what counts."""
    assert "rendered/" not in (SNAPSHOTS / "19-new-version.diff").read_text()
