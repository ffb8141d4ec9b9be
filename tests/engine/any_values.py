"""Values of every type and size, and what can be done to a document with them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from tests.engine.changed_mesh import Manifest, Word, at, manifests, nodes

from meshwarden.findings import Pointer

_DEEP = 20  # far below the limit, wherever it stands


def _nested(kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    value: Any = kind()
    for _ in range(_DEEP):
        value = [value] if kind is list else {"spec": value}
    return value


# Characters are drawn from those that some program between the text and the report may stumble over.
strange_text = st.one_of(
    st.text("aZ0 ._-/:#*{}[]`%\\\"'~&!|>\t\n", max_size=12),
    st.text("\x01\x1b\x7f\x85\xa0\xad\u0301\u200b\u2028\u202e\u2066\ufeff\ufffe\ufffd", max_size=3),
    st.text("\u00df\u0130\u05d0\u0627\u4e00\U0001f600\U0001f468\u200d\U0001f469\U0010ffff", max_size=6),
    st.sampled_from(
        ["\ud800", "a\udfffb", "", " ", "\n", "x" * 100_000, "\U0001f600" * 25_000, "../" * 1000]
    ),
    # Globs, versions and numbers of which Python makes nothing, or never comes to an end.
    st.sampled_from(
        ["[z-a]", "[!]", "*a" * 40 + "b", "**/" * 999 + "b", f"1.0.0-{'9' * 5000}", f"{'9' * 5000}.1"]
    ),
    st.sampled_from(["null", "true", "1", "1e3", "2026-01-01", "2026-02-31", "9999-12-31", "<<", "*", "**"]),
)
_words = sorted(
    {
        value
        for manifest in manifests()
        for pointer in nodes(manifest.data)
        if isinstance(value := at(manifest.data, pointer), str) and len(value) < 40
    }
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 70),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([2**31, 2**53 + 1, 2**63, -(2**64), 10**299, 1e308, 5e-324, -0.0, 1.0]),
    # Longer numbers, and infinite ones, are text to our reader.
    st.sampled_from([Word("9" * 5000), Word("1e999"), Word(".inf"), Word("0" * 400)]),
    strange_text,
    st.sampled_from(_words),
)
keys = st.one_of(
    st.sampled_from([*map(Word, ("1", "01", "1.5", "true", "null", "~", "no", "<<", "-1", "9" * 5000))]),
    st.sampled_from(
        ["<<", "", " ", "name", "id", "spec", "k" * 2000, "$ref", "__class__", "\ud800", "a/b~c"]
    ),
    strange_text,
    st.sampled_from(_words),
)
values = st.one_of(
    scalars,
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    ),
    st.sampled_from([[], {}, [[]], [{}], [None], _nested(list), _nested(dict)]),
    scalars.map(lambda value: [value] * (1000 if len(str(value)) < 100 else 3)),
    st.just({f"key{number}": number for number in range(1000)}),
    st.just([{"name": f"n{number}"} for number in range(1000)]),
)

Change = Callable[[Any, str | int], None]  # of what holds something under a key


def _repeated(holder: Any, key: str | int) -> None:
    """An item of a list many times; a field under many names."""
    if isinstance(holder, list):
        holder[:] = [holder[int(key)]] * (1000 if len(str(holder[int(key)])) < 300 else 5) + holder
    else:
        holder.update({f"{key}{number}": holder[key] for number in range(3)})


def _deleted(holder: Any, key: str | int) -> None:
    del holder[key]


def _replaced(value: Any) -> Change:
    def change(holder: Any, key: str | int) -> None:
        holder[key] = value

    return change


def _renamed(name: str) -> Change:
    def change(holder: Any, key: str | int) -> None:
        if isinstance(holder, dict):
            entries = [(name if own == key else own, value) for own, value in holder.items()]
            holder.clear()
            holder.update(entries)
        else:
            holder[key] = {name: holder[key]}

    return change


def _with_key(name: str, value: Any) -> Change:
    def change(holder: Any, key: str | int) -> None:
        if isinstance(holder[key], dict):
            holder[key][name] = value
        elif isinstance(holder[key], list):
            holder[key].append(value)
        else:
            holder[key] = {name: value}

    return change


@st.composite
def _elsewhere(draw: st.DrawFn) -> Any:
    """A part of any manifest."""
    manifest = draw(st.sampled_from(manifests()))
    return at(manifest.data, draw(st.sampled_from(list(nodes(manifest.data)))))


changes: st.SearchStrategy[Change] = st.one_of(
    values.map(_replaced),
    _elsewhere().map(_replaced),
    st.just(_deleted),
    st.just(_repeated),
    keys.map(_renamed),
    st.builds(_with_key, keys, values),
)


@st.composite
def changed(draw: st.DrawFn, manifest: Manifest) -> tuple[Any, Pointer]:
    """The data of a manifest with one change, and its place: the root, or anything below it."""
    pointer = draw(st.sampled_from(list(nodes(manifest.data))))
    root = {"": json.loads(json.dumps(manifest.data))}
    place = ("", *pointer)
    change = draw(changes)
    if pointer or change is not _deleted:
        change(at(root, place[:-1]), place[-1])
    return next(iter(root.values())), pointer
