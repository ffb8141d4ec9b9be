"""The report for people: findings with their source lines, then what was checked and what was not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meshwarden.engine.outcome import NOT_YAML, Outcome, RunError
from meshwarden.findings import Finding, Severity, Span
from meshwarden.reports.colours import Colours
from meshwarden.reports.printable import printable

_COLOURS: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_WIDEST: Final = 160  # characters of a source line that are shown


@dataclass(frozen=True, slots=True)
class TextOptions:
    """`stats` adds how many documents each rule judged."""

    colours: Colours
    stats: bool = False


def report(outcome: Outcome, lines: Mapping[str, str], options: TextOptions) -> str:
    """The outcome as text. `lines` are the texts of the files with findings, by path."""
    parts = [_finding(finding, lines.get(finding.path, ""), options.colours) for finding in outcome.standing]
    parts += _errors(outcome, options.colours)
    if options.stats:
        parts.append(_stats(outcome))
    parts.append(_summary(outcome, options.colours))
    return "\n".join(parts)


def _finding(finding: Finding, text: str, colours: Colours) -> str:
    span = finding.span
    severity = colours.paint(finding.severity.label, _COLOURS[finding.severity], bold=True)
    where = colours.paint(f"{printable(finding.path)}:{span.line}:{span.column}", bold=True)
    rows = [f"{where}: {severity}: {printable(finding.message)} {colours.paint(f'[{finding.rule}]', 'cyan')}"]
    rows += _source(span, text, colours, _COLOURS[finding.severity])
    for related in finding.related:
        there = f"{printable(related.path)}:{related.span.line}:{related.span.column}"
        rows.append(f"  {there}: {printable(related.message)}")
    if finding.hint:
        rows.append(f"  {colours.paint('hint:', bold=True)} {printable(finding.hint)}")
    return "\n".join(rows) + "\n"


def _source(span: Span, text: str, colours: Colours, colour: str) -> Iterator[str]:
    """The source line and carets below it; of a stretch of several lines the first."""
    line = (
        re.split("\r\n|\n|\r", text)[span.line - 1]
        if 0 < span.line <= text.count("\n") + text.count("\r") + 1
        else ""
    )
    line = line.removeprefix("\ufeff")
    if not line.strip():
        return
    number = str(span.line)
    from_ = max(0, span.column - _WIDEST // 2) if len(line) > _WIDEST else 0
    end = span.end_column if span.end_line == span.line else len(line) + 1
    shown = printable(line[from_ : from_ + _WIDEST].replace("\t", " "))
    width = max(1, min(end, from_ + len(shown) + 1) - span.column)
    yield f"{' ' * len(number)} |"
    yield f"{number} | {shown}"
    before = _cells(shown[: span.column - 1 - from_])
    marked = _cells(shown[span.column - 1 - from_ : span.column - 1 - from_ + width]) or 1
    yield f"{' ' * len(number)} | {' ' * before}{colours.paint('^' * marked, colour, bold=True)}"


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # noqa: PLC0415 -- rarely needed, and slow to load

    return sum(0 if combining(char) else 2 if east_asian_width(char) in "WF" else 1 for char in text)


def _errors(outcome: Outcome, colours: Colours) -> Iterator[str]:
    """What could not be judged; several rules that one cause keeps from judging are told once."""
    by_cause: dict[str, list[RunError]] = {}
    for error in outcome.errors:
        by_cause.setdefault(error.message, []).append(error)
    for message, errors in by_cause.items():
        first = errors[0]
        rules = ", ".join(dict.fromkeys(error.rule for error in errors))
        where = _where(first.path, first.line, first.column)
        yield _error(
            rules, where if len({error.path for error in errors}) == 1 else "policies", message, colours
        )


def _error(rule: str, where: str, message: str, colours: Colours) -> str:
    there = colours.paint(printable(where), bold=True)
    label = colours.paint("could not judge", "magenta", bold=True)
    return f"{there}: {label}: {printable(message)} {colours.paint(f'[{rule}]', 'cyan')}\n"


def _where(path: str, line: int | None, column: int | None) -> str:
    return path if line is None else f"{path}:{line}:{column}"


def _stats(outcome: Outcome) -> str:
    width = max((len(rule) for rule in outcome.judged), default=0)
    rows = [f"{'rule':<{width}}  documents judged"]
    rows += [f"{rule:<{width}}  {count:>16}" for rule, count in outcome.judged.items()]
    return "\n".join(rows) + "\n"


def _summary(outcome: Outcome, colours: Colours) -> str:
    counts = [
        _counted(outcome.count(severity), severity.label) for severity in sorted(Severity, reverse=True)
    ]
    waived = len(outcome.findings) - len(outcome.standing)
    found = ", ".join(count for count in counts if not count.startswith("0 ")) or "no findings"
    found += f", {waived} waived" if waived else ""
    checked = f"{_counted(len(outcome.checked), 'manifest')} checked by {_counted(outcome.rules, 'rule')}"
    others = f"{_counted(outcome.content, 'file')} of content, {len(outcome.skipped)} skipped"
    rows = [f"{colours.paint(found, bold=True)}: {checked}, {others}"]
    if outcome.errors:
        rows.append(f"{_counted(len(outcome.errors), 'thing')} could not be judged: this is no pass.")
    if outcome.nothing:
        rows.append(f"{_why_nothing(outcome)}, so nothing was checked.")
    skipped = {path: why for path, why in outcome.skipped.items() if why != NOT_YAML}
    if skipped:
        rows += ["skipped:", *_listed(skipped.items())]
    if outcome.not_judged:
        rows += [
            "not judged:",
            *_listed((found.path, f"{found.rule}: {found.reason}") for found in outcome.not_judged),
        ]
    return "\n".join(rows) + "\n"


def _why_nothing(outcome: Outcome) -> str:
    if not outcome.rules:
        return "No rule was selected that runs here"
    if outcome.content:
        return "These files are content, which is judged with the whole mesh"
    return "No manifest was found"


def _listed(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for path, reason in entries:
        yield f"  {printable(path)}: {printable(reason)}"


def _counted(number: int, what: str) -> str:
    plural = what if number == 1 or what == "info" else f"{what}s"
    return f"{number:,} {plural}"
