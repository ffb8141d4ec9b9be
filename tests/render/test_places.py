"""Where data lies: a folder is no more than itself, and no server is lost."""

from __future__ import annotations

import pytest

from meshwarden.engine.opening import opened
from meshwarden.engine.rendered_mesh import rendering_of, with_content
from meshwarden.engine.selection import Selection
from meshwarden.policy.opa import OpaAt
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.places import prefix_of
from meshwarden.render.targets.target import Why
from meshwarden.rules.case_pages import SEED
from meshwarden.sources.tree import MemoryTree
from meshwarden.tools.helm import find_helm

_CONTRACT = "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml"
_BASE = "rendered/domains/trips/taxi/base"
_SECOND = """  - server: archive-dev
    environment: dev
    type: s3
    location: s3://city-dev-archive/trips/
    format: parquet
schema:"""


def _rendered(old: str, new: str) -> Rendering:
    """The rendering of the cases' mesh with an edit in its contract."""
    files = {
        path.relative_to(SEED).as_posix(): path.read_bytes() for path in SEED.rglob("*") if path.is_file()
    }
    assert old.encode() in files[_CONTRACT]
    files[_CONTRACT] = files[_CONTRACT].replace(old.encode(), new.encode())
    with opened(MemoryTree(files), OpaAt(), Selection()) as mesh:
        return rendering_of(mesh, with_content(mesh), find_helm)


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("", ""),
        ("raw", "raw/"),
        ("raw/", "raw/"),
        ("raw/*.parquet", "raw/"),
        ("raw/day={day}/*", "raw/"),
        ("raw/day=2026-*/part-*", "raw/"),
        ("inbox/orders_*.csv", "inbox/orders_"),
        ("inbox/orders-{model}/*", "inbox/orders-"),
        ("raw/all.csv", "raw/all.csv"),
        ("raw/v1.2", "raw/v1.2/"),
        ("raw/v1.2-internal", "raw/v1.2-internal/"),
    ],
)
def test_the_prefix_of_a_location(path: str, prefix: str) -> None:
    assert prefix_of(path) == prefix


def test_a_location_without_a_final_slash_is_a_folder_and_not_its_siblings() -> None:
    rendering = _rendered("s3://city-dev-trips/trips/", "s3://city-dev-trips/raw")

    written = b"".join(content for path, content in rendering.files.items() if path.startswith(_BASE))
    assert b"arn:aws:s3:::city-dev-trips/raw/*" in written
    assert b"/raw*" not in written
    assert b"prefix: raw/\n" in written


def test_two_servers_of_one_contract_in_one_environment_are_told() -> None:
    rendering = _rendered("schema:", _SECOND)

    assert rendering.collisions == ()
    ((pointer, reason),) = [
        (entry.pointer, entry.reason) for entry in rendering.not_rendered if entry.why is Why.REFUSED
    ]
    assert pointer == ("servers", 2)
    assert reason.startswith("server `archive-dev` is another place of the contract in")
