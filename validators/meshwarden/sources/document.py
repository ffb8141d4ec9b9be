"""A YAML document: its data as JSON knows it, and where in the text each key and value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from meshwarden.findings import FILE_START, Pointer, Span
from meshwarden.sources.positions import Lines, Node, span_of


class AnomalyKind(Enum):
    """What the reader of YAML text can stumble over; each is a rule of the category yaml."""

    SYNTAX = "syntax"
    ENCODING = "encoding"
    BYTE_ORDER_MARK = "byte order mark"
    DUPLICATE_KEY = "duplicate key"
    AMBIGUOUS = "ambiguous scalar"
    ALIAS_EXPANSION = "alias expansion"
    DEPTH = "depth"
    SIZE = "size"
    SEVERAL_DOCUMENTS = "several documents"
    TAG = "tag"
    MERGE_KEY = "merge key"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One such thing: where, which text, and what it is. `other` is a second place that belongs to it."""

    kind: AnomalyKind
    span: Span
    text: str = ""
    detail: str = ""
    other: Span | None = None
    pointer: Pointer | None = None


@dataclass(frozen=True)
class Document:
    """One YAML file as it was read. `data` is None, `root` is None, where it could not be or is empty.

    `head` holds the scalars of the top level as far as the text could be read, also where it then broke:
    it tells what a broken document is.
    """

    path: str
    lines: Lines
    data: Any
    root: Node | None
    anomalies: tuple[Anomaly, ...] = ()
    head: dict[str, str] = field(default_factory=dict)
    readable: bool = True

    def span(self, pointer: Pointer, *, on_key: bool = False) -> Span:
        """Where the value at `pointer` stands, or with `on_key` its key.

        What is reached through an alias stands where the alias is used. Where `pointer` leads to nothing,
        the key whose block lacks it is given; in a list item, its first key; at the root, 1:1.
        """
        node, key_node = self.root, None
        for depth, key in enumerate(pointer):
            child = node.child(key) if node else None
            if node is None or child is None:
                return self._lacking(pointer[:depth], node, key_node)
            key_node = node.key(key)
            if child.target is not None:
                return span_of(
                    self.lines, key_node if on_key and key_node and depth == len(pointer) - 1 else child
                )
            node = child
        if node is None or (not pointer and isinstance(node.items, dict)):
            return FILE_START
        if key_node and (on_key or self._is_empty(node)):
            return span_of(self.lines, key_node)
        return span_of(self.lines, node)

    def anchored(self, pointer: Pointer) -> Span | None:
        """Where the value at `pointer` truly stands, if it is reached through an alias; else None."""
        node, through_alias = self.root, False
        for key in pointer:
            node = node.child(key) if node else None
            while node is not None and node.target is not None:
                node, through_alias = node.target, True
        return span_of(self.lines, node) if node and through_alias else None

    def value(self, pointer: Pointer) -> Any:
        """What stands at `pointer`; None where nothing does."""
        value = self.data
        for key in pointer:
            if isinstance(value, dict):
                value = value.get(str(key))
            elif isinstance(value, list) and isinstance(key, int) and 0 <= key < len(value):
                value = value[key]
            else:
                return None
        return value

    def _lacking(self, reached: Pointer, node: Node | None, key_node: Node | None) -> Span:
        if not reached or node is None:
            return FILE_START
        if key_node:
            return span_of(self.lines, key_node)
        first = next(iter((node.keys or {}).values()), node)
        return span_of(self.lines, first)

    @staticmethod
    def _is_empty(node: Node) -> bool:
        return node.items is None and node.start.index == node.end.index
