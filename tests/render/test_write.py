"""Writing: all or nothing, nothing of anybody else's lost, and right again after a crash."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.meshes import RIDES, city, rendered, replaced

from meshwarden.errors import CouldNotFinish
from meshwarden.render.compare import compare
from meshwarden.render.digests import NEW
from meshwarden.render.rendering import Rendering
from meshwarden.render.write import plan_write, write

UNIT = "rendered/domains/trips/rides"
BUCKET = f"{UNIT}/base/bucket-rides.yaml"


def on_disk(root: Path) -> dict[str, bytes]:
    found = (path for path in (root / "rendered").rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def put(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def render_to(root: Path, rendering: Rendering) -> None:
    write(root, plan_write(rendering, on_disk(root)))


def without_grants() -> Rendering:
    text = city()[f"{RIDES}/deployment.yaml"]
    return rendered({f"{RIDES}/deployment.yaml": text[: text.index("  access:")]})


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    render_to(tmp_path, rendered())
    assert on_disk(tmp_path) == rendered().files
    changes = plan_write(rendered(), on_disk(tmp_path))
    assert (changes.written, changes.removed) == ({}, ())


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
        write(root, plan_write(rendered(), {}))
    assert list(outside.iterdir()) == []


def test_a_file_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_bytes(b"outside")
    root = tmp_path / "mesh"
    (root / BUCKET).parent.mkdir(parents=True)
    (root / BUCKET).symlink_to(outside)
    write(root, plan_write(rendered(), {}))
    assert outside.read_bytes() == b"outside"
    assert (root / BUCKET).read_bytes() == rendered().files[BUCKET]


def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"rendered/argocd": b"a file"})
    with pytest.raises(CouldNotFinish, match="cannot be written"):
        write(tmp_path, plan_write(rendered(), {}))


@given(crash=st.integers(0, 80), later=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_crash_at_any_step_is_made_good_by_the_next_run(
    crash: int, later: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also when the manifests have changed again by then."""
    root = tmp_path_factory.mktemp("mesh")
    render_to(root, rendered())
    put(root, {"rendered/notes.txt": b"mine"})
    with pytest.MonkeyPatch.context() as patches:
        fail_after(patches, crash)
        with suppress(Crash):
            render_to(root, other_rides())
    last = without_grants() if later else other_rides()
    render_to(root, last)
    found = on_disk(root)
    assert found.pop("rendered/notes.txt") == b"mine"
    assert found == last.files
    assert compare(last, found, "rendered") == ()


class Crash(BaseException):
    """The machine is switched off."""


def fail_after(patches: pytest.MonkeyPatch, steps: int) -> None:
    """Lets so many files be moved or removed, and then no more."""
    left = [steps]

    def counted(name: str) -> None:
        real = getattr(os, name)

        def step(*arguments: Any, **options: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise Crash
            return real(*arguments, **options)

        patches.setattr(os, name, step)

    counted("replace")
    counted("unlink")


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
    real = Path.open

    def full(self: Path, *arguments: Any, **options: Any) -> Any:
        if self.name.startswith("kafkauser") and self.name.endswith(NEW):
            raise OSError(28, "No space left on device", str(self))
        return real(self, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    changed = rendered(replaced("mesh.yaml", "authentication: tls", "authentication: tls-external"))
    with pytest.raises(CouldNotFinish, match="No space left"):
        render_to(tmp_path, changed)
    assert on_disk(tmp_path) == before
