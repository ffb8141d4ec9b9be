"""The events of libyaml → data as JSON knows it, and what the text stumbles over.

PyYAML's own constructors resolve scalars by YAML 1.1, keep the last of two equal keys, and expand what
should not be expanded. One loop over the events does better, and costs less: no recursion, so that depth
costs nothing, and no positions, which only what is wrong needs.
"""

from __future__ import annotations

from typing import Any, Final

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from meshwarden.findings import Pointer
from meshwarden.sources.anchors import Anchored, merge
from meshwarden.sources.document import Anomaly, AnomalyKind
from meshwarden.sources.events import events, is_merge_key
from meshwarden.sources.limits import Limits
from meshwarden.sources.positions import Lines, bounds_of
from meshwarden.sources.scalars import NUMERIC, WORDS, Scalar, understood
from meshwarden.sources.tags import is_core, scalar_of

# Keys that no text is equal to, in mappings that are still open. `_IGNORED` takes the value of a key that
# stood there already; `_MERGE` is a plain `<<`, whose values are merged when all others are known.
_IGNORED: Final = object()
_MERGE: Final = object()


class Unreadable(Exception):
    """Ends the reading of one text; holds the anomaly that ended it."""

    def __init__(self, anomaly: Anomaly) -> None:
        super().__init__(anomaly)
        self.anomaly = anomaly


class _Open:
    """A mapping or a list whose end has not come yet."""

    __slots__ = ("anchored", "data", "key", "keys")

    def __init__(self, data: Any, keys: dict[str, Any] | None, anchored: Anchored | None) -> None:
        self.data = data
        self.keys = keys  # a mapping's keys with their events; None for a list
        self.key: Any = None  # a mapping's key whose value comes next
        self.anchored = anchored


class Builder:
    """The state of reading one text: made for it, used once."""

    def __init__(self, lines: Lines, limits: Limits) -> None:
        self.anomalies: list[Anomaly] = []
        self._lines = lines
        self._limits = limits
        self._documents: list[Any] = []
        self._open = [_Open(self._documents, None, None)]
        self._anchors: dict[str, Anchored] = {}
        self._aliased = 0

    @property
    def data(self) -> Any:
        """The first document, None if there is none."""
        return self._documents[0] if self._documents else None

    @property
    def head(self) -> dict[str, str]:
        """The texts of the first document's top level, as far as it was read."""
        top = self.data if isinstance(self.data, dict) else {}
        return {key: text for key, text in top.items() if isinstance(key, str) and isinstance(text, str)}

    def build(self) -> None:
        """Reads the first document of the text; raises `Unreadable`, or PyYAML's own YAMLError."""
        top = self._open[-1]
        for event in events(self._lines.text):
            if type(event) is ScalarEvent:
                text: str = event.value
                value: Scalar = text
                if event.anchor or event.tag:
                    value = self._held(event)
                elif (text in WORDS or text[:1] in NUMERIC) and not event.style:
                    value = self._plain(event)
                if top.keys is None:
                    top.data.append(value)
                elif top.key is not None:
                    top.data[top.key] = value
                    top.key = None
                elif text == "<<" or text in top.keys:
                    self._odd_key(top, event, text)
                else:
                    top.keys[text] = event
                    top.key = text
            elif type(event) is DocumentStartEvent and self._documents:
                self._note(AnomalyKind.SEVERAL_DOCUMENTS, event)
                return
            else:
                top = self._structure(top, event)

    def _structure(self, top: _Open, event: Any) -> _Open:
        """What is no scalar; gives the mapping or list that is open then."""
        kind = type(event)
        if kind is MappingStartEvent:
            return self._begin(top, event, {}, {})
        if kind is SequenceStartEvent:
            return self._begin(top, event, [], None)
        if kind is MappingEndEvent or kind is SequenceEndEvent:
            return self._end()
        if kind is AliasEvent:
            self._alias(top, event)
        return top

    def _begin(self, top: _Open, event: Any, data: Any, keys: dict[str, Any] | None) -> _Open:
        """Opens a mapping or a list, which its parent holds from now on."""
        if len(self._open) > self._limits.depth:
            raise self._unreadable(AnomalyKind.DEPTH, event, detail=str(self._limits.depth))
        if top.keys is None:
            top.data.append(data)
        elif top.key is None:
            detail = "a key must be text, not a list or a mapping"
            raise self._unreadable(AnomalyKind.SYNTAX, event, detail=detail)
        else:
            top.data[top.key] = data
        if event.tag and not is_core(event.tag, "seq" if keys is None else "map"):
            self._note(AnomalyKind.TAG, event, event.tag)
        opened = _Open(data, keys, self._anchor(event, data, whole=False))
        self._open.append(opened)
        return opened

    def _end(self) -> _Open:
        """Closes the mapping or list that was opened last, and gives the one around it."""
        ended = self._open.pop()
        if ended.keys is not None:
            ended.data.pop(_IGNORED, None)
            if _MERGE in ended.data:
                self._merge(ended.data, ended.keys["<<"])
        if ended.anchored:
            ended.anchored.whole = True
        top = self._open[-1]
        top.key = None
        return top

    def _held(self, event: Any) -> Scalar:
        """The value of a scalar with an anchor or a tag."""
        value: Scalar = event.value
        if event.tag:
            value, fits = scalar_of(event.tag, event.value)
            if not fits:
                self._note(AnomalyKind.TAG, event, event.tag)
        elif not event.style:
            value = self._plain(event)
        self._anchor(event, value, whole=True)
        return value

    def _plain(self, event: Any) -> Scalar:
        """The value of a plain scalar, of which a reader of YAML 1.1 may think otherwise."""
        text: str = event.value
        value, other = understood(text)
        if other:
            span = self._lines.span(*bounds_of(self._lines.text, event))
            self.anomalies.append(Anomaly(AnomalyKind.AMBIGUOUS, span, text, other, pointer=self._pointer()))
        return value

    def _odd_key(self, top: _Open, event: Any, text: str) -> None:
        keys = top.keys
        assert keys is not None
        if text in keys:
            span, first = (self._lines.span(*bounds_of(self._lines.text, key)) for key in (event, keys[text]))
            self.anomalies.append(Anomaly(AnomalyKind.DUPLICATE_KEY, span, text, other=first))
            top.key = _IGNORED
        else:
            keys[text] = event
            top.key = _MERGE if is_merge_key(event) else text

    def _anchor(self, event: Any, value: Any, *, whole: bool) -> Anchored | None:
        if not event.anchor:
            return None
        anchored = self._anchors[event.anchor] = Anchored(value, whole)
        return anchored

    def _alias(self, top: _Open, event: Any) -> None:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            detail = f"no anchor `&{event.anchor}` stands before this alias"
            raise self._unreadable(AnomalyKind.SYNTAX, event, detail=detail)
        if not anchored.whole:
            raise self._unreadable(AnomalyKind.ALIAS_EXPANSION, event, event.anchor)
        count, height = anchored.size
        self._aliased += count
        if self._aliased > self._limits.aliased:
            limit = str(self._limits.aliased)
            raise self._unreadable(AnomalyKind.ALIAS_EXPANSION, event, event.anchor, limit)
        if len(self._open) + height > self._limits.depth + 1:
            raise self._unreadable(AnomalyKind.DEPTH, event, detail=str(self._limits.depth))
        if top.keys is None:
            top.data.append(anchored.value)
        elif top.key is not None:
            top.data[top.key] = anchored.value
            top.key = None
        elif isinstance(anchored.value, str):
            self._odd_key(top, event, anchored.value)
        else:
            detail = "a key must be text; this alias is not"
            raise self._unreadable(AnomalyKind.SYNTAX, event, detail=detail)

    def _merge(self, data: dict[Any, Any], key: Any) -> None:
        value = data.pop(_MERGE)
        if merge(data, value):
            span = self._lines.span(*bounds_of(self._lines.text, key))
            self.anomalies.append(Anomaly(AnomalyKind.MERGE_KEY, span, "<<"))
        else:
            data["<<"] = value

    def _pointer(self) -> Pointer | None:
        """Where the scalar that comes now will stand; None for keys, and where it is merged or left out."""
        around = [len(opened.data) - 1 if opened.keys is None else opened.key for opened in self._open[1:]]
        if around and self._open[-1].keys is None:
            around[-1] += 1
        return tuple(around) if all(isinstance(key, str | int) for key in around) else None

    def _note(self, kind: AnomalyKind, event: Any, text: str = "") -> None:
        self.anomalies.append(self._anomaly(kind, event, text))

    def _unreadable(self, kind: AnomalyKind, event: Any, text: str = "", detail: str = "") -> Unreadable:
        return Unreadable(self._anomaly(kind, event, text, detail))

    def _anomaly(self, kind: AnomalyKind, event: Any, text: str = "", detail: str = "") -> Anomaly:
        span = self._lines.span(event.start_mark.index, event.end_mark.index)
        return Anomaly(kind, span, text, detail)
