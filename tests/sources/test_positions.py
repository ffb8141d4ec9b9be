"""The text that denotes each key and value: what a finding's line and column point at."""

import pytest
from tests.sources.texts import document, start, written

from meshwarden.findings import FILE_START, Span

BLOCK = """\
# a comment first
---
kind: Domain   # what it is
spec:
  list:
  - one
  - key: two words
    more: [x, {y: z}]
  empty:
  last: end
"""


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (("kind",), "Domain"),
        (("spec", "list", 0), "one"),
        (("spec", "list", 1), "key: two words\n    more: [x, {y: z}]"),
        (("spec", "list", 1, "key"), "two words"),
        (("spec", "list", 1, "more"), "[x, {y: z}]"),
        (("spec", "list", 1, "more", 1), "{y: z}"),
        (("spec", "list", 1, "more", 1, "y"), "z"),
        (("spec", "last"), "end"),
    ],
)
def test_a_value(pointer: tuple[str | int, ...], expected: str) -> None:
    assert written(BLOCK, *pointer) == expected


def test_a_mapping_or_list_ends_with_its_last_item() -> None:
    assert written(BLOCK, "spec").startswith("list:")
    assert written(BLOCK, "spec").endswith("last: end")
    assert written("a:\n  - b:\nc: 1\n", "a") == "- b:"


@pytest.mark.parametrize("pointer", [("kind",), ("spec",), ("spec", "list", 1, "more", 1, "y")])
def test_a_key(pointer: tuple[str | int, ...]) -> None:
    assert written(BLOCK, *pointer, on_key=True) == pointer[-1]


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        "plain text\n  on two lines",
        "'single '' quoted'",
        '"double \\" quoted"',
        "'quoted\n\n  on lines'",
        '"quoted \\\n  on lines"',
        "[a,\n  b]",
        "{a: 1,\n  b: 2}",
        "|\n  literal\n\n  text",
        ">\n  folded\n  text",
        "|-\n  stripped",
        ">2-\n   indented",
        "|",
    ],
)
@pytest.mark.parametrize(
    "after", ["", "\n", "\nz: 1\n", "\n# a comment\nz: 1\n", "\n\n\n# a comment\nz: 1\n"]
)
def test_each_style(value: str, after: str) -> None:
    assert written(f"a: {value}{after}", "a") == value
    assert written(f"x:\n- {value}{after.replace('z: 1', '- z')}", "x", 0) == value


def test_blank_lines_behind_a_block_scalar_are_not_its_text() -> None:
    assert written("a: |\n  x\n\n \nb: 1\n", "a") == "|\n  x"
    assert written("a:\n  b: |\n    x\n\n\nc: 1\n", "a") == "b: |\n    x"
    assert written("a: |+\n  x\n\n\nb: 1\n", "a") == "|+\n  x\n\n"  # but where they are kept


@pytest.mark.parametrize(
    "properties", ["&anchor", "!!str", "!<tag:yaml.org,2002:str>", "&anchor !!str", "!!str &anchor", "! "]
)
@pytest.mark.parametrize("value", ["plain", "'quoted'", "|\n  block"])
def test_anchor_and_tag_stand_before_the_value(properties: str, value: str) -> None:
    assert written(f"a: {properties} {value}\nb: 1\n", "a") == value


@pytest.mark.parametrize("value", ["[1]", "{b: 1}", "\n  b: 1", " # why\n  - b"])
def test_an_anchor_stands_before_a_mapping_or_list(value: str) -> None:
    assert written(f"a: &x {value}\nc: 1\n", "a") == value.removeprefix(" # why").strip()


@pytest.mark.parametrize(
    "empty", ["", " ~no", " &x", " !!null", " &x !!str", " # a comment", " &x # a comment"]
)
def test_an_empty_value_stands_at_its_key(empty: str) -> None:
    text = f"a:\n  key:{empty}\n  z: 1\n"
    assert written(text, "a", "key") == ("~no" if "~no" in empty else "key")


def test_an_empty_item_stands_behind_its_dash() -> None:
    assert start("a:\n- \n- &x\n", "a", 0) == (2, 2)
    assert start("a:\n- \n- &x\n", "a", 1) == (3, 5)


def test_columns_count_code_points() -> None:
    text = "\U0001f600: e\u0301 # \U0001f600\n[\U0001f600, b]: 1\n".replace(
        "[\U0001f600, b]: 1", "z: [\U0001f600, b]"
    )
    assert start(text, "\U0001f600") == (1, 4)
    assert start(text, "z", 1) == (2, 8)
    assert start("a:\tb\n", "a") == (1, 4)


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_lines_end_with_any_of_three_breaks(line_break: str) -> None:
    text = line_break.join(["a: 1", "b: |", "  x", "", "c:", "- y"])
    assert start(text, "c", 0) == (6, 3)
    assert written(text, "b") == f"|{line_break}  x"


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_other_breaks_count_for_libyaml_and_not_for_editors(character: str) -> None:
    text = f"a: 'x{character} y'\nb: z\nc: !!str # {character}\n"
    assert start(text, "b") == (2, 4)
    assert written(text, "a") == f"'x{character} y'"


def test_a_byte_order_mark_takes_no_column() -> None:
    assert start("\ufeffa: 1\n", "a") == (1, 4)
    assert start("\ufeff\ufeffa: 1\n", "a") == (1, 4)


def test_explicit_keys() -> None:
    text = "? a key\n: value\n? |\n  block key\n: - x\n"
    assert written(text, "a key") == "value"
    assert written(text, "block key\n", on_key=True) == "|\n  block key"
    assert written(text, "block key\n", 0) == "x"


ALIASED = "base: &base\n  port: &port 80\n  list: [1]\nuse: *base\nagain:\n  <<: *base\n  own: *port\n"


def test_through_an_alias_the_place_is_where_it_is_used() -> None:
    assert written(ALIASED, "use") == "*base"
    assert written(ALIASED, "use", "port") == "*base"
    assert written(ALIASED, "use", "list", 0) == "*base"
    assert written(ALIASED, "use", on_key=True) == "use"
    assert written(ALIASED, "use", "port", on_key=True) == "*base"


def test_what_is_merged_stands_where_the_alias_does() -> None:
    assert written(ALIASED, "again", "port") == "*base"
    assert written(ALIASED, "again", "port", on_key=True) == "*base"
    assert written(ALIASED, "again", "own") == "*port"
    assert written("a: &x [{b: 1}, {c: 2}]\nd:\n  <<: *x\n", "d", "c") == "*x"
    assert written("d:\n  <<: {b: 1}\n", "d", "b") == "1"


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        (("use", "port"), Span(2, 15, 2, 17)),
        (("again", "list", 0), Span(3, 10, 3, 11)),
        (("again", "own"), Span(2, 15, 2, 17)),
        (("base", "port"), None),
        (("use", "nothing"), None),
    ],
)
def test_the_anchored_place(pointer: tuple[str | int, ...], place: Span | None) -> None:
    assert document(ALIASED).anchored(pointer) == place


MISSING = "a:\n  b: {}\n  c:\n  - d: 1\n    e: 2\n  - text\n"


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        (("a", "x"), "a"),
        (("a", "b", "x"), "b"),
        (("a", "b", "x", "y"), "b"),
        (("a", "c", 0, "x"), "d"),
        (("a", "c", 1, "x"), "text"),
        (("a", "c", 7), "c"),
        (("a", "c", "x"), "c"),
        (("a", "c", 0, "d", "x"), "d"),
    ],
)
def test_what_is_missing_stands_at_the_key_whose_block_lacks_it(
    pointer: tuple[str | int, ...], expected: str
) -> None:
    assert written(MISSING, *pointer) == expected


def test_what_the_root_lacks_stands_at_the_start() -> None:
    assert document(MISSING).span(("x",)) == FILE_START
    assert document(MISSING).span(("x", "y")) == FILE_START
    assert document(MISSING).span(()) == FILE_START
    assert document("").span(("x",)) == FILE_START
    assert document("a: [").span(("a",)) == FILE_START


def test_values_by_pointer() -> None:
    found = document(MISSING)
    assert found.value(("a", "c", 0, "e")) == 2
    assert found.value(("a", "c", 7)) is None
    assert found.value(("a", "b", "x", "y")) is None
