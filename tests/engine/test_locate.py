"""Faults → findings: lines, one finding a cause, and fingerprints that last."""

from __future__ import annotations

from meshwarden.engine.locate import locate
from meshwarden.findings import Fault, Finding, Place, Pointer, Related, Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.rules.rule import ManifestRule, Said
from meshwarden.sources.reader import read


def _check(_: Manifest, __: SchemaStore) -> Said:
    return ()


_SCHEMA = ManifestRule("schema/violation", Severity.ERROR, "", check=_check)
_OTHER = ManifestRule("a/b", Severity.ERROR, "", check=_check)
_TEXT = "ports:\n  - name: one\n    id: 1\n  - name: two\n    id: 2\n"


def _located(text: str, *faults: tuple[ManifestRule, Pointer]) -> list[Finding]:
    document = read("x.yaml", text.encode())
    said = [(rule, Fault("wrong", Place("x.yaml", pointer))) for rule, pointer in faults]
    return locate(list(said), {"x.yaml": document})


def test_a_pointer_becomes_line_and_column() -> None:
    (found,) = _located(_TEXT, (_OTHER, ("ports", 1, "id")))

    assert (found.span.line, found.span.column, found.pointer) == (5, 9, "/ports/1/id")


def test_where_a_schema_refuses_a_value_other_rules_say_nothing_at_or_below_it() -> None:
    found = _located(
        _TEXT,
        (_SCHEMA, ("ports", 0)),
        (_OTHER, ("ports", 0)),
        (_OTHER, ("ports", 0, "id")),
        (_OTHER, ("ports", 1)),
        (_OTHER, ("ports",)),
    )

    assert {(one.rule, one.pointer) for one in found} == {
        ("schema/violation", "/ports/0"),
        ("a/b", "/ports/1"),
        ("a/b", "/ports"),
    }


def test_a_fingerprint_survives_moved_lines_and_a_reordered_list() -> None:
    reordered = "# moved\n\n\nports:\n  - name: two\n    id: 2\n  - name: one\n    id: 1\n"
    (before,) = _located(_TEXT, (_OTHER, ("ports", 1, "id")))
    (after,) = _located(reordered, (_OTHER, ("ports", 0, "id")))

    assert before.fingerprint == after.fingerprint
    assert before.span != after.span


def test_a_fingerprint_changes_with_the_value_at_fault() -> None:
    (before,) = _located(_TEXT, (_OTHER, ("ports", 1, "id")))
    (after,) = _located(_TEXT.replace("id: 2", "id: 3"), (_OTHER, ("ports", 1, "id")))

    assert before.fingerprint != after.fingerprint


def test_what_is_reached_through_an_alias_stands_where_it_is_used() -> None:
    (found,) = _located("a: &x {id: 1}\nb: *x\n", (_OTHER, ("b", "id")))

    assert (found.span.line, found.span.column) == (2, 4)
    assert [(other.span.line, other.span.column) for other in found.related] == [(1, 12)]


def test_equal_mistakes_in_one_file_have_fingerprints_of_their_own() -> None:
    document = read("x.yaml", b"a: 1\na: 2\na: 3\n")
    places = [Place("x.yaml", span=anomaly.span) for anomaly in document.anomalies]
    found = locate([(_OTHER, Fault("written twice", place)) for place in places], {"x.yaml": document})

    assert len({one.fingerprint for one in found}) == len(places) == 2


def test_no_finding_is_as_long_as_a_file() -> None:
    long = "`" + "x" * 1_000_000 + "`"
    place = Place("x.yaml", ("ports",))
    fault = Fault(f"{long} is no team", place, f"Did you mean {long}?", related=(Related(place, long),))
    (found,) = locate([(_OTHER, fault)], {"x.yaml": read("x.yaml", _TEXT.encode())})

    assert found.hint
    assert max(len(found.message), len(found.hint), len(found.related[0].message)) < 2_100
    assert found.message.startswith("`xxx")
    assert found.message.endswith("xxx` is no team")
