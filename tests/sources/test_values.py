"""What YAML text is read as: YAML 1.2's core schema, mappings with text for keys, aliases, merge keys."""

from typing import Any

import pytest
from tests.sources.texts import data, document

from meshwarden.sources.document import AnomalyKind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing but a comment\n", None),
        ("---\n", None),
        ("just text", "just text"),
        ("a: 1\nb: [x, 2.5, true, null, ~]\n", {"a": 1, "b": ["x", 2.5, True, None, None]}),
        ("a:\n- 1\n-\n- b:\n  c: {}\n", {"a": [1, None, {"b": None, "c": {}}]}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("# first a comment\n---\na: 1\n", {"a": 1}),
        ("a: >-\n  x\n  y\n\nb: |+\n  z\n\n", {"a": "x y", "b": "z\n\n"}),
        ("a: 'it''s'\nb: \"\\u263a\\n\"\n", {"a": "it's", "b": "\u263a\n"}),
        ("? a\n: 1\n? b\n", {"a": 1, "b": None}),
        ("? \n: 1\n", {"": 1}),
        ("a: !!str 1\nb: !!float 1\nc: ! 1\nd: !!int 1\n", {"a": "1", "b": 1.0, "c": "1", "d": 1}),
        ("1: a\ntrue: b\nnull: c\n", {"1": "a", "true": "b", "null": "c"}),
        ("[a: 1, b]", [{"a": 1}, "b"]),
    ],
)
def test_reads(text: str, value: Any) -> None:
    assert data(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        # An anchor within another of the same name is the later one of the two.
        ("a: &x\n  b: &x 2\nc: *x\n", {"a": {"b": 2}, "c": 2}),
        ("a: &x b\n*x : 1\n", {"a": "b", "b": 1}),
    ],
)
def test_reads_through_aliases(text: str, value: Any) -> None:
    assert data(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x {b: 1}\nc:\n  <<: *x\n  d: 2\n", {"b": 1, "d": 2}),
        ("a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n", {"b": 2}),
        ("a: &x {b: 1}\nc:\n  b: 2\n  <<: *x\n", {"b": 2}),
        ("a: &x {b: 1}\ne: &y {b: 2, d: 3}\nc:\n  <<: [*x, *y]\n", {"b": 1, "d": 3}),
        ("c:\n  <<: {b: 1}\n", {"b": 1}),
        ("c:\n  << : not a mapping\n", {"<<": "not a mapping"}),
        ("c:\n  <<: []\n", {"<<": []}),
        ('c:\n  "<<": {b: 1}\n', {"<<": {"b": 1}}),
    ],
)
def test_merges_as_1_1_does(text: str, value: Any) -> None:
    assert data(text)["c"] == value


def test_a_merged_mapping_can_be_merged_again() -> None:
    text = "a: &x {b: 1}\nc: &y\n  <<: *x\nd:\n  <<: *y\n"
    assert data(text)["d"] == {"b": 1}


def test_of_equal_keys_the_first_counts() -> None:
    found = document("a: 1\nb: 2\na: {c: 3}\n")
    assert found.data == {"a": 1, "b": 2}
    assert [anomaly.kind for anomaly in found.anomalies] == [AnomalyKind.DUPLICATE_KEY]


def test_of_several_documents_the_first_counts() -> None:
    assert document("a: 1\n---\nb: 2\n").data == {"a": 1}


@pytest.mark.parametrize(
    "text", ["kind: Domain\nspec: [", "kind: Domain\nspec: {a: 1}\n}\n", "kind: Domain\nkind: x\n: :"]
)
def test_the_head_of_a_broken_text_tells_what_it_was_to_be(text: str) -> None:
    found = document(text)
    assert not found.readable
    assert found.data is None
    assert found.head == {"kind": "Domain"}
