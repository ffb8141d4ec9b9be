"""What a column's logicalType means with its options."""

from __future__ import annotations

import pytest

from meshwarden.manifests.logical_types import decimals, is_local, logical_type


@pytest.mark.parametrize(
    ("logical", "form", "wanted"),
    [
        ("date", None, "date"),
        ("date", "yyyy-MM-dd", "date"),
        ("date", "yyyy-MM-dd HH:mm:ss", "timestamp"),
        ("date", "yyyy-MM-dd'T'HH:mm:ssXXX", "timestamp"),
        ("date", "dd/MM/yyyy hh:mm a", "timestamp"),
        ("date", "HH:mm:ss", "time"),
        ("date", "HH'h on the day'", "time"),  # what is quoted is no pattern
        ("time", "yyyy-MM-dd", "time"),
        ("string", "HH:mm:ss", "string"),
        (None, "HH:mm:ss", ""),
    ],
)
def test_a_date_of_odcs_3_0_may_have_a_time(logical: str | None, form: str | None, wanted: str) -> None:
    assert logical_type({"logicalType": logical, "logicalTypeOptions": {"format": form}}) == wanted


@pytest.mark.parametrize(("options", "wanted"), [({}, False), ({"timezone": True}, False)])
def test_times_are_moments_unless_they_say_that_they_have_no_zone(
    options: dict[str, object], wanted: bool
) -> None:
    assert is_local({"logicalTypeOptions": options}) is wanted
    assert is_local({"logicalTypeOptions": {**options, "timezone": False}})


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (1, 0),
        (1.0, 0),
        (0.01, 2),
        (1e-10, 10),
        (10, None),
        (0.25, None),
        (True, None),
        ("0.1", None),
        (float("inf"), None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_multiples_of_a_part_of_ten_have_so_many_digits_after_the_point(
    step: object, wanted: int | None
) -> None:
    assert decimals({"logicalTypeOptions": {"multipleOf": step}}) == wanted
