"""Objects → YAML text that every reader reads alike: by YAML 1.1, by YAML 1.2, and Kustomize.

What a plain scalar means differs between readers, so a string is plain only where none can take it for
anything else. There are no anchors: an object that stands twice is written twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

# Fields that people look for first, in this order; all others follow by name.
_FIRST: Final = {
    name: place
    for place, name in enumerate(
        (
            "apiVersion",
            "kind",
            "metadata",
            "op",
            "path",
            "name",
            "namespace",
            "labels",
            "annotations",
            "spec",
            "data",
        )
    )
}
_BLOCKS: Final = (dict, list, tuple)
_PLAIN: Final = re.compile(
    r"(?:\.\./)*[A-Za-z_/](?:[-A-Za-z0-9_./@+=,*%$()~]|:(?=[-A-Za-z0-9_./])| (?=[-A-Za-z0-9_./(]))*\Z"
)
_WORDS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
_READABLE: Final = (
    "\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff"
    "\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
)
_ESCAPED: Final = re.compile(f'[^{_READABLE}]|["\\\\]')
# Several lines that begin with no space and end in none.
_LITERAL: Final = re.compile(rf"(?!\s)[\n{_READABLE}]*(?<!\s)\n?\Z")
_ENDS_IN_SPACE: Final = re.compile(r"[^\S\n]\n")
# Halves of surrogate pairs; and what Kustomize, which writes JSON and reads it as YAML, fails on.
_LOST: Final = re.compile("[\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def write(value: Any, *, comment: str = "") -> bytes:
    """One YAML document, in UTF-8, with `comment` above it.

    Takes what JSON knows: mappings with text keys, sequences, text, numbers, booleans and None. Characters
    that no encoding has, and control characters that Kustomize cannot carry, become U+FFFD. Raises TypeError
    for anything else.
    """
    lines = [f"# {line}" for line in comment.splitlines()]
    if _is_block(value):
        _block(value, 0, lines)
    else:
        lines.extend(_scalar_lines(value, 2))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _is_block(value: Any) -> bool:
    return isinstance(value, _BLOCKS) and len(value) > 0


def _block(value: Any, indent: int, lines: list[str]) -> None:
    """Adds the lines of a mapping or a sequence that is not empty."""
    margin = " " * indent
    if isinstance(value, dict):
        for key, written in _in_order(tuple(value)):
            _entry(f"{margin}{written}:", value[key], indent, lines)
        return
    for item in value:
        if _is_block(item):
            start = len(lines)
            _block(item, indent + 2, lines)
            lines[start] = f"{margin}- {lines[start][indent + 2 :]}"
        else:
            _entry(f"{margin}-", item, indent, lines)


def _entry(head: str, value: Any, indent: int, lines: list[str]) -> None:
    if value.__class__ is str and "\n" not in value:  # as most are
        lines.append(f"{head} {_string(value)}")
        return
    if _is_block(value):
        lines.append(head)
        _block(value, indent + 2, lines)
        return
    first, *rest = _scalar_lines(value, indent + 2)
    lines.append(f"{head} {first}")
    lines.extend(rest)


@lru_cache(maxsize=4096)  # objects of a kind have the same few sets of keys
def _in_order(keys: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """Keys in the order of a mapping's lines, each with the text that is written for it."""
    for key in keys:
        if not isinstance(key, str):
            raise TypeError(f"a key of a rendered object is {key!r}, and no text")
    return tuple((key, _string(key)) for key in sorted(keys, key=_place))


def _place(key: str) -> tuple[int, str]:
    return _FIRST.get(key, len(_FIRST)), key


def _scalar_lines(value: Any, indent: int) -> Sequence[str]:
    """A scalar's lines: one, but for a text of several lines as a literal block, indented by `indent`."""
    if isinstance(value, str):
        return ("\n" in value and _literal(value, indent)) or [_string(value)]
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, float):
        return [_float(value)]
    if isinstance(value, dict):
        return ["{}"]
    if isinstance(value, list | tuple):
        return ["[]"]
    raise TypeError(f"a rendered object holds {value!r}, which YAML has no core type for")


def _literal(text: str, indent: int) -> list[str] | None:
    """`text` as a literal block, where that is safe: several lines, no odd spaces, nothing to escape."""
    if not _LITERAL.match(text) or _ENDS_IN_SPACE.search(text):
        return None
    lines = text.removesuffix("\n").split("\n")
    if len(lines) == 1:
        return None
    header = "|" if text.endswith("\n") else "|-"
    return [header, *(" " * indent + line if line else "" for line in lines)]


@lru_cache(maxsize=8192)  # most texts, all keys among them, come again
def _string(text: str) -> str:
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if _LOST.match(character):
        return "\ufffd"
    return _SHORT.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    return (mantissa if "." in mantissa else mantissa + ".0") + exponent + power
