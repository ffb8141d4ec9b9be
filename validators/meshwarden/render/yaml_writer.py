"""Objects → YAML text that every reader reads alike: by YAML 1.1, by YAML 1.2, and Kustomize.

What a plain scalar means differs between readers, so a string is plain only where none can take it for
anything else. There are no anchors: an object that stands twice is written twice.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
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
_PLAIN: Final = re.compile(
    r"(?:\.\./)*[A-Za-z_/](?:[-A-Za-z0-9_./@+=,*%$()~]|:(?=[-A-Za-z0-9_./])| (?=[-A-Za-z0-9_./(]))*\Z"
)
_WORDS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"])
_LITERAL: Final = re.compile(r"[^\s\ufeff](?:[^\t\r]|\n)*\Z")
_ESCAPED: Final = re.compile(
    "[^\x20-\x7e\xa0-\u200a\u2010-\u2027\u202f-\u205f\u2070-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    '|["\\\\]'
)
_SHORT: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def write(value: Any, *, comment: str = "") -> bytes:
    """One YAML document, in UTF-8, with `comment` above it.

    Takes what JSON knows: mappings with text keys, sequences, text, numbers, booleans and None. A half of a
    surrogate pair, which no encoding has, becomes U+FFFD. Raises TypeError for anything else.
    """
    lines = [f"# {line}" for line in comment.splitlines()]
    lines.extend(_block(value, 0) if _is_block(value) else _scalar_lines(value, 2))
    return ("\n".join(lines) + "\n").encode("utf-8")


def _is_block(value: Any) -> bool:
    return isinstance(value, Mapping | list | tuple) and len(value) > 0


def _block(value: Any, indent: int) -> Iterator[str]:
    """The lines of a mapping or a sequence that is not empty."""
    if isinstance(value, Mapping):
        for key in sorted(value, key=lambda name: (_FIRST.get(name, len(_FIRST)), name)):
            yield from _entry(f"{' ' * indent}{_key(key)}:", value[key], indent)
        return
    for item in value:
        yield from _item(item, indent)


def _entry(head: str, value: Any, indent: int) -> Iterator[str]:
    if _is_block(value):
        yield head
        yield from _block(value, indent + 2)
        return
    first, *rest = _scalar_lines(value, indent + 2)
    yield f"{head} {first}"
    yield from rest


def _item(item: Any, indent: int) -> Iterator[str]:
    head = " " * indent + "- "
    lines = _block(item, indent + 2) if _is_block(item) else iter(_scalar_lines(item, indent + 2))
    yield head + next(lines).removeprefix(" " * (indent + 2))
    yield from lines


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of a rendered object is {key!r}, and no text")
    return _string(key)


def _scalar_lines(value: Any, indent: int) -> Sequence[str]:
    """A scalar's lines: one, but for a text of several lines as a literal block, indented by `indent`."""
    if isinstance(value, str):
        return _literal(value, indent) or [_string(value)]
    if value is None:
        return ["null"]
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, int):
        return [str(value)]
    if isinstance(value, float):
        return [_float(value)]
    if isinstance(value, Mapping):
        return ["{}"]
    if isinstance(value, list | tuple):
        return ["[]"]
    raise TypeError(f"a rendered object holds {value!r}, which YAML has no core type for")


def _literal(text: str, indent: int) -> list[str] | None:
    """`text` as a literal block, where that is safe: several lines, no odd spaces, nothing to escape."""
    lines = text.removesuffix("\n").split("\n")
    safe = (
        len(lines) > 1
        and lines[-1]
        and _LITERAL.match(text)
        and not any(line != line.rstrip() for line in lines)
    )
    if not safe or any(_ESCAPED.sub("", line) != re.sub(r'["\\]', "", line) for line in lines):
        return None
    header = "|" if text.endswith("\n") else "|-"
    return [header, *(" " * indent + line if line else "" for line in lines)]


def _string(text: str) -> str:
    if _PLAIN.match(text) and text.lower() not in _WORDS:
        return text
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    character = found.group()
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return _SHORT.get(character) or (f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}")


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, exponent, power = repr(value).partition("e")
    return (mantissa if "." in mantissa else mantissa + ".0") + exponent + power
