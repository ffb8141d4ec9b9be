"""What the reader stumbles over: each kind, with its exact span."""

import pytest
from tests.sources.texts import cut, document, only

from meshwarden.findings import FILE_START, Span
from meshwarden.sources.document import Anomaly, AnomalyKind
from meshwarden.sources.limits import Limits
from meshwarden.sources.reader import read, too_large

LIMITS = Limits(bytes=1000, depth=4, aliased=10)


@pytest.mark.parametrize(
    ("text", "kind", "at", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", AnomalyKind.DUPLICATE_KEY, "a", ("a", "")),
        ("x: {'a': 1, \"a\": 2}\n", AnomalyKind.DUPLICATE_KEY, '"a"', ("a", "")),
        ("x: &a a\nz: {a: 1, *a : 2}\n", AnomalyKind.DUPLICATE_KEY, "*a", ("a", "")),
        ("a: 1\nb: no\n", AnomalyKind.AMBIGUOUS, "no", ("no", "a boolean")),
        ("b: &x 010\n", AnomalyKind.AMBIGUOUS, "010", ("010", "an octal number")),
        ("on: 1\n", AnomalyKind.AMBIGUOUS, "on", ("on", "a boolean")),
        ("a: !Ref b\n", AnomalyKind.TAG, "!Ref b", ("!Ref", "")),
        ("a: !!int b\n", AnomalyKind.TAG, "!!int b", ("tag:yaml.org,2002:int", "")),
        # More than a float holds.
        (
            f"a: !!float 0x{'f' * 290}\n",
            AnomalyKind.TAG,
            f"!!float 0x{'f' * 290}",
            ("tag:yaml.org,2002:float", ""),
        ),
        ("a: !!set {b: }\n", AnomalyKind.TAG, "!!set {", ("tag:yaml.org,2002:set", "")),
        ("a: !!map [b]\n", AnomalyKind.TAG, "!!map [", ("tag:yaml.org,2002:map", "")),
        ("x: &a {b: 1}\nz: {<<: *a}\n", AnomalyKind.MERGE_KEY, "<<", ("<<", "")),
        ("a: 1\n---\nb: 2\n", AnomalyKind.SEVERAL_DOCUMENTS, "---", ("", "")),
        ("a: 1\n---\n", AnomalyKind.SEVERAL_DOCUMENTS, "---", ("", "")),
        ("a: '\u202e'\n", AnomalyKind.ENCODING, "\u202e", ("U+202E", "bidirectional")),
    ],
)
def test_goes_on_after(text: str, kind: AnomalyKind, at: str, said: tuple[str, str]) -> None:
    found = document(text)
    (anomaly,) = found.anomalies
    assert found.readable
    assert (anomaly.kind, anomaly.text, anomaly.detail) == (kind, *said)
    assert cut(found, anomaly.span) == at


def test_a_duplicate_key_names_both_places() -> None:
    anomaly = only("a: 1\nb: 2\na: 3\n")
    assert (anomaly.span, anomaly.other) == (Span(3, 1, 3, 2), Span(1, 1, 1, 2))


def test_a_second_merge_key_is_a_duplicate() -> None:
    kinds = [anomaly.kind for anomaly in document("x: &a {b: 1}\nz:\n  <<: *a\n  <<: *a\n").anomalies]
    assert kinds == [AnomalyKind.DUPLICATE_KEY, AnomalyKind.MERGE_KEY]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("a: [x, {b: yes}]\n", ("a", 1, "b")),
        ("yes\n", ()),
        ("yes: 1\n", None),
        ("a: 1\na: {b: yes}\n", None),
        ("a: {<<: {b: yes}}\n", None),
    ],
)
def test_an_ambiguous_scalar_knows_its_pointer(text: str, pointer: tuple[str | int, ...] | None) -> None:
    (found,) = [item for item in document(text).anomalies if item.kind is AnomalyKind.AMBIGUOUS]
    assert found.pointer == pointer


def test_a_byte_order_mark() -> None:
    assert only("\ufeffa: 1\n") == Anomaly(AnomalyKind.BYTE_ORDER_MARK, FILE_START)


@pytest.mark.parametrize(
    ("text", "kind", "place", "said"),
    [
        ("a: [[[[x]]]]\n", AnomalyKind.DEPTH, (1, 7), ("", "4")),
        ("a: &x [[[z]]]\nb: [*x]\n", AnomalyKind.DEPTH, (2, 5), ("", "4")),
        ("a: &x [1, 2, 3]\nb: [*x, *x, *x]\n", AnomalyKind.ALIAS_EXPANSION, (2, 13), ("x", "10")),
        ("a: &x [*x]\n", AnomalyKind.ALIAS_EXPANSION, (1, 8), ("x", "")),
        ("a: *x\n", AnomalyKind.SYNTAX, (1, 4), ("", "no anchor `&x` stands before this alias")),
        ("[a]: 1\n", AnomalyKind.SYNTAX, (1, 1), ("", "a key must be text, not a list or a mapping")),
        ("a: &x 1\n*x : 2\n", AnomalyKind.SYNTAX, (2, 1), ("", "a key must be text; this alias is not")),
        ("a: 'x\x00'\n", AnomalyKind.ENCODING, (1, 6), ("U+0000", "control")),
        ("\u00e9: \x7f\n", AnomalyKind.ENCODING, (1, 4), ("U+007F", "control")),
    ],
)
def test_ends_the_reading(
    text: str, kind: AnomalyKind, place: tuple[int, int], said: tuple[str, str]
) -> None:
    found = read("a.yaml", text.encode(), LIMITS)
    (anomaly,) = found.anomalies
    assert not found.readable
    assert (anomaly.kind, anomaly.text, anomaly.detail) == (kind, *said)
    assert (anomaly.span.line, anomaly.span.column) == place


@pytest.mark.parametrize(
    ("text", "place", "other", "problem"),
    [
        ("a: [1\n", (2, 1), (1, 4), "did not find expected ',' or ']'"),
        ("a: 'x\n", (2, 1), (1, 4), "found unexpected end of stream"),
        ("a: b: c\n", (1, 5), None, "mapping values are not allowed in this context"),
        ("a: 1\n b: 2\n", (2, 3), None, "mapping values are not allowed in this context"),
        ("a: 1\n\tb: 2\n", (2, 1), (1, 4), "found a tab character that violates indentation"),
        ("a:\n\t- b\n", (2, 1), None, "found character that cannot start any token"),
        ("a: @b\n", (1, 4), None, "found character that cannot start any token"),
        ("a: {\u2028b: @}\n", (1, 9), None, "found character that cannot start any token"),
        ("a: 1\n...\nb\n", (3, 1), None, "did not find expected <document start>"),
        ("a: !x!y b\n", (1, 4), None, "found undefined tag handle"),
        ('a: "\\q"\n', (1, 5), (1, 4), "found unknown escape character"),
    ],
)
def test_what_is_not_yaml(
    text: str, place: tuple[int, int], other: tuple[int, int] | None, problem: str
) -> None:
    anomaly = document(text).anomalies[-1]
    assert anomaly.kind is AnomalyKind.SYNTAX
    assert (anomaly.span.line, anomaly.span.column) == place
    assert (anomaly.other and (anomaly.other.line, anomaly.other.column)) == other
    assert anomaly.detail == problem


def test_what_is_not_utf_8() -> None:
    found = read("a.yaml", b"a: 1\nb: \xc3\xa9\xff\n")
    assert found.anomalies == (Anomaly(AnomalyKind.ENCODING, Span(2, 5, 2, 5)),)
    assert not found.readable


def test_what_is_too_large() -> None:
    anomaly = Anomaly(AnomalyKind.SIZE, FILE_START, "1001", "1000")
    assert read("a.yaml", b"#" * 1001, LIMITS).anomalies == (anomaly,)
    assert too_large("a.yaml", 1001, LIMITS).anomalies == (anomaly,)
    assert read("a.yaml", b"#" * 1000, LIMITS).readable
