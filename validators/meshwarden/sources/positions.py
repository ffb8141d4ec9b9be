"""Where things stand in a text: offsets, lines and columns.

Everything is worked out from offsets in code points. libyaml counts lines too, but takes NEL, LS and PS for
line breaks, as YAML 1.1 does; editors, Git and YAML 1.2 do not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import Any, Final

from yaml.events import AliasEvent

from meshwarden.findings import Span

_LINE_BREAK: Final = re.compile("\r\n|\n|\r")
# A verbatim tag may hold any character; comments and line breaks, libyaml's too, may stand behind a property.
_PROPERTIES: Final = re.compile(r"(?:!<[^>]*>|[&!][^\s,\[\]{}]*|\s+|#[^\r\n\x85\u2028\u2029]*)*")
_KEEPS_BLANK_LINES: Final = re.compile(r"[|>][1-9]?\+")


class Lines:
    """The lines of a text."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line starts."""
        return [0, *map(re.Match.end, _LINE_BREAK.finditer(self.text))]

    def __getitem__(self, line: int) -> str:
        """The text of a line, counted from 1, without its break; empty beyond the end."""
        if not 1 <= line <= len(self.starts):
            return ""
        end = self.starts[line] if line < len(self.starts) else len(self.text)
        return self.text[self.starts[line - 1] : end].rstrip("\r\n")

    def place_of(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset in code points, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The span of the text between two offsets."""
        return Span(*self.place_of(start), *self.place_of(end))


def start_of(text: str, event: Any) -> int:
    """The offset of a value's first character; libyaml's mark is at its anchor or tag, if it has one."""
    start: int = event.start_mark.index
    if not (event.anchor or event.tag):
        return start
    found = _PROPERTIES.match(text, start)
    return found.end() if found else start


def bounds_of(text: str, event: Any) -> tuple[int, int]:
    """The offsets between which a scalar or an alias stands; two equal ones if it is empty."""
    start: int = event.start_mark.index
    end: int = event.end_mark.index
    if type(event) is AliasEvent:
        return start, end
    if event.style in {"|", ">"}:
        start = start_of(text, event)
        return start, _end_of_block(text, start, end)
    if not event.value and not event.style:
        return end, end
    return start_of(text, event), end


def _end_of_block(text: str, start: int, end: int) -> int:
    """The end of a block scalar's text; libyaml's is behind the blank lines that follow it."""
    lines = text[start:end].splitlines(keepends=True)
    if not _KEEPS_BLANK_LINES.match(text, start):
        while len(lines) > 1 and not lines[-1].strip(" \t\r\n"):
            lines.pop()
    body = "".join(lines)
    return start + len(body) - (2 if body.endswith("\r\n") else body.endswith(("\n", "\r")))
