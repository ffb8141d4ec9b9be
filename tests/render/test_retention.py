"""Retention in the systems' units."""

from __future__ import annotations

import pytest
from tests.render.meshes import RIDES, city, mesh_of, replaced

from meshwarden.mesh.records import Contract
from meshwarden.render import retention

PATH = f"{RIDES}/contracts/rides.odcs.yaml"


def contract(value: str, unit: str) -> Contract:
    mesh = mesh_of(city(replaced(PATH, "value: 2, unit: y", f"value: {value}, unit: {unit}")))
    return next(found for found in mesh.contracts if found.manifest.path == PATH)


@pytest.mark.parametrize(
    ("value", "unit", "days"),
    [
        ("7", "y", 2557),
        ("1", "years", 366),
        ("1", "m", 31),
        ("12", "month", 366),
        ("7", "d", 7),
        ("36", "h", 2),
        ("1", "h", 1),
    ],
)
def test_days_are_never_short_of_the_contract(value: str, unit: str, days: int) -> None:
    assert retention.days(contract(value, unit)) == days


def test_milliseconds_are_exact() -> None:
    assert retention.milliseconds(contract("7", "d")) == 604_800_000
    assert retention.milliseconds(contract("1.5", "h")) == 5_400_000


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("0", "d"),
        ("-1", "d"),
        (".inf", "d"),
        ("forever", "d"),
        ("1", "parsec"),
        ("1e308", "y"),
        ("1e306", "d"),
    ],
)
def test_what_cannot_be_read_is_none_and_told(value: str, unit: str) -> None:
    found = contract(value, unit)
    assert retention.days(found) is None
    assert not retention.is_readable(found)
