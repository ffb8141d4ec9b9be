"""A YAML document: its data as JSON knows it, and where in the text each key and value stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from meshwarden.findings import FILE_START, Pointer, Span
from meshwarden.sources.places import Node, tree_of
from meshwarden.sources.positions import Lines


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
    """One YAML file as it was read. `data` is None where it could not be, or is empty.

    `head` holds the texts of the top level as far as the file could be read, also where it then broke: it
    tells what a broken document is.
    """

    path: str
    lines: Lines
    data: Any
    anomalies: tuple[Anomaly, ...] = ()
    head: dict[str, str] = field(default_factory=dict)
    readable: bool = True

    @cached_property
    def _root(self) -> Node | None:
        return tree_of(self.lines.text) if self.readable else None

    def span(self, pointer: Pointer, *, on_key: bool = False) -> Span:
        """Where the value at `pointer` stands, or with `on_key` its key.

        What is reached through an alias stands where the alias is used. Where `pointer` leads to nothing,
        the key whose block lacks it is given; in a list item, its first key; at the root, 1:1.
        """
        node, key_node = self._root, None
        if node is None or (not pointer and isinstance(node.items, dict)):
            return FILE_START
        for depth, key in enumerate(pointer):
            child = node.child(key)
            if child is None:
                return self._lacking(node, key_node) if depth else FILE_START
            key_node = node.key(key)
            node = child
            if child.target is not None:
                on_key = on_key and depth == len(pointer) - 1
                break
        return self._span(key_node if key_node and (on_key or node.is_empty) else node)

    def anchored(self, pointer: Pointer) -> Span | None:
        """Where the value at `pointer` truly stands, if it is reached through an alias; else None."""
        node, through_alias = self._root, False
        for key in pointer:
            node = node.child(key) if node else None
            if node is not None and node.target is not None:
                node, through_alias = node.anchored, True
        return self._span(node) if node and through_alias else None

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

    def _lacking(self, node: Node, key_node: Node | None) -> Span:
        """Where something is missing: at the key of `node`; of a list item, at its first key."""
        return self._span(key_node or next(iter(node.anchored.keys.values()), node))

    def _span(self, node: Node) -> Span:
        return self.lines.span(node.start, node.end)
