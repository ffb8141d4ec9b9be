"""Rendering as a whole: pure, complete, and right by the rules of those who read it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.charts import charts_of
from tests.render.conftest import Build
from tests.render.meshes import RIDES, city, document, files_of, mesh_of, reasons, rendered, replaced

from meshwarden.render.rendering import render_mesh
from meshwarden.render.targets.target import Why

CHECKOUT = Path(__file__).resolve().parents[2]
DIGEST = """
import hashlib
from tests.render.meshes import rendered
found = rendered()
print(hashlib.sha256(repr((found.files, found.units, found.not_rendered)).encode()).hexdigest())
"""


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"}],
)
def test_the_same_mesh_gives_the_same_bytes(environment: dict[str, str], tmp_path: Path) -> None:
    here = rendered()
    done = subprocess.run(
        [sys.executable, "-c", DIGEST],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{CHECKOUT}:{CHECKOUT}/validators", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        done.stdout.strip()
        == hashlib.sha256(repr((here.files, here.units, here.not_rendered)).encode()).hexdigest()
    )


@given(st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_order_of_files_does_not_matter(random: object) -> None:
    files = city()
    order = list(files)
    random.shuffle(order)  # type: ignore[attr-defined]
    assert render_mesh(mesh_of(files, order)) == rendered()


def test_files_are_sorted_and_each_belongs_to_one_unit() -> None:
    found = rendered()
    assert list(found.files) == sorted(found.files)
    for path in found.files:
        assert len([unit for unit in found.units if path.startswith(f"{unit.folder}/")]) == 1


def test_what_is_computed_from_all_manifests_names_them_all() -> None:
    broken = f"{RIDES}/contracts/rides.odcs.yaml"
    found = rendered({broken: "a: [\n"})
    naming = {unit.folder for unit in found.units if broken in unit.sources}
    assert naming == {"rendered/argocd", "rendered/domains/trips/rides"}


def test_sha256sum_agrees(tmp_path: Path) -> None:
    found = rendered()
    for path, content in found.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    for unit in found.units:
        done = subprocess.run(
            ["sha256sum", "-c", "--strict", "SHA256SUMS"],
            cwd=tmp_path / unit.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        listed = {
            path.relative_to(tmp_path / unit.folder).as_posix()
            for path in (tmp_path / unit.folder).rglob("*")
            if path.is_file()
        }
        assert {line.split(": ")[0] for line in done.stdout.splitlines()} == listed - {"SHA256SUMS"}


def test_every_yaml_file_says_what_it_comes_from() -> None:
    for path, content in rendered().files.items():
        if path.endswith(".yaml"):
            assert content.startswith(b"# Rendered by meshwarden from ")


def test_every_object_says_whose_it_is(build: Build) -> None:
    for overlay, objects in build(rendered(), city()).items():
        for entry in objects:
            carried = {**entry["metadata"].get("labels", {}), **entry["metadata"].get("annotations", {})}
            if "/domains/" in overlay:
                assert {
                    f"meshwarden.dev/{name}"
                    for name in ("owner", "domain", "product", "contract", "environment")
                } <= carried.keys()
            elif "/argocd" not in overlay:
                assert {"meshwarden.dev/owner", "meshwarden.dev/environment"} <= carried.keys()


def test_no_kustomization_has_a_deprecated_field() -> None:
    deprecated = {
        "bases",
        "commonLabels",
        "imageTags",
        "patchesJson6902",
        "patchesStrategicMerge",
        "vars",
        "namespace",
    }
    found = rendered()
    for path in found.files:
        if path.endswith("kustomization.yaml"):
            assert not deprecated & document(found, path).keys()


def test_names_that_would_lead_out_of_the_folder_are_not_rendered() -> None:
    found = rendered(
        replaced("domains/source-aligned/trips/domain.yaml", "{name: trips}", '{name: "../../x"}')
    )
    assert (
        f"{RIDES}/data-product.yaml",
        "its domain is called `../../x`, which is no RFC 1123 label",
    ) in reasons(found)
    assert all(path.startswith("rendered/") and ".." not in path for path in found.files)


def test_a_grant_past_its_end_is_rendered_as_long_as_it_is_written() -> None:
    found = rendered(replaced(f"{RIDES}/deployment.yaml", '"2027-12-31"', '"2001-12-31"'))
    assert "rendered/domains/trips/rides/base/role-rides.reader.demand.by-zone.yaml" in found.files


def test_a_mesh_without_anything_is_rendered_too() -> None:
    text = city()["mesh.yaml"]
    found = render_mesh(mesh_of({"mesh.yaml": text[: text.index("  environments:")]}))
    assert {path.rpartition("/")[2] for path in found.files} >= {"root.yaml", "platform.yaml", "default.yaml"}


def test_the_reference_mesh_is_rendered_and_builds(build: Build) -> None:
    folders = ("domains", "platform")
    files = {f"{name}/{path}": text for name in folders for path, text in files_of(CHECKOUT / name).items()}
    files["mesh.yaml"] = (CHECKOUT / "mesh.yaml").read_text("utf-8")
    found = render_mesh(mesh_of(files), charts_of(files))
    built = build(found, files)
    assert all(built.values())
    assert (found.beyond_ceiling, found.collisions) == ((), ())


def test_a_product_in_a_folder_that_is_no_label_is_told() -> None:
    moved = {path.replace("/rides/", "/Rides/"): text for path, text in city().items()}
    found = render_mesh(mesh_of(moved)).left_out(Why.REFUSED)
    path = f"{RIDES.replace('/rides', '/Rides')}/data-product.yaml"
    assert (path, "its folder is called `Rides`, which is no RFC 1123 label") in {
        (entry.path, entry.reason) for entry in found
    }
