"""What holds data is called after itself: whatever contracts come and go, it stays one object."""

from __future__ import annotations

import pytest
from tests.render.meshes import RIDES, city, rendered, replaced

from meshwarden.manifests.settings import Environment
from meshwarden.render import names
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.metadata import name_of_store

CONTRACT = f"{RIDES}/contracts/rides.odcs.yaml"
COORDINATES = {"aws": {"account": "111122223333"}, "gcp": {"project": "city-dev-7"}}
DEV = Environment("dev", "city-dev", None, "{domain}-{product}", COORDINATES)


@pytest.mark.parametrize(
    ("store", "name"),
    [
        ("city-dev-rides", "city-rides"),
        ("dev-rides", "rides"),
        ("rides.dev", "rides"),
        ("rides-111122223333", "rides"),
        ("city-dev-7-rides", "rides"),
        ("devices", "devices"),
        ("dev", "dev"),
        ("trips_rides", "trips-rides"),
        ("Trips", "trips-86bbcd7d"),
    ],
)
def test_what_tells_the_environment_is_left_out(store: str, name: str) -> None:
    assert name_of_store(store, DEV) == name
    assert names.is_subdomain(name)


def test_another_place_of_the_same_name_is_told_apart() -> None:
    assert name_of_store("trips_rides", DEV, "city-lake-dev") == "trips-rides.city-lake"


def test_a_contract_that_comes_before_the_others_changes_no_name() -> None:
    other = replaced(CONTRACT, "id: c-rides", "id: c-a")[CONTRACT].replace("/rides/", "/a/")
    both = rendered({f"{RIDES}/contracts/a.odcs.yaml": other})
    assert buckets(both) == buckets(rendered({})) != []


def test_a_contract_that_goes_changes_no_name_either() -> None:
    other = replaced(CONTRACT, "id: c-rides", "id: c-z")[CONTRACT].replace("/rides/", "/z/")
    port = city()[f"{RIDES}/data-product.yaml"].replace("contractId: c-rides", "contractId: c-z")
    left = {f"{RIDES}/contracts/z.odcs.yaml": other, f"{RIDES}/data-product.yaml": port}
    assert buckets(rendered({**left, CONTRACT: None})) == buckets(rendered({})) != []


def buckets(found: Rendering) -> list[str]:
    return [path for path in found.files if "/bucket-" in path]
