"""What the writer writes, every reader reads back: PyYAML by YAML 1.1, our own by 1.2, and Kustomize."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from meshwarden.render.yaml_writer import write
from meshwarden.sources.reader import read

AMBIGUOUS = (
    *(
        "y",
        "n",
        "yes",
        "No",
        "ON",
        "off",
        "true",
        "False",
        "null",
        "Null",
        "~",
        "",
        "NaN",
        ".nan",
        ".inf",
        "-.INF",
    ),
    *(
        "010",
        "0o17",
        "0x1F",
        "0b11",
        "1_000",
        "1e3",
        "1E5",
        ".5",
        "+1",
        "-0",
        "1.",
        "22:22",
        "1:2:3",
        "190:20:30.15",
    ),
    *(
        "2026-11-05",
        "2001-12-14t21:59:43.10-05:00",
        "<<",
        "=",
        "!x",
        "&a",
        "*a",
        "@x",
        "`x",
        "%x",
        "- x",
        "-",
        "? x",
    ),
    *(
        "a: b",
        "a:",
        ": a",
        "a #b",
        "#a",
        " a",
        "a ",
        "\ta",
        "a\tb",
        "a\nb",
        "a\n",
        "\na",
        "a\n\n",
        "a\n b",
        " a\nb",
    ),
    *(
        "a\n\nb\n",
        "a \nb",
        "---",
        "...",
        "--- a",
        "[a]",
        "{a}",
        "'a'",
        '"a"',
        "\\",
        "a\\nb",
        "|",
        ">",
        ",",
        "é",
        "🚲",
    ),
    *(
        "\u2028",
        "\ufeffx",
        "\u202ereversed",
        "\x00",
        "\r",
        "a\n\x08",
        "a\nb\n\n",
        "a\r\nb",
        "../../base",
        "arn:aws:x::1",
    ),
)
# Kustomize fails on C1 controls and on these two, whoever wrote them: they are replaced.
LOST = [*map(chr, range(0x7F, 0xA0)), "\ufffe", "\uffff", "\ud800"]
characters = st.characters(codec="utf-8", exclude_characters=LOST[:-1])
texts = st.one_of(
    st.sampled_from(AMBIGUOUS), st.text(characters), st.text(st.sampled_from("ab \n:#-'\"{y1.0"), max_size=8)
)
scalars = st.one_of(texts, st.integers(-(2**53), 2**53), st.booleans(), st.none())
keys = st.one_of(st.sampled_from(AMBIGUOUS), st.text(characters, max_size=40))
# Kustomize writes the key `<<` plain, and nobody reads its output back.
kustomize_keys = keys.filter(lambda key: key.strip() not in {"", "<<"})


def values_with(names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        scalars,
        lambda below: st.one_of(st.lists(below, max_size=4), st.dictionaries(names, below, max_size=4)),
        max_leaves=12,
    )


values = values_with(keys)
documents = st.dictionaries(keys, values, max_size=5)


@given(documents)
@example({text: [text, {text: text}] for text in AMBIGUOUS})
@settings(deadline=None)
def test_pyyaml_and_our_own_reader_read_the_same_values(value: dict[str, Any]) -> None:
    written = write(value)
    assert yaml.safe_load(written) == value
    read_back = read("x.yaml", written)
    assert read_back.data == value
    assert read_back.anomalies == ()


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(deadline=None)
def test_floats_keep_their_value(value: float) -> None:
    written = write({"x": value})
    assert yaml.safe_load(written) == {"x": value} == read("x.yaml", written).data
    assert isinstance(yaml.safe_load(written)["x"], float)


@given(st.lists(st.tuples(kustomize_keys, values_with(kustomize_keys)), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_kustomize_reads_the_same_values(kustomize: Path, entries: list[tuple[str, Any]]) -> None:
    spec = {"entries": [{"key": key, "value": value, "as key": {key: 1}} for key, value in entries]}
    assert built(kustomize, spec) == spec


def test_kustomize_reads_each_ambiguous_text_as_text(kustomize: Path) -> None:
    spec = {"entries": [{"value": text} for text in AMBIGUOUS]}
    assert built(kustomize, spec) == spec


def built(kustomize: Path, spec: dict[str, Any]) -> Any:
    """What Kustomize makes of an object's spec."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        thing = {"apiVersion": "example.org/v1", "kind": "Thing", "metadata": {"name": "x"}, "spec": spec}
        (folder / "x.yaml").write_bytes(write(thing))
        (folder / "kustomization.yaml").write_bytes(write({"resources": ["x.yaml"]}))
        done = subprocess.run([kustomize, "build", folder], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return read("built.yaml", done.stdout).data["spec"]  # Kustomize writes `<<` plain


@given(documents)
@settings(deadline=None)
def test_there_are_no_anchors_and_no_tags(value: dict[str, Any]) -> None:
    shared = ["same"]
    events = list(yaml.parse(write({"first": shared, "second": shared, "value": value}), yaml.CSafeLoader))
    assert not [event for event in events if getattr(event, "anchor", None) or getattr(event, "tag", None)]


@given(st.dictionaries(keys, scalars, max_size=6), st.randoms())
@settings(deadline=None)
def test_the_order_of_keys_does_not_matter(value: dict[str, Any], random: Any) -> None:
    order = list(value)
    random.shuffle(order)
    assert write({key: value[key] for key in order}) == write(value)


def test_a_document_reads_as_people_write_it() -> None:
    thing = {
        "spec": {
            "empty": [],
            "text": "first\n\nsecond\n",
            "list": [{"name": "a", "value": None}, ["b", "y"], {}],
        },
        "kind": "Thing",
        "metadata": {"labels": {"a/b": "on"}, "name": "x"},
        "apiVersion": "example.org/v1",
    }
    assert write(thing, comment="Why.\nWho.").decode() == (
        "# Why.\n# Who.\n"
        "apiVersion: example.org/v1\n"
        "kind: Thing\n"
        "metadata:\n"
        "  name: x\n"
        "  labels:\n"
        '    a/b: "on"\n'
        "spec:\n"
        "  empty: []\n"
        "  list:\n"
        "    - name: a\n"
        "      value: null\n"
        "    - - b\n"
        '      - "y"\n'
        "    - {}\n"
        "  text: |\n"
        "    first\n"
        "\n"
        "    second\n"
    )


@pytest.mark.parametrize("character", LOST)
def test_what_cannot_be_carried_becomes_the_replacement_character(character: str) -> None:
    assert yaml.safe_load(write({"x": f"a{character}b"})) == {"x": "a\ufffdb"}


@pytest.mark.parametrize("value", [{1: "x"}, {"x": {1, 2}}, {"x": object()}])
def test_what_yaml_does_not_know_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        write(value)
