"""The tree of places: where in the text each key and value of a document stands.

A document that nothing is wrong with needs no positions: the tree is made when the first one is asked for,
from the same events as the data, and only of texts that could be read. So keys are scalars, aliases lead to
anchors, and nothing is nested deeper than the limit, which is why the functions here may call themselves.
"""

from __future__ import annotations

from typing import Any

import yaml

from meshwarden.sources.events import events, is_merge_key
from meshwarden.sources.positions import bounds_of, start_of


class Node:
    """The offsets of one value in the text; of a mapping or a list, the places of its items too.

    `items` is None for scalars. `target` is the anchored node where this one is an alias, or the value that
    a merge key brought. `text` is what a scalar says.
    """

    __slots__ = ("end", "items", "keys", "start", "target", "text")

    def __init__(self, start: int, end: int, text: str = "", target: Node | None = None) -> None:
        self.start = start
        self.end = end
        self.text = text
        self.target = target
        self.keys: dict[str, Node] = {}
        self.items: dict[str, Node] | list[Node] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands there, as behind a key without a value."""
        return self.start == self.end

    @property
    def anchored(self) -> Node:
        """The node itself, or the one that it stands for."""
        node = self
        while node.target is not None:
            node = node.target
        return node

    def child(self, key: str | int) -> Node | None:
        """The node under a key or an index; None where there is none."""
        items = self.anchored.items
        if isinstance(items, dict):
            return items.get(str(key))
        if isinstance(items, list) and isinstance(key, int) and 0 <= key < len(items):
            return items[key]
        return None

    def key(self, key: str | int) -> Node | None:
        """The node of a key itself; None in lists and where there is none."""
        return self.anchored.keys.get(str(key))


def tree_of(text: str) -> Node | None:
    """The places of the first document in `text`, which can be read; None if there is no document."""
    return _Composer(text).document()


class _Composer:
    """The events still to come, and the anchors that have been."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events = events(text)
        self._anchors: dict[str, Node] = {}

    def document(self) -> Node | None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                return self._node(next(self._events))
        return None

    def _node(self, event: Any) -> Node:
        kind = type(event)
        if kind is yaml.AliasEvent:
            return Node(*bounds_of(self._text, event), target=self._anchors[event.anchor])
        if kind is yaml.ScalarEvent:
            node = Node(*bounds_of(self._text, event), event.value)
        else:
            node = Node(start_of(self._text, event), event.end_mark.index)
        if event.anchor:
            self._anchors[event.anchor] = node
        if kind is yaml.MappingStartEvent:
            self._fill_mapping(node)
        elif kind is yaml.SequenceStartEvent:
            self._fill_list(node)
        return node

    def _fill_list(self, node: Node) -> None:
        node.items = items = []
        while type(event := next(self._events)) is not yaml.SequenceEndEvent:
            items.append(self._node(event))
        node.end = _end_of(event, items[-1].end if items else node.end)

    def _fill_mapping(self, node: Node) -> None:
        node.items = items = {}
        merged: list[Node] = []
        end = node.end
        while type(event := next(self._events)) is not yaml.MappingEndEvent:
            key, value = self._node(event), self._node(next(self._events))
            name, end = key.anchored.text, value.end
            if name in node.keys or (merged and name == "<<"):
                continue  # of two equal keys the first counts
            if is_merge_key(event) and (sources := _mappings(value)):
                merged = sources
            else:
                node.keys[name], items[name] = key, value
        node.end = _end_of(event, end)
        for source in merged:
            _merge(node, items, source)


def _end_of(event: Any, last: int) -> int:
    """Where a list or mapping ends: at its closing bracket, in block style with its last item."""
    start, end = event.start_mark.index, event.end_mark.index
    return end if start != end else last


def _mappings(value: Node) -> list[Node]:
    """The nodes that a merge key takes: a mapping, or the mappings of a list; else none."""
    items = value.anchored.items
    if isinstance(items, dict):
        return [value]
    if not items or not all(isinstance(item.anchored.items, dict) for item in items):
        return []
    through = value.target is not None
    return [Node(value.start, value.end, target=item) for item in items] if through else items


def _merge(node: Node, items: dict[str, Node], source: Node) -> None:
    """Puts merged values where the alias stands that brings them; what is written in place, where it is."""
    mapping = source.anchored
    assert isinstance(mapping.items, dict)
    for name, value in mapping.items.items():
        if name not in node.keys and source.target is None:
            node.keys[name], items[name] = mapping.keys[name], value
        elif name not in node.keys:
            node.keys[name] = items[name] = Node(source.start, source.end, target=value)
