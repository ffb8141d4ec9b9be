"""A product goes in two commits: first only what holds data is left, then nothing; and nothing is lost."""

from __future__ import annotations

from collections.abc import Mapping

from tests.render.meshes import RIDES, city, document, rendered, replaced

from meshwarden.render.keeping import is_kept

UNIT = "rendered/domains/trips/rides"
RETIRED = replaced(f"{RIDES}/data-product.yaml", "status: active", "status: retired")


def objects_below(files: Mapping[str, bytes], unit: str = UNIT) -> set[str]:
    """The names of the files that hold objects."""
    found = (path.rpartition("/")[2] for path in files if path.startswith(f"{unit}/"))
    return {name for name in found if name.endswith(".yaml") and name != "kustomization.yaml"}


def test_the_first_commit_leaves_what_holds_data() -> None:
    found = rendered(RETIRED)
    assert objects_below(found.files) == {
        "bucket-rides.yaml",
        "kafkatopic-trips.ride-ended.yaml",
        "kafkatopic-trips.rides.started.ride-started-bfd282b7.yaml",
    }
    bucket = document(found, f"{UNIT}/base/bucket-rides.yaml")
    assert is_kept(bucket)
    assert bucket == document(rendered(), f"{UNIT}/base/bucket-rides.yaml")


def test_the_application_stays_with_the_data() -> None:
    """So that Argo CD takes away what is no more rendered: policies, roles and users."""
    assert f"{UNIT}/overlays/prod/app.json" in rendered(RETIRED).files


def test_the_second_commit_leaves_nothing_of_it() -> None:
    """The Application goes, and its finalizer deletes what it held, but for what says that it is kept."""
    gone = {path: None for path in city() if path.startswith(f"{RIDES}/")}
    assert not any(path.startswith(f"{UNIT}/") for path in rendered(gone).files)
