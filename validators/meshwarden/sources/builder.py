"""The events of libyaml → data and the tree of its places.

PyYAML's own constructors give no positions, resolve scalars by YAML 1.1, keep the last of two equal keys,
and expand what should not be expanded. Its C parser gives all that is needed to do better, at less than
the cost of composing nodes: one loop over the events, no recursion, so that depth costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml

from meshwarden.findings import Pointer, Span
from meshwarden.sources.document import Anomaly, AnomalyKind
from meshwarden.sources.limits import Limits
from meshwarden.sources.positions import Lines, Node, span_of
from meshwarden.sources.scalars import Scalar, read_by_1_1, resolve
from meshwarden.sources.tags import is_core, scalar_of

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_IGNORED: Final = object()  # in place of a key that stood there already: its second value is left out


class Unreadable(Exception):
    """Ends the reading of one text; holds the anomaly that ended it."""

    def __init__(self, anomaly: Anomaly) -> None:
        super().__init__(anomaly)
        self.anomaly = anomaly


@dataclass(frozen=True, slots=True)
class _Anchored:
    value: Any
    node: Node
    weight: int


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("anchor", "data", "is_mapping", "key", "merges", "node", "weight")

    def __init__(self, data: dict[str, Any] | list[Any], node: Node, anchor: str | None) -> None:
        self.data = data
        self.is_mapping = isinstance(data, dict)
        self.node = node
        self.anchor = anchor
        self.key: Any = None  # a mapping's key whose value comes next
        self.merges = False  # that key is a plain `<<`
        self.weight = 1  # the values in it, those behind aliases counted each time

    @property
    def wants_key(self) -> bool:
        return self.is_mapping and self.key is None


class Builder:
    """The state of reading one text: made for it, used once."""

    def __init__(self, lines: Lines, limits: Limits) -> None:
        self.data: Any = None
        self.root: Node | None = None
        self.anomalies: list[Anomaly] = []
        self.head: dict[str, str] = {}
        self._lines = lines
        self._limits = limits
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored | None] = {}  # None: begun, not ended
        self._aliased = 0

    def build(self) -> None:
        """Reads the first document of the text; raises `Unreadable`, or PyYAML's own MarkedYAMLError."""
        documents = 0
        # PyYAML's types have optional marks; its parsers always set them. Hence `Any` for events.
        event: Any
        for event in yaml.parse(self._lines.text, Loader=_LOADER):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._begin({}, event)
            elif kind is yaml.SequenceStartEvent:
                self._begin([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._end(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self._note(AnomalyKind.SEVERAL_DOCUMENTS, event)
                    return

    def _begin(self, data: dict[str, Any] | list[Any], event: Any) -> None:
        if len(self._open) >= self._limits.depth:
            raise self._unreadable(AnomalyKind.DEPTH, event, detail=str(self._limits.depth))
        if self._open and self._open[-1].wants_key:
            raise self._unreadable(
                AnomalyKind.SYNTAX, event, detail="a key must be text, not a list or a mapping"
            )
        node = Node(event.start_mark, event.end_mark)
        if isinstance(data, dict):
            node.keys, node.items = {}, {}
        else:
            node.items = []
        if event.anchor or event.tag:
            node.held = True
        if event.anchor:
            self._anchors[event.anchor] = None
        if event.tag and not is_core(event.tag, "map" if isinstance(data, dict) else "seq"):
            self._note(AnomalyKind.TAG, event, event.tag)
        self._open.append(_Open(data, node, event.anchor))

    def _end(self, event: Any) -> None:
        ended = self._open.pop()
        node = ended.node
        if event.start_mark.index != event.end_mark.index:  # flow style: the closing bracket
            node.end = event.end_mark
        elif node.items:  # block style: libyaml's end is the start of the next token
            last = node.items[-1] if isinstance(node.items, list) else next(reversed(node.items.values()))
            node.end, node.block = last.end, last.block
        if ended.anchor:
            self._anchors[ended.anchor] = _Anchored(ended.data, node, ended.weight)
        self._put(ended.data, node, ended.weight)

    def _scalar(self, event: Any) -> None:
        text: str = event.value
        plain = event.implicit[0] and not event.style
        node = Node(event.start_mark, event.end_mark)
        node.block = event.style in ("|", ">")
        node.held = bool(event.anchor or event.tag)
        value: Scalar = resolve(text) if plain else text
        if event.tag:
            value, fits = scalar_of(event.tag, text)
            if not fits:
                self._note(AnomalyKind.TAG, event, event.tag)
        top = self._open[-1] if self._open else None
        if plain and text != "<<" and (other := read_by_1_1(text, value)):
            self._ambiguous(node, text, other)
        if event.anchor:
            self._anchors[event.anchor] = _Anchored(value, node, 1)
        if top is not None and top.wants_key:
            self._key(top, text, node, merges=plain and text == "<<")
            return
        if top is not None and len(self._open) == 1 and isinstance(top.key, str):
            self.head[top.key] = text
        self._put(value, node, 1)

    def _key(self, top: _Open, text: str, node: Node, *, merges: bool) -> None:
        top.merges = merges
        keys = top.node.keys
        assert keys is not None
        first = keys.get(text)
        if first is None or (first.target is not None and not merges):
            keys[text] = node
            top.key = text
            return
        span, other = span_of(self._lines, node), span_of(self._lines, first)
        self.anomalies.append(Anomaly(AnomalyKind.DUPLICATE_KEY, span, text, other=other))
        top.key = _IGNORED

    def _put(self, value: Any, node: Node, weight: int) -> None:
        """Puts a whole value where it belongs."""
        if not self._open:
            self.data, self.root = value, node
            return
        top = self._open[-1]
        top.weight += weight
        items = top.node.items
        if isinstance(items, list):
            top.data.append(value)  # type: ignore[union-attr]
            items.append(node)
            return
        assert isinstance(items, dict)
        key, top.key = top.key, None
        if top.merges and _mappings(value):
            self._merge(top, value, node)
        elif key is not _IGNORED:
            top.data[key] = value
            items[key] = node

    def _alias(self, event: Any) -> None:
        if event.anchor not in self._anchors:
            detail = f"no anchor `&{event.anchor}` stands before this alias"
            raise self._unreadable(AnomalyKind.SYNTAX, event, detail=detail)
        anchored = self._anchors[event.anchor]
        if anchored is None:
            raise self._unreadable(AnomalyKind.ALIAS_EXPANSION, event, event.anchor)
        self._aliased += anchored.weight
        if self._aliased > self._limits.aliased:
            raise self._unreadable(
                AnomalyKind.ALIAS_EXPANSION, event, event.anchor, str(self._limits.aliased)
            )
        node = Node(event.start_mark, event.end_mark)
        if self._open and self._open[-1].wants_key:
            if not isinstance(anchored.value, str):
                raise self._unreadable(
                    AnomalyKind.SYNTAX, event, detail="a key must be text; this alias is not"
                )
            self._key(self._open[-1], anchored.value, node, merges=False)
            return
        node.target = anchored.node
        self._put(anchored.value, node, anchored.weight)

    def _merge(self, top: _Open, value: Any, alias: Node) -> None:
        """Merges as YAML 1.1 does, and every reader of Kubernetes manifests still.

        Keys that the mapping itself has, also later, win; in a list of mappings the first. Merged keys
        stand where the alias does.
        """
        keys, items = top.node.keys, top.node.items
        assert keys is not None
        assert isinstance(items, dict)
        span = span_of(self._lines, keys.pop("<<"))
        self.anomalies.append(Anomaly(AnomalyKind.MERGE_KEY, span, "<<"))
        nodes = alias.items if isinstance(value, list) and isinstance(alias.items, list) else [alias]
        for data, node in zip(value if isinstance(value, list) else [value], nodes, strict=False):
            for key, merged in data.items():
                if key not in keys:
                    placed = Node(node.start, node.end)
                    placed.target = node.child(key)
                    top.data[key], items[key], keys[key] = merged, placed, placed

    def _ambiguous(self, node: Node, text: str, other: str) -> None:
        ends = [len(opened.data) if not opened.is_mapping else opened.key for opened in self._open]
        pointer: Pointer | None = tuple(ends) if None not in ends and _IGNORED not in ends else None
        self.anomalies.append(
            Anomaly(AnomalyKind.AMBIGUOUS, span_of(self._lines, node), text, other, pointer=pointer)
        )

    def _note(self, kind: AnomalyKind, event: Any, text: str = "") -> None:
        self.anomalies.append(self._anomaly(kind, event, text))

    def _unreadable(self, kind: AnomalyKind, event: Any, text: str = "", detail: str = "") -> Unreadable:
        return Unreadable(self._anomaly(kind, event, text, detail))

    def _anomaly(self, kind: AnomalyKind, event: Any, text: str = "", detail: str = "") -> Anomaly:
        span = Span(*self._lines.place(event.start_mark), *self._lines.place(event.end_mark))
        return Anomaly(kind, span, text, detail)


def _mappings(value: Any) -> bool:
    """Whether `value` is what a merge key takes: a mapping, or a list of mappings."""
    return isinstance(value, dict) or (
        isinstance(value, list) and all(isinstance(item, dict) for item in value)
    )
