"""Where things stand in a text: lines, marks, and the tree of places that a document's values have."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Protocol

from meshwarden.findings import Span

# YAML 1.1 breaks lines at these three too, and so does libyaml; editors, Git and YAML 1.2 do not.
_OTHER_BREAKS = re.compile("[\x85\u2028\u2029]")
_LINE_BREAK = re.compile("\r\n|\n|\r")
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*|!<[^>]*>|\s+|#[^\n]*)*")


class Mark(Protocol):
    """A position as PyYAML gives it: `line` and `column` start at 0, `index` counts code points."""

    line: int
    column: int
    index: int


class Node:
    """The place of one value in the text; of a mapping or a list, the places of its items too.

    Not a dataclass: one is made for every value of every file. `keys` and `items` are None for scalars.
    `target` is the anchored node where this one is an alias, and `held` tells that an anchor or a tag
    stands before the value.
    """

    __slots__ = ("block", "end", "held", "items", "keys", "start", "target")

    def __init__(self, start: Mark, end: Mark) -> None:
        self.start = start
        self.end = end
        self.keys: dict[str, Node] | None = None
        self.items: dict[str, Node] | list[Node] | None = None
        self.target: Node | None = None
        self.held = False
        self.block = False

    def child(self, key: str | int) -> Node | None:
        """The node under a key or an index; None where there is none."""
        items = self.items if self.target is None else self.target.items
        if isinstance(items, dict):
            return items.get(str(key))
        if isinstance(items, list) and isinstance(key, int) and 0 <= key < len(items):
            return items[key]
        return None

    def key(self, key: str | int) -> Node | None:
        """The node of a key itself; None in lists and where there is none."""
        keys = self.keys if self.target is None else self.target.keys
        return keys.get(str(key)) if keys else None


class Lines:
    """The lines of a text, and the place in them of a mark."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line starts."""
        return [0, *(found.end() for found in _LINE_BREAK.finditer(self.text))]

    @cached_property
    def _counts_as_libyaml(self) -> bool:
        return _OTHER_BREAKS.search(self.text) is None

    def __getitem__(self, line: int) -> str:
        """The text of a line, counted from 1, without its break; empty beyond the end."""
        if not 1 <= line <= len(self.starts):
            return ""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[self.starts[line - 1] : end].rstrip("\r\n")

    def place(self, mark: Mark) -> tuple[int, int]:
        """Line and column of a mark, both from 1."""
        if self._counts_as_libyaml:
            return mark.line + 1, mark.column + 1
        return self.place_of(mark.index)

    def place_of(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset in code points, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and a column."""
        return self.starts[line - 1] + column - 1


def span_of(lines: Lines, node: Node) -> Span:
    """The text of a node's value: from its first character, after anchor and tag, to behind its last."""
    line, column = lines.place(node.start)
    end_line, end_column = lines.place(node.end)
    if node.held:
        line, column = _after_properties(lines, line, column)
    if node.block:
        end_line, end_column = _before_blank(lines, line, end_line, end_column)
    return Span(line, column, end_line, end_column)


def _after_properties(lines: Lines, line: int, column: int) -> tuple[int, int]:
    found = _PROPERTIES.match(lines.text, lines.offset(line, column))
    return lines.place_of(found.end()) if found else (line, column)


def _before_blank(lines: Lines, first: int, line: int, column: int) -> tuple[int, int]:
    """The end of a block scalar's text: libyaml's is the start of the next token."""
    if column > 1 and lines[line][: column - 1].strip():
        return line, column
    line -= 1
    while line > first and not lines[line].strip():
        line -= 1
    return line, len(lines[line]) + 1
