"""The Kubernetes objects of files that were written by hand, and where in the text each of them stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from meshwarden.findings import Place, Pointer, Span
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.sources.document import AnomalyKind, Document
from meshwarden.sources.reader import read

_SEPARATOR: Final = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """An object in a file.

    `document` is the one of the file's documents that holds it, `lines` are those of the file before that
    document, `pointer` is where it is in the document: somewhere in a List, else at its root.
    """

    data: Any
    document: Document
    lines: int = 0
    pointer: Pointer = ()

    @property
    def path(self) -> str:
        return self.document.path

    def place(self, pointer: Pointer, *, on_key: bool = False) -> Place:
        """A field of the object in its file; where there is none, what should hold it."""
        whole = (*self.pointer, *pointer)
        span = self.document.span(whole, on_key=on_key)
        moved = Span(span.line + self.lines, span.column, span.end_line + self.lines, span.end_column)
        return Place(self.path, whole, on_key, moved)


def objects_in(manifest: Manifest) -> Iterator[Written]:
    """The Kubernetes objects of a file, those of a List one by one."""
    for written in _items(manifest.document):
        if fields.text(written.data, "apiVersion") and fields.text(written.data, "kind"):
            yield written


def items_of(whole: Document) -> tuple[Any, ...]:
    """What the documents of a text hold, whatever it is, empty ones left out; items of a List one by one."""
    return tuple(found.data for found in _items(whole) if found.data is not None)


def documents_in(whole: Document) -> Sequence[tuple[Document, int]]:
    """The documents of a file, each with the number of lines before it."""
    if any(anomaly.kind is AnomalyKind.SEVERAL_DOCUMENTS for anomaly in whole.anomalies):
        return _parts(whole.path, whole.lines.text)
    return [(whole, 0)]


def is_list(data: Any) -> bool:
    """Whether Kustomize takes the items of an object in its place; a kind may just be called so."""
    return str(fields.at(data, "kind")).endswith("List") and "items" in data


def _items(whole: Document) -> Iterator[Written]:
    for document, lines in documents_in(whole):
        yield from _taken_apart(Written(document.data, document, lines))


def _taken_apart(written: Written) -> Iterator[Written]:
    """An object, or the items of a List, which may be Lists themselves."""
    if not is_list(written.data):
        yield written
        return
    for index, item in enumerate(fields.entries(written.data, "items")):
        yield from _taken_apart(replace(written, data=item, pointer=(*written.pointer, "items", index)))


@lru_cache(maxsize=1024)  # environments share files, and ask more than one thing of each
def _parts(path: str, text: str) -> tuple[tuple[Document, int], ...]:
    found, lines = [], 0
    for part in _SEPARATOR.split(text):
        found.append((read(path, part.encode("utf-8", "replace")), lines))
        lines += part.count("\n")
    return tuple(found)
