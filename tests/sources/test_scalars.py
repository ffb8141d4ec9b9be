"""Plain scalars, held against the specification's own expressions and against two other readers."""

import math
import re
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from tests.sources.texts import document

from meshwarden.sources.document import AnomalyKind
from meshwarden.sources.scalars import understood

# https://yaml.org/spec/1.2.2/#1032-tag-resolution, as it stands there.
CORE = {
    "null": r"null|Null|NULL|~|",
    "bool": r"true|True|TRUE|false|False|FALSE",
    "int": r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?(\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
}
TYPES: dict[type, str] = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}

# https://yaml.org/type/bool.html has these two, and PyYAML leaves them out.
ONLY_IN_THE_TYPES_OF_1_1 = {"y", "Y", "n", "N"}

numbers = st.from_regex(r"[-+]?[0-9a-fA-FoxXbBeE_.:]{1,9}", fullmatch=True)
dates = st.from_regex(
    r"20[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}"
    r"([Tt ][0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,2})?( ?(Z|[-+][0-9]{1,2}(:?[0-9]{2})?))?)?",
    fullmatch=True,
)
WORDS = (
    *("yes", "no", "on", "off", "y", "n", "true", "false", "null", "~", ".inf", ".nan", "+.inf", "-.inf"),
    *("inf", "nan", "0x", "0o", "0b", "=", ".", "-", "+", "e1"),
)
words = st.sampled_from(WORDS)
texts = st.one_of(
    numbers, dates, words, words.map(str.upper), words.map(str.title), st.text("-+.019aexo_:", min_size=1)
)


def is_one_plain_scalar(text: str) -> bool:
    """Whether `text` on its own is one plain scalar, and not a list item, a mapping or the like."""
    try:
        events = list(yaml.parse(text, yaml.CSafeLoader))
    except yaml.YAMLError:
        return False
    scalars = [event for event in events if isinstance(event, yaml.ScalarEvent)]
    return len(events) == 5 and [event.value for event in scalars] == [text]


def is_finite(text: str) -> bool:
    """Whether `text`, if it is a number, is one that JSON has; others stay text."""
    try:
        return math.isfinite(float(text.lower().replace(".inf", "inf").replace(".nan", "nan")))
    except ValueError:
        return True


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same as JSON sees them: of one type, and equal."""
    return type(one) is type(other) and one == other


@given(texts)
def test_the_type_is_what_the_core_schema_says(text: str) -> None:
    assume(is_finite(text))
    value, _ = understood(text)
    wanted = next((name for name, form in CORE.items() if re.fullmatch(form, text)), "str")
    assert TYPES[type(value)] == wanted


reader = YAML(typ="safe", pure=True)
reader.version = (1, 2)


@given(texts)
def test_the_value_is_what_ruamel_reads_by_1_2(text: str) -> None:
    assume(is_one_plain_scalar(text) and is_finite(text))
    value, _ = understood(text)
    # ruamel takes these of 1.1 as well, and dates; 1.2's core schema has none of them.
    assume("_" not in text and not re.match(r"[-+]?0b|[-+]0[ox]|20..-|=\Z", text))
    assume(not re.fullmatch(r"[-+]?[0-9.]*[eE][-+]?[0-9]*\.[0-9]*", text))
    assert same(value, reader.load(text)), value


@settings(max_examples=400)
@given(texts)
@example("1e3")
@example("+.inf")
@example("0o7")
@example("1:30.5")
@example("-0")
def test_what_1_1_reads_differently_is_what_pyyaml_does(text: str) -> None:
    assume(is_one_plain_scalar(text) and is_finite(text))
    assume(text != "=")  # a type of 1.1 that PyYAML refuses, and all other readers take for text
    value, other = understood(text)
    if text in ONLY_IN_THE_TYPES_OF_1_1:
        assert other == "a boolean"
        return
    try:
        theirs = yaml.load(text, yaml.CSafeLoader)
    except ValueError:  # a day or an hour that there is not, or digits that are too large
        theirs = None if isinstance(value, str) else "text"
    assert (other is None) == same(value, theirs), (value, other, theirs)


@pytest.mark.parametrize(
    ("text", "value", "other"),
    [
        ("yes", "yes", "a boolean"),
        ("y", "y", "a boolean"),
        ("NO", "NO", "a boolean"),
        ("On", "On", "a boolean"),
        ("yEs", "yEs", None),
        ("010", 10, "an octal number"),
        ("-010", -10, "an octal number"),
        ("007", 7, None),
        ("08", 8, "text"),
        ("0o17", 15, "text"),
        ("0x1F", 31, None),
        ("0b11", "0b11", "a number"),
        ("1_000", "1_000", "a number"),
        ("22:22", "22:22", "a number"),
        ("190:20:30.15", "190:20:30.15", "a number"),
        (".5e3", 500.0, "text"),
        ("1e3", 1000.0, "text"),
        ("1.0e+3", 1000.0, None),
        ("1.", 1.0, None),
        ("+.5", 0.5, "text"),
        ("2026-01-01", "2026-01-01", "a date"),
        ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z", "a date"),
        ("2026-1-1", "2026-1-1", None),
        ("1.2.3", "1.2.3", None),
        ("~", None, None),
        ("", None, None),
    ],
)
def test_the_catalogue(text: str, value: object, other: str | None) -> None:
    assert understood(text) == (value, other)
    assert type(understood(text)[0]) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".NaN", "1e999", "1" * 301, "0x" + "f" * 300])
def test_what_json_cannot_hold_stays_text(text: str) -> None:
    assert understood(text) == (text, None)


@pytest.mark.parametrize("style", ["'{}'", '"{}"', "|\n  {}", "! {}", "!!str {}"])
def test_only_plain_scalars_are_ambiguous(style: str) -> None:
    found = document(f"a: {style.format('no')}\n")
    assert found.data["a"].strip() == "no"
    assert all(anomaly.kind is not AnomalyKind.AMBIGUOUS for anomaly in found.anomalies)
