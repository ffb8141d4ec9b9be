"""The bytes of a file → `Document`: what guards the reader comes first, then the builder."""

from __future__ import annotations

import re
from typing import Final

import yaml

from meshwarden.findings import FILE_START, Span
from meshwarden.sources.builder import Builder, Unreadable
from meshwarden.sources.document import Anomaly, AnomalyKind, Document
from meshwarden.sources.limits import LIMITS, Limits
from meshwarden.sources.positions import Lines

_BYTE_ORDER_MARK: Final = "\ufeff"
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
    lines = Lines(text.lstrip(_BYTE_ORDER_MARK))
    anomalies = []
    if text.startswith(_BYTE_ORDER_MARK):
        anomalies.append(Anomaly(AnomalyKind.BYTE_ORDER_MARK, FILE_START))
    if not text.isascii() and (found := _BIDIRECTIONAL.search(lines.text)):
        anomalies.append(_character(lines, found, "bidirectional"))
    return _build(path, lines, limits, anomalies)


def too_large(path: str, size: int, limits: Limits = LIMITS) -> Document:
    """The document of a file of `size` bytes that is not read, since that is more than `limits` allow."""
    anomaly = Anomaly(AnomalyKind.SIZE, FILE_START, str(size), str(limits.bytes))
    return Document(path, Lines(""), None, (anomaly,), readable=False)


def _build(path: str, lines: Lines, limits: Limits, anomalies: list[Anomaly]) -> Document:
    builder = Builder(lines, limits)
    try:
        builder.build()
    except Unreadable as stop:
        broken = stop.anomaly
    except yaml.YAMLError as error:
        broken = _syntax(lines, error)
    else:
        found = (*anomalies, *builder.anomalies)
        return Document(path, lines, builder.data, found, builder.head)
    found = (*anomalies, *builder.anomalies, broken)
    return Document(path, lines, None, found, builder.head, readable=False)


def _undecodable(path: str, before: bytes) -> Document:
    lines = Lines(before.decode("utf-8"))
    end = len(lines.text)
    anomaly = Anomaly(AnomalyKind.ENCODING, lines.span(end, end))
    return Document(path, lines, None, (anomaly,), readable=False)


def _character(lines: Lines, found: re.Match[str], what: str) -> Anomaly:
    text = f"U+{ord(found.group()):04X}"
    return Anomaly(AnomalyKind.ENCODING, lines.span(*found.span()), text, what)


def _syntax(lines: Lines, error: yaml.YAMLError) -> Anomaly:
    if not isinstance(error, yaml.MarkedYAMLError):  # libyaml refuses a character
        found = _UNPRINTABLE.search(lines.text)
        assert found is not None, error
        return _character(lines, found, "control")
    mark = error.problem_mark or error.context_mark
    at = mark.index if mark else 0
    context = error.context_mark.index if error.context_mark else at
    line, column = lines.place_of(at)
    return Anomaly(
        AnomalyKind.SYNTAX,
        Span(line, column, line, column + 1),
        error.context or "",
        error.problem or "this is not YAML",
        other=lines.span(context, context) if context != at else None,
    )
