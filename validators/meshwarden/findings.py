"""The records that every floor speaks in: faults as rules tell them, findings as users read them.

A rule says *what* is wrong and names the place by a path into the document: a `Fault`. Line, column,
rule and severity are worked out once, at the end of the run: a `Finding`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

Pointer = tuple[str | int, ...]


class Severity(IntEnum):
    """How bad a finding is; comparable, the worst is the greatest."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, label: str) -> Severity:
        """The severity that is written `label`; KeyError where there is none of that name."""
        return cls[label.upper()]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of text: lines and columns start at 1, columns count code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


FILE_START = Span(1, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault lies: a pointer into a file's document, or a span of its text.

    `on_key` points at the key itself and not at its value. A pointer that leads to nothing means that
    something is missing there. Without pointer and span the whole file is meant.
    """

    path: str
    pointer: Pointer | None = None
    on_key: bool = False
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that belongs to a fault, and what is there."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule says is wrong, before it has a line. `severity` is set where it is less than the rule's."""

    message: str
    place: Place
    hint: str | None = None
    severity: Severity | None = None
    related: tuple[Related, ...] = ()


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A file, or a part of one, that a rule could not judge, and why: no finding, and no pass either."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class RelatedLocation:
    """A related place with its line."""

    path: str
    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Waived:
    """Who accepted a finding, why and until which day, and where that is written."""

    owner: str | None
    reason: str | None
    expires: date
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault as it is reported: by which rule, how severe, at which line and column.

    One that is `waived` is reported, and does not count.
    """

    rule: str
    severity: Severity
    message: str
    hint: str | None
    path: str
    span: Span
    pointer: str
    related: tuple[RelatedLocation, ...]
    fingerprint: str
    waived: Waived | None = None

    @property
    def category(self) -> str:
        return self.rule.partition("/")[0]

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """What reports are sorted by."""
        return (self.path, self.span.line, self.span.column, self.rule, self.message)


def json_pointer(pointer: Pointer) -> str:
    """The pointer as RFC 6901 writes it."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in pointer)


def fingerprint(rule: str, path: str, pointer: Pointer, value: object) -> str:
    """32 hex digits that stay the same when lines move.

    `pointer` names list items by what they are called, where they are called something, so that it also
    survives a reordered list; `value` is what stands at the place, or the text at fault.
    """
    said = json.dumps([rule, path, pointer, value], ensure_ascii=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
