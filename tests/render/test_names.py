"""Names fit where they are used, stay the same, and do not fall together."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from meshwarden.render import names

labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(st.text())
@settings(deadline=None)
def test_every_text_has_a_label(text: str) -> None:
    found = names.label(text)
    assert names.is_label(found)
    assert names.label(found) == found


@given(st.text(), st.text())
@settings(deadline=None)
def test_different_texts_have_different_labels(one: str, other: str) -> None:
    assume(one != other)
    assert names.label(one) != names.label(other)


@given(st.lists(labels, min_size=1, max_size=6), st.lists(labels, min_size=1, max_size=6))
@settings(deadline=None)
def test_different_parts_make_different_names(one: list[str], other: list[str]) -> None:
    assume(one != other)
    assert names.joined(*one) != names.joined(*other)


@given(st.lists(labels, min_size=1, max_size=9))
@settings(deadline=None)
def test_joined_names_fit(parts: list[str]) -> None:
    found = names.joined(*parts)
    assert len(found) <= 63
    assert names.is_subdomain(found)
    assert names.is_label_value(found)


def test_a_shortened_name_keeps_its_beginning_and_never_changes() -> None:
    assert names.shortened("a" * 70, 63) == "a" * 54 + "-6bd5e503"
    assert names.shortened("trips." * 20, 40) == "trips.trips.trips.trips.trips.t-60e60ec1"
    assert names.shortened("short", 63) == "short"


@pytest.mark.parametrize("name", ["abc", "a-b.c1", "0" * 62 + "a", "20240101", "1.2.3"])
def test_buckets_that_s3_takes(name: str) -> None:
    assert names.is_bucket(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ab", "A-b", "-ab", "ab-", "a..b", "192.168.5.4", "a_b", "a" * 64, "abc\n", "a*c"),
        *("xn--city", "sthree-city", "amzn-s3-demo-city"),
        *("city-s3alias", "city--ol-s3", "city.mrap", "city--x-s3", "city--table-s3"),
    ],
)
def test_buckets_that_s3_refuses(name: str) -> None:
    assert not names.is_bucket(name)


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        *(("a.B_c-1", True), ("a" * 249, True), ("a" * 250, False)),
        *((".", False), ("..", False), ("a/b", False), ("*", False), ("__consumer_offsets", False)),
    ],
)
def test_topics(name: str, taken: bool) -> None:
    assert names.is_topic(name) is taken
