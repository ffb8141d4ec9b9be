"""What a plain scalar means: by YAML 1.2's core schema, and whether YAML 1.1 reads it differently.

Sources: https://yaml.org/spec/1.2.2/#103-core-schema and the types of https://yaml.org/type/ for 1.1.
"""

from __future__ import annotations

import re
from typing import Final

Scalar = str | int | float | bool | None

# Python refuses to convert integers of more than 4,300 digits, and no system that a manifest describes
# holds numbers beyond some hundred: longer ones stay text, so that nothing of them is lost.
_LONGEST_NUMBER: Final = 300

_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]+\Z")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_OCTAL: Final = re.compile(r"0o[0-7]+\Z")
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-fA-F]+\Z")

_BOOLEANS_1_1: Final = frozenset(
    form for word in ("y", "n", "yes", "no", "on", "off") for form in (word, word.title(), word.upper())
)
_NUMBER_1_1: Final = re.compile(
    r"""[-+]?(?:
      0b[01_]+ | 0x[0-9a-fA-F_]+ | 0[0-7_]+ | [1-9][0-9_]* | 0
    | [1-9][0-9_]*(?::[0-5]?[0-9])+ (?:\.[0-9_]*)?              # sexagesimal: 22:22 is 1342
    | (?:[0-9][0-9_]*)?\.[0-9_]*(?:[eE][-+][0-9]+)?
    )\Z""",
    re.VERBOSE,
)
_TIMESTAMP_1_1: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?\Z"
)


def resolve(text: str) -> Scalar:
    """The value of the plain scalar `text` by YAML 1.2's core schema; text where it is nothing else."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.match(text):
        return int(text[2:], 16)
    return text


def read_by_1_1(text: str, value: Scalar) -> str | None:
    """What YAML 1.1 makes of the plain scalar `text`, where that is not `value`; None where both agree."""
    if text in _BOOLEANS_1_1:
        return "a boolean"
    if not text or text[0] not in "+-.0123456789":
        return None
    if _TIMESTAMP_1_1.match(text):
        return "a date"
    number = _NUMBER_1_1.match(text) is not None and text not in {".", "+.", "-."}
    if number and isinstance(value, str) and len(text) <= _LONGEST_NUMBER:
        return "a number"
    if isinstance(value, str | None) or text in _WORDS:
        return None
    if not number:
        return "text"
    return "an octal number" if _is_octal_1_1(text) and int(value) > 7 else None


def _is_octal_1_1(text: str) -> bool:
    digits = text.lstrip("+-")
    return len(digits) > 1 and digits[0] == "0" and digits.isdigit()
