"""Reading texts in tests, and cutting out of them what a span denotes."""

from collections.abc import Iterator
from typing import Any

from meshwarden.findings import Pointer, Span
from meshwarden.sources.document import Anomaly, Document
from meshwarden.sources.reader import read


def document(text: str) -> Document:
    """The document that `text` holds."""
    return read("a.yaml", text.encode())


def data(text: str) -> Any:
    """The data of a text that can be read."""
    found = document(text)
    assert found.readable, found.anomalies
    return found.data


def only(text: str) -> Anomaly:
    """The one anomaly of a text."""
    (anomaly,) = document(text).anomalies
    return anomaly


def cut(found: Document, span: Span) -> str:
    """What stands between the two ends of a span."""
    starts = found.lines.starts
    start = starts[span.line - 1] + span.column - 1
    return found.lines.text[start : starts[span.end_line - 1] + span.end_column - 1]


def written(text: str, *pointer: str | int, on_key: bool = False) -> str:
    """The text that denotes the value at a pointer, or its key."""
    found = document(text)
    assert found.readable, found.anomalies
    return cut(found, found.span(pointer, on_key=on_key))


def start(text: str, *pointer: str | int, on_key: bool = False) -> tuple[int, int]:
    """Line and column at which a value starts, or its key."""
    span = document(text).span(pointer, on_key=on_key)
    return span.line, span.column


def pointers(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Every value with its pointer, what holds others before them."""
    yield pointer, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from pointers(item, (*pointer, key))
