"""Versions: which texts are one version, and which is newer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshwarden.manifests.versions import same_version, version_key

# Semantic Versioning 2.0.0, section 11.
ORDERED = [
    *("1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2"),
    *(
        "1.0.0-beta.11",
        f"1.0.0-beta.1{'0' * 5000}",
        f"1.0.0-beta.2{'0' * 5000}",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.2",
        "1.10",
        "v2",
    ),
]


@pytest.mark.parametrize(
    ("one", "other"), [("1", "1.0.0"), ("v1.2.0", "1.2"), ("1.0.0+build", "1.0.0"), ("x", "x")]
)
def test_one_version(one: str, other: str) -> None:
    assert same_version(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("1", "2"), ("1.0.0-rc.1", "1.0.0"), ("x", "y"), ("x", "1"), (None, "")]
)
def test_two_versions(one: str | None, other: str | None) -> None:
    assert not same_version(one, other)


def test_older_ones_first() -> None:
    newest_first = ORDERED[::-1]
    assert sorted(newest_first, key=version_key) == ORDERED


@given(st.lists(st.text(alphabet="v0123456789.-+ab", max_size=12)))
def test_any_texts_have_an_order(texts: list[str]) -> None:
    assert len(sorted(texts, key=version_key)) == len(texts)
