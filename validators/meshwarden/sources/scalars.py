"""What a plain scalar means: by YAML 1.2's core schema, and whether YAML 1.1 reads it differently.

Sources: https://yaml.org/spec/1.2.2/#103-core-schema and the types of https://yaml.org/type/ for 1.1.
"""

from __future__ import annotations

import re
from functools import lru_cache
from math import isfinite
from typing import Final

Scalar = str | int | float | bool | None

# Python refuses to convert integers of more than 4,300 digits, and no system that a manifest describes
# holds numbers beyond some hundred: longer ones stay text, so that nothing of them is lost. So do infinities
# and what is no number, which JSON does not have.
_LONGEST_NUMBER: Final = 300

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_OCTAL: Final = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+\Z")

_BOOLEANS_1_1: Final = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.title(), word.upper())
)
# The types of 1.1 as PyYAML has them, but for the words above, which every reader has in a form of its own.
_NUMBER_1_1: Final = re.compile(
    r"""[-+]?(?:
      0b[01_]+ | 0x[0-9a-fA-F_]+ | 0[0-7_]+ | [1-9][0-9_]* | 0
    | [1-9][0-9_]*(?::[0-5]?[0-9])+                             # sexagesimal: 22:22 is 1342
    | [0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*
    | [0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?                  # an exponent has a sign
    )\Z
    | \.[0-9][0-9_]*(?:[eE][-+][0-9]+)?\Z                       # and this form none""",
    re.VERBOSE,
)
_OCTAL_1_1: Final = re.compile(r"[-+]?0[0-7]+\Z")
_TIMESTAMP_1_1: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?\Z"
)


# What a plain scalar must be, or begin with, if it is more than text to any reader.
WORDS: Final = frozenset(_WORDS) | _BOOLEANS_1_1
NUMERIC: Final = frozenset("+-.0123456789")


@lru_cache(maxsize=1024)
def understood(text: str) -> tuple[Scalar, str | None]:
    """The value of the plain scalar `text`, and what YAML 1.1 makes of it where that is something else."""
    value = resolve(text)
    return value, read_by_1_1(text, value)


def resolve(text: str) -> Scalar:
    """The value of the plain scalar `text` by YAML 1.2's core schema; text where it is nothing else."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in NUMERIC or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        value = float(text)
        return value if isfinite(value) else text
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.match(text):
        return int(text[2:], 16)
    return text


def read_by_1_1(text: str, value: Scalar) -> str | None:
    """What YAML 1.1 makes of the plain scalar `text`, where that is not `value`; None where both agree."""
    if text in _BOOLEANS_1_1:
        return "a boolean"
    if text[:1] not in NUMERIC or len(text) > _LONGEST_NUMBER:
        return None
    if _TIMESTAMP_1_1.match(text):
        return "a date"
    is_number = _NUMBER_1_1.match(text) is not None
    if isinstance(value, str):
        return "a number" if is_number else None
    if not is_number:
        return "text"
    return "an octal number" if _OCTAL_1_1.match(text) and value not in range(-7, 8) else None
