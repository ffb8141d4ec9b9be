"""The bytes of a file → `Document`: what guards the reader comes first, then the builder."""

from __future__ import annotations

import re
from typing import Final

import yaml

from meshwarden.findings import Span
from meshwarden.sources.builder import Builder, Unreadable
from meshwarden.sources.document import Anomaly, AnomalyKind, Document
from meshwarden.sources.limits import LIMITS, Limits
from meshwarden.sources.positions import Lines

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BIDIRECTIONAL: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


def read(path: str, content: bytes, limits: Limits = LIMITS) -> Document:
    """The document that `content` holds; what is wrong with it stands in `anomalies`, nothing is raised."""
    if len(content) > limits.bytes:
        return too_large(path, len(content), limits)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        return _undecodable(path, content[: error.start])
    lines = Lines(text.removeprefix("\ufeff"))
    anomalies = []
    if text.startswith("\ufeff"):
        anomalies.append(Anomaly(AnomalyKind.BYTE_ORDER_MARK, Span(1, 1, 1, 1)))
    if found := _UNPRINTABLE.search(lines.text):
        anomalies.append(_character(lines, found, "control"))
        return Document(path, lines, None, None, tuple(anomalies), readable=False)
    if not text.isascii() and (found := _BIDIRECTIONAL.search(lines.text)):
        anomalies.append(_character(lines, found, "bidirectional"))
    return _build(path, lines, limits, anomalies)


def too_large(path: str, size: int, limits: Limits = LIMITS) -> Document:
    """The document of a file of `size` bytes that is not read, since that is more than `limits` allow."""
    anomaly = Anomaly(AnomalyKind.SIZE, Span(1, 1, 1, 1), str(size), str(limits.bytes))
    return Document(path, Lines(""), None, None, (anomaly,), readable=False)


def _build(path: str, lines: Lines, limits: Limits, anomalies: list[Anomaly]) -> Document:
    builder = Builder(lines, limits)
    broken = None
    try:
        builder.build()
    except Unreadable as stop:
        broken = stop.anomaly
    except yaml.MarkedYAMLError as error:
        broken = _syntax(lines, error)
    if broken:
        found = (*anomalies, *builder.anomalies, broken)
        return Document(path, lines, None, None, found, builder.head, readable=False)
    return Document(path, lines, builder.data, builder.root, (*anomalies, *builder.anomalies), builder.head)


def _undecodable(path: str, before: bytes) -> Document:
    lines = Lines(before.decode("utf-8"))
    line, column = lines.place_of(len(lines.text))
    anomaly = Anomaly(AnomalyKind.ENCODING, Span(line, column, line, column))
    return Document(path, lines, None, None, (anomaly,), readable=False)


def _character(lines: Lines, found: re.Match[str], what: str) -> Anomaly:
    line, column = lines.place_of(found.start())
    text = f"U+{ord(found.group()):04X}"
    return Anomaly(AnomalyKind.ENCODING, Span(line, column, line, column + 1), text, what)


def _syntax(lines: Lines, error: yaml.MarkedYAMLError) -> Anomaly:
    mark = error.problem_mark or error.context_mark
    line, column = lines.place(mark) if mark else (1, 1)
    other = None
    if mark and error.context_mark and error.context_mark.index != mark.index:
        other = Span(*(lines.place(error.context_mark) * 2))
    span = Span(line, column, line, column + 1)
    return Anomaly(
        AnomalyKind.SYNTAX, span, error.context or "", error.problem or "this is not YAML", other=other
    )
