"""What holds for every text: what was written is read, its places are exact, and nothing is ever raised."""

import io
from typing import Any

import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from tests.sources.texts import cut, document, pointers

from meshwarden.findings import Pointer, Span
from meshwarden.sources.document import Document
from meshwarden.sources.places import Node, tree_of
from meshwarden.sources.reader import read
from meshwarden.sources.scalars import resolve

texts = st.text("ab .:-#,[]{}&*!|>'\"%@`\\\n\t\x85\u2028\u00e9\u0301\U0001f600~yno0123", max_size=25)
scalars = st.one_of(texts, st.none(), st.booleans(), st.integers(-999, 999), st.sampled_from([0.5, -1e30]))
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
STYLES: dict[str, st.SearchStrategy[Any]] = {
    "default_flow_style": st.sampled_from([True, False, None]),
    "default_style": st.sampled_from([None, None, "'", '"', "|", ">"]),
    "indent": st.integers(2, 6),
    "width": st.sampled_from([10, 80]),
    "allow_unicode": st.booleans(),
    "explicit_start": st.booleans(),
    "line_break": st.sampled_from(["\n", "\r\n", "\r"]),
}


class Dumper(yaml.SafeDumper):
    """PyYAML's, which leaves unquoted what 1.1 reads as text: here what 1.2 does."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if resolve(text) == text else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Dumper.add_representer(str, represent_text)


def by_pyyaml(value: Any, styles: dict[str, Any]) -> str:
    text: str = yaml.dump(value, Dumper=Dumper, **styles)
    # Its emitter forgets a tag before a default style, and some line breaks; what it cannot read is no case.
    try:
        assume(yaml.load(text, yaml.CSafeLoader) == value)
    except yaml.YAMLError:
        assume(False)
    return text


@given(values, st.fixed_dictionaries(STYLES))
def test_what_pyyaml_writes_is_read(value: Any, styles: dict[str, Any]) -> None:
    found = document(by_pyyaml(value, styles))
    assert found.readable, found.anomalies
    assert found.data == value


@given(values)
def test_what_ruamel_writes_is_read(value: Any) -> None:
    writer, stream = YAML(), io.StringIO()
    writer.dump(value, stream)
    try:
        assume(YAML(typ="safe", pure=True).load(stream.getvalue()) == value)
    except (YAMLError, ValueError):  # it cannot read all that it writes
        assume(False)
    assert document(stream.getvalue()).data == value


@given(values, st.fixed_dictionaries(STYLES), st.data())
def test_a_span_is_exactly_the_text_of_its_value(
    value: Any, styles: dict[str, Any], draw: st.DataObject
) -> None:
    """Another text in its place gives the same data with another value there, and nothing else."""
    found = document(by_pyyaml(value, styles))
    pointer, there = draw.draw(
        st.sampled_from([case for case in pointers(value) if case[0]] or [((), value)])
    )
    span = found.span(pointer)
    in_block_style = there and isinstance(there, dict | list) and cut(found, span)[:1] not in {"[", "{"}
    assume(pointer and not in_block_style)  # those start on lines of their own
    assert replaced(found, span).data == with_value(value, pointer)


@settings(max_examples=50)
@given(st.dictionaries(texts, values, min_size=1), st.fixed_dictionaries(STYLES))
def test_a_key_s_span_is_exactly_its_text(value: dict[str, Any], styles: dict[str, Any]) -> None:
    found = document(by_pyyaml(value, styles))
    first, *others = value.items()
    assume(not {"\x85", "\u2028", "\u2029"} & set(first[0]))  # PyYAML breaks lines there, as YAML 1.1 does
    again = replaced(found, found.span(first[:1], on_key=True))
    assert again.data == {"another": first[1], **dict(others)}


def replaced(found: Document, span: Span) -> Document:
    """The document with another text where the span is."""
    starts, text = found.lines.starts, found.lines.text
    before = text[: starts[span.line - 1] + span.column - 1]
    return document(f'{before}"another"{text[starts[span.end_line - 1] + span.end_column - 1 :]}')


def with_value(value: Any, pointer: Pointer) -> Any:
    """The data with another value at a pointer."""
    if not pointer:
        return "another"
    if isinstance(value, dict):
        return {
            key: with_value(item, pointer[1:]) if key == pointer[0] else item for key, item in value.items()
        }
    return [with_value(item, pointer[1:]) if at == pointer[0] else item for at, item in enumerate(value)]


TOKENS = (
    *(
        "a",
        "b",
        ": ",
        "- ",
        "\n",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ",",
        '"',
        "'",
        "|",
        "|+\n",
        ">",
        "? ",
        "\\",
        "`",
        "@",
    ),
    *("#", " # c", "!", "!!str ", "!!map ", "---\n", "...\n", "%YAML 1.2\n", "~", "no", "\t", "\r", "\r\n"),
    *(
        "\x85",
        "\u2028",
        "\u00e9",
        "\U0001f600",
        "\ufeff",
        "\0",
        "\x7f",
        "\u202e",
        "&a ",
        "*a",
        "[[a: b], *a]",
    ),
    *("<<: *a\n", "<<: {x: 1}\n", "&a {x: 1}\n", "x: &a\n  z: 1\n"),
)
likely = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)


@settings(max_examples=300)
@given(st.one_of(likely.map(str.encode), st.binary(), st.text().map(str.encode)))
def test_any_bytes_become_a_document(content: bytes) -> None:
    found = read("a.yaml", content)
    lines = len(found.lines.starts)
    assert found.readable or found.anomalies
    for anomaly in found.anomalies:
        assert min(anomaly.span.line, anomaly.span.column) >= 1
        assert anomaly.span.end_line <= lines
        if anomaly.pointer is not None and found.readable:
            assert anomaly.pointer in {pointer for pointer, _ in pointers(found.data)}
    if found.readable:
        assert shape_of_places(tree_of(found.lines.text)) == shape_of_data(found.data)
        for pointer, _ in pointers(found.data):
            span = found.span(pointer)
            assert (span.line, span.column) <= (span.end_line, span.end_column)
            assert span.end_line <= lines
            found.anchored(pointer)


def shape_of_data(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shape_of_data(item) for key, item in value.items()}
    return [shape_of_data(item) for item in value] if isinstance(value, list) else None


def shape_of_places(node: Node | None) -> Any:
    items = node.anchored.items if node else None
    if isinstance(items, dict):
        return {key: shape_of_places(item) for key, item in items.items()}
    return [shape_of_places(item) for item in items] if items is not None else None
