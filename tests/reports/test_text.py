"""The report for people: what a terminal shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from meshwarden.engine.outcome import Outcome, RunError, Unjudged
from meshwarden.findings import Finding, Severity, Span
from meshwarden.reports.colours import Colours
from meshwarden.reports.text import TextOptions, report

_PLAIN = TextOptions(Colours(on=False))


_SPAN = Span(2, 8, 2, 13)


def _finding(message: str = "it is wrong", span: Span = _SPAN, hint: str | None = None) -> Finding:
    return Finding("a/b", Severity.ERROR, message, hint, "x.yaml", span, "", (), "0")


def _outcome(
    *findings: Finding, errors: tuple[RunError, ...] = (), unjudged: tuple[Unjudged, ...] = ()
) -> Outcome:
    return Outcome(findings, ("x.yaml",), 0, {}, unjudged, errors, 3)


def test_a_finding_shows_place_message_source_line_and_hint() -> None:
    shown = report(_outcome(_finding(hint="Mend it.")), {"x.yaml": "a: 1\nowner: trisp\n"}, _PLAIN)

    assert shown == (
        "x.yaml:2:8: error: it is wrong [a/b]\n"
        "  |\n"
        "2 | owner: trisp\n"
        "  |        ^^^^^\n"
        "  hint: Mend it.\n"
        "\n"
        "1 error: 1 manifest checked by 3 rules, 0 files of content, 0 skipped\n"
    )


def test_carets_stand_below_wide_characters_as_terminals_show_them() -> None:
    shown = report(_outcome(_finding(span=Span(1, 6, 1, 7))), {"x.yaml": "k: 🚕🚕x"}, _PLAIN)

    line, caret = shown.splitlines()[2:4]
    assert caret.index("^") - line.index("k") == 7  # three cells before, two for each of the emoji


def test_no_escape_sequence_of_a_manifest_reaches_the_terminal() -> None:
    hostile = "a: 1\nb: \x1b[31m red\x07 \u202e"
    shown = report(_outcome(_finding("said \x1b[2J", Span(2, 4, 2, 9))), {"x.yaml": hostile}, _PLAIN)

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown


def test_a_long_line_is_shown_around_the_spot() -> None:
    text = "a" * 5000 + "WRONG" + "b" * 5000
    shown = report(_outcome(_finding(span=Span(1, 5001, 1, 5006))), {"x.yaml": text}, _PLAIN)

    line, caret = shown.splitlines()[2:4]
    assert line[caret.index("^") : caret.rindex("^") + 1] == "WRONG"
    assert len(line) < 200


def test_what_could_not_be_judged_is_said_and_called_no_pass() -> None:
    error = RunError("a/b", "policies/a.rego", "it died", 3, 1)
    shown = report(_outcome(errors=(error,), unjudged=(Unjudged("y.yaml", "*", "it is broken"),)), {}, _PLAIN)

    assert "policies/a.rego:3:1: could not judge: it died [a/b]" in shown
    assert "this is no pass" in shown
    assert "  y.yaml: *: it is broken" in shown


def test_colours_are_there_on_a_terminal() -> None:
    shown = report(_outcome(_finding()), {}, TextOptions(Colours(on=True)))

    assert "\x1b[1;31merror\x1b[0m" in shown


@given(text=st.text(), line=st.integers(1, 5), column=st.integers(1, 30), length=st.integers(0, 9))
def test_any_text_and_any_span_can_be_shown(text: str, line: int, column: int, length: int) -> None:
    span = Span(line, column, line, column + length)

    assert "it is wrong" in report(_outcome(_finding(span=span)), {"x.yaml": text}, _PLAIN)
