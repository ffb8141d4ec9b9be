"""Hive's types, as a table's definition writes them.

https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DEPTH: Final = 32  # of types within types, more than any table has: it bounds the recursion
DIGITS: Final = 38  # the most that a decimal has
_LONGEST: Final = 65_535  # characters of a varchar
_LONGEST_FIXED: Final = 255

_NAME: Final = re.compile(r"[a-z0-9_]{1,255}\Z")
_WORD: Final = re.compile(r"[a-z0-9_]+")
# `STRUCT<a INT64>`, where Hive writes `struct<a:bigint>`
_OF_BIGQUERY: Final = re.compile(r"\bstruct\s*<\s*\w+\s+\w", re.IGNORECASE)
_SIZES: Final = re.compile(r"\(([0-9]{1,9})(?:,([0-9]{1,9}))?\)")
_SIMPLE: Final = {
    *("tinyint", "smallint", "int", "bigint", "boolean", "float", "double"),
    *("string", "binary", "date", "timestamp"),
}
# What SQL, Parquet, Arrow and Avro call the same.
_SAME: Final[Mapping[str, str]] = {
    "int8": "tinyint",
    "int16": "smallint",
    "int32": "int",
    "integer": "int",
    "int64": "bigint",
    "long": "bigint",
    "bool": "boolean",
    "bytes": "binary",
    "float32": "float",
    "real": "float",
    "float64": "double",
    "doubleprecision": "double",
}
_DECIMALS: Final = ("decimal", "numeric")  # and `number(10,2)`, which without digits may be anything
_TEXTS: Final = {"varchar": _LONGEST, "char": _LONGEST_FIXED}


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a text that begins as a type of Hive is none."""

    reason: str


def is_name(text: str) -> bool:
    """Whether databases, tables, columns and fields may be called so.

    https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
    """
    return _NAME.match(text) is not None


def is_simple(kind: str) -> bool:
    """Whether a type holds no others, as partitions and the keys of maps must."""
    return "<" not in kind


def parsed(text: str) -> str | Wrong | None:
    """The type that `text` writes, in one way of writing; None if Hive has no type of that name.

    `Wrong` for a type of Hive with parts that it does not have: to guess another one would lose what is said.
    """
    if _OF_BIGQUERY.search(text):
        return None
    whole = re.sub(r"\s+", "", text.lower())
    found = _Reader(whole).type(0, DEPTH)
    if found is None or isinstance(found, Wrong):
        return found
    kind, end = found
    return kind if end == len(whole) else None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads types from a text in small letters without blanks; each step gives what it read and its end."""

    text: str

    def type(self, start: int, depth: int) -> tuple[str, int] | Wrong | None:
        word = _WORD.match(self.text, start)
        if word is None:
            return None
        name, end = word[0], word.end()
        if self.text.startswith("<", end) and name in ("array", "map", "struct"):
            if depth == 0:
                return Wrong(f"which nests types more than {DEPTH} deep")
            return self._nested(name, end + 1, depth - 1)
        if name in _DECIMALS or (name == "number" and _SIZES.match(self.text, end)):
            return self._decimal(end)
        if name in _TEXTS:
            return self._text(name, end)
        plain = _SAME.get(name, name)
        return (plain, end) if plain in _SIMPLE else None

    def _decimal(self, start: int) -> tuple[str, int] | Wrong:
        sizes = _SIZES.match(self.text, start)
        if sizes is None:
            return Wrong(f"which does not tell digits, as `decimal({DIGITS},2)` does")
        precision, scale = int(sizes[1]), int(sizes[2] or 0)
        if not (1 <= precision <= DIGITS and scale <= precision):
            return Wrong(f"a decimal that Hive does not have: it has up to {DIGITS} digits")
        return f"decimal({precision},{scale})", sizes.end()

    def _text(self, name: str, start: int) -> tuple[str, int]:
        """Text of some length; of a length that Hive does not have, or does not know, just text."""
        sizes = _SIZES.match(self.text, start)
        if sizes is None or sizes[2]:
            return "string", start
        length = int(sizes[1])
        return f"{name}({length})" if 1 <= length <= _TEXTS[name] else "string", sizes.end()

    def _nested(self, name: str, start: int, depth: int) -> tuple[str, int] | Wrong:
        """What stands between the angle brackets, the first of which is read."""
        parts: list[str] = []
        called: list[str] = []
        at = start
        while True:
            if name == "struct":
                word = _WORD.match(self.text, at)
                if word is None or not self.text.startswith(":", word.end()):
                    return _no_type(name)
                called.append(word[0])
                at = word.end() + 1
            found = self.type(at, depth)
            if found is None or isinstance(found, Wrong):
                return found or _no_type(name)
            parts.append(found[0])
            at = found[1]
            if not self.text.startswith(",", at):
                break
            at += 1
        if not self.text.startswith(">", at) or not _fit(name, called, parts):
            return _no_type(name)
        inner = [f"{label}:{part}" for label, part in zip(called, parts, strict=True)] if called else parts
        return f"{name}<{','.join(inner)}>", at + 1


def _no_type(name: str) -> Wrong:
    return Wrong(f"which is no {name} of Hive's types")


def _fit(name: str, called: list[str], parts: list[str]) -> bool:
    if name == "struct":
        return len(set(called)) == len(called)
    return len(parts) == 1 if name == "array" else len(parts) == 2 and is_simple(parts[0])
