"""Faults → findings: pointers become line and column here; a fault that brings a span keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from meshwarden.findings import (
    FILE_START,
    Fault,
    Finding,
    Place,
    Pointer,
    RelatedLocation,
    Severity,
    Span,
    fingerprint,
    json_pointer,
)
from meshwarden.rules.rule import Rule
from meshwarden.sources.document import Document

_NAMES = ("id", "name", "server")
_SCHEMA = "schema/violation"
_LONGEST = 2000  # characters of a message or hint: a name in it may be as long as a file

Faults = Sequence[tuple[Rule, Fault]]


def locate(said: Faults, documents: Mapping[str, Document]) -> list[Finding]:
    """The findings of what rules said, without what a schema violation has said already."""
    return _told_apart([_finding(rule, fault, documents) for rule, fault in _one_cause(said)])


def _told_apart(findings: list[Finding]) -> list[Finding]:
    """The findings, each with its own fingerprint: equal mistakes in a file are told apart by order."""
    seen: Counter[str] = Counter()
    apart = []
    for finding in sorted(findings, key=lambda found: found.order):
        seen[finding.fingerprint] += 1
        number = seen[finding.fingerprint]
        own = fingerprint(finding.rule, finding.path, (finding.fingerprint,), number)
        apart.append(finding if number == 1 else replace(finding, fingerprint=own))
    return apart


def _one_cause(said: Faults) -> Iterator[tuple[Rule, Fault]]:
    """At or below a place where a schema refuses the value, other rules have nothing to say."""
    refused = {
        (fault.place.path, fault.place.pointer)
        for rule, fault in said
        if rule.id == _SCHEMA and fault.severity in (None, Severity.ERROR) and fault.place.pointer is not None
    }
    for rule, fault in said:
        if rule.id == _SCHEMA or not any(
            (fault.place.path, above) in refused for above in _above(fault.place)
        ):
            yield rule, fault


def _above(place: Place) -> Iterable[Pointer]:
    pointer = place.pointer
    return () if pointer is None else (pointer[:depth] for depth in range(len(pointer) + 1))


def _finding(rule: Rule, fault: Fault, documents: Mapping[str, Document]) -> Finding:
    place = fault.place
    document = documents.get(place.path)
    related = [
        RelatedLocation(at.place.path, _span(at.place, documents), _shortened(at.message))
        for at in fault.related
    ]
    if document and place.pointer is not None and place.span is None:
        anchored = document.anchored(place.pointer)
        if anchored:
            related.append(RelatedLocation(place.path, anchored, "the value stands here"))
    pointer = place.pointer or ()
    return Finding(
        rule=rule.id,
        severity=rule.severity if fault.severity is None else min(fault.severity, rule.severity),
        message=_shortened(fault.message),
        hint=_sentence(fault.hint),
        path=place.path,
        span=_span(place, documents),
        pointer=json_pointer(pointer),
        related=tuple(related),
        fingerprint=fingerprint(rule.id, place.path, _stable(document, pointer), _value(document, fault)),
    )


def _sentence(hint: str | None) -> str | None:
    """A hint as a sentence, whoever wrote it."""
    if not hint:
        return None
    short = _shortened(hint)
    return short[0].upper() + short[1:] + ("" if short[-1] in ".?!" else ".")


def _shortened(text: str) -> str:
    """A text without its middle, where it is very long: it ends with what is wrong."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]} ... {text[-half:]}"


def _span(place: Place, documents: Mapping[str, Document]) -> Span:
    if place.span is not None:
        return place.span
    document = documents.get(place.path)
    if document is None or place.pointer is None:
        return FILE_START
    return document.span(place.pointer, on_key=place.on_key)


def _stable(document: Document | None, pointer: Pointer) -> Pointer:
    """The pointer with list items by what they are called, so that it survives a reordered list."""
    if document is None:
        return pointer
    stable: list[str | int] = []
    for depth, key in enumerate(pointer):
        item = document.value(pointer[: depth + 1]) if isinstance(key, int) else None
        name = (
            next((item[by] for by in _NAMES if isinstance(item.get(by), str)), None)
            if isinstance(item, dict)
            else None
        )
        stable.append(f"={name}" if name else key)
    return tuple(stable)


def _value(document: Document | None, fault: Fault) -> Any:
    """The value at fault; what has no small value of its own is told apart by its message."""
    value = document.value(fault.place.pointer) if document and fault.place.pointer else None
    return fault.message if value is None or isinstance(value, dict | list) else value
