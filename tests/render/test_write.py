"""Writing: all or nothing, nothing of anybody else's lost, and right again after a crash."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conftest import CHECKOUT
from tests.render.meshes import RIDES, city, rendered, replaced

from meshwarden.errors import CouldNotFinish
from meshwarden.render.alone import alone
from meshwarden.render.compare import compare
from meshwarden.render.rendering import Rendering
from meshwarden.render.write import plan_write, write

UNIT = "rendered/domains/trips/rides"
BUCKET = f"{UNIT}/base/bucket-city-rides.yaml"


def on_disk(root: Path) -> dict[str, bytes]:
    found = (path for path in (root / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def render_to(root: Path, rendering: Rendering) -> None:
    write(root, plan_write(rendering, on_disk(root), "rendered"))


def without_grants() -> Rendering:
    text = city()[f"{RIDES}/deployment.yaml"]
    return rendered({f"{RIDES}/deployment.yaml": text[: text.index("  access:")]})


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    assert on_disk(tmp_path) == rendered().files
    changes = plan_write(rendered(), on_disk(tmp_path), "rendered")
    assert (changes.written, changes.removed) == ({}, ())


def test_one_run_waits_for_another(tmp_path: Path) -> None:
    """Two at once would take each other's files for those of a run that was killed."""
    done: list[str] = []

    def second() -> None:
        with alone(tmp_path, lambda: done.append("waits")):
            done.append("runs")

    with alone(tmp_path, lambda: done.append("never")):
        other = threading.Thread(target=second)
        other.start()
        other.join(0.2)
        assert done == ["waits"]
    other.join()
    assert done == ["waits", "runs"]


def test_a_taken_back_grant_is_removed(tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    render_to(tmp_path, without_grants())
    assert on_disk(tmp_path) == without_grants().files


def test_a_product_that_is_gone_is_removed_with_its_folders(tmp_path: Path) -> None:
    contracts = (f"{RIDES}/contracts/rides.odcs.yaml", f"{RIDES}/contracts/started.odcs.yaml")
    render_to(tmp_path, rendered())
    render_to(tmp_path, rendered(dict.fromkeys(contracts)))
    assert not (tmp_path / "rendered/domains").exists()
    assert (tmp_path / "rendered/argocd").is_dir()


def test_what_somebody_else_wrote_stays(tmp_path: Path) -> None:
    contracts = (f"{RIDES}/contracts/rides.odcs.yaml", f"{RIDES}/contracts/started.odcs.yaml")
    render_to(tmp_path, rendered())
    edited = rendered().files[BUCKET] + b"# mine\n"
    put(tmp_path, {"rendered/notes.txt": b"mine", f"{UNIT}/base/mine.yaml": b"mine", BUCKET: edited})
    render_to(tmp_path, rendered(dict.fromkeys(contracts)))
    found = on_disk(tmp_path)
    assert found["rendered/notes.txt"] == found[f"{UNIT}/base/mine.yaml"] == b"mine"
    assert found[BUCKET] == edited
    assert {path for path in found if path.startswith(UNIT)} == {BUCKET, f"{UNIT}/base/mine.yaml"}


def test_an_edit_to_a_rendered_file_is_undone(tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    put(tmp_path, {BUCKET: b"edited"})
    render_to(tmp_path, rendered())
    assert on_disk(tmp_path) == rendered().files


def test_a_file_in_the_way_stops_everything(tmp_path: Path) -> None:
    put(tmp_path, {BUCKET: b"mine"})
    with pytest.raises(CouldNotFinish, match="was not written by meshwarden"):
        render_to(tmp_path, rendered())
    assert on_disk(tmp_path) == {BUCKET: b"mine"}


@pytest.mark.parametrize("link", ["rendered", "rendered/domains", f"{UNIT}/base"])
def test_links_are_not_written_through(tmp_path: Path, link: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    root = tmp_path / "mesh"
    (root / link).parent.mkdir(parents=True)
    (root / link).symlink_to(outside, target_is_directory=True)
    with pytest.raises(CouldNotFinish, match="symbolic link"):
        write(root, plan_write(rendered(), {}, "rendered"))
    assert list(outside.iterdir()) == []


def test_a_file_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(b"outside")
    root = tmp_path / "mesh"
    (root / BUCKET).parent.mkdir(parents=True)
    (root / BUCKET).symlink_to(outside)
    write(root, plan_write(rendered(), {}, "rendered"))
    assert outside.read_bytes() == b"outside"
    assert (root / BUCKET).read_bytes() == rendered().files[BUCKET]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"rendered/argocd": b"a file"})
    with pytest.raises(CouldNotFinish, match="cannot be written"):
        write(tmp_path, plan_write(rendered(), {}, "rendered"))


@given(crash=st.integers(0, 200), later=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_crash_at_any_step_leaves_all_or_nothing(
    crash: int, later: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """And the next run is right, also when the manifests have changed again by then."""
    root = tmp_path_factory.mktemp("mesh")
    render_to(root, rendered())
    put(root, {"rendered/notes.txt": b"mine"})
    before = on_disk(root)
    with pytest.MonkeyPatch.context() as patches:
        fail_after(patches, crash)
        with suppress(Crash):
            render_to(root, other_rides())
    assert on_disk(root) in (before, {**other_rides().files, "rendered/notes.txt": b"mine"})
    last = without_grants() if later else other_rides()
    render_to(root, last)
    found = on_disk(root)
    assert found.pop("rendered/notes.txt") == b"mine"
    assert found == last.files
    assert [path.name for path in root.iterdir()] == ["rendered"]
    assert compare(last, found, "rendered") == ()


class Crash(BaseException):
    """The machine is switched off."""


def fail_after(patches: pytest.MonkeyPatch, steps: int) -> None:
    """Lets so many files and folders be made, moved or removed, and then no more."""
    left = [steps]

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def step(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Crash
            return real(*arguments, **options)

        patches.setattr(owner, name, step)

    for name in ("link", "mkdir", "rename", "rmdir", "unlink"):
        counted(os, name)
    counted(Path, "write_bytes")


RENDER = """
import sys
from pathlib import Path
from tests.render.test_write import other_rides, render_to
from meshwarden.render.rendering import render_mesh
other, root = other_rides(), Path(sys.argv[1])
print("now", flush=True)
render_to(root, other)
"""


@pytest.mark.parametrize("milliseconds", [0, 1, 2, 3, 4, 6, 8, 12, 20])
def test_killed_it_leaves_all_or_nothing(milliseconds: int, tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    before = on_disk(tmp_path)
    process = subprocess.Popen(
        (sys.executable, "-c", RENDER, str(tmp_path)), stdout=subprocess.PIPE, cwd=CHECKOUT
    )
    assert process.stdout is not None
    with process:
        process.stdout.readline()
        time.sleep(milliseconds / 1000)
        process.kill()
    assert on_disk(tmp_path) in (before, other_rides().files)
    render_to(tmp_path, other_rides())
    assert on_disk(tmp_path) == other_rides().files


def test_folders_change_places_also_in_several_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on file systems that cannot do it in one."""
    monkeypatch.setattr("meshwarden.render.exchange._at_once", lambda one, other: False)
    render_to(tmp_path, rendered())
    render_to(tmp_path, other_rides())
    assert on_disk(tmp_path) == other_rides().files
    assert [path.name for path in tmp_path.iterdir()] == ["rendered"]


def test_an_exchange_that_was_cut_short_is_undone(tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    (tmp_path / "rendered").rename(tmp_path / ".rendered.meshwarden-new.aside")
    with pytest.raises(CouldNotFinish, match="was put back"):
        render_to(tmp_path, other_rides())
    assert on_disk(tmp_path) == rendered().files


def other_rides() -> Rendering:
    """The small mesh with another bucket, a topic more and a contract less."""
    started = f"{RIDES}/contracts/started.odcs.yaml"
    changes = replaced(
        started,
        "  - name: ride-ended",
        "  - name: ride-paid\n    physicalName: trips.ride-paid\n  - name: ride-ended",
    )
    return rendered(changes | {f"{RIDES}/contracts/rides.odcs.yaml": None})


def test_nothing_new_is_left_beside_after_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render_to(tmp_path, rendered())
    before = on_disk(tmp_path)
    real = Path.write_bytes

    def full(self: Path, data: bytes) -> int:
        if self.name.startswith("kafkauser"):
            raise OSError(28, "No space left on device", str(self))
        return real(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    changed = rendered(replaced("mesh.yaml", "authentication: tls", "authentication: tls-external"))
    with pytest.raises(CouldNotFinish, match="No space left"):
        render_to(tmp_path, changed)
    assert on_disk(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["rendered"]
