"""Breaches of the rules about the text itself, at any place of any manifest of the reference mesh."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from hypothesis import strategies as st
from tests.engine.breach import MARK, Breach, copied, marked, marked_at, marked_text, names
from tests.engine.changed_mesh import Manifest, Word, at, manifests, nodes, text_of

from meshwarden.findings import Pointer

_LIMIT: Final = 64  # of nesting
_BYTES: Final = 4 * 1024 * 1024
_AMBIGUOUS: Final = st.one_of(
    st.sampled_from(["y", "n", "yes", "no", "on", "off"]).flatmap(
        lambda word: st.sampled_from([word, word.title(), word.upper()])
    ),
    st.from_regex(r"0[1-7][0-7]{1,4}|0o[1-7][0-7]{0,3}", fullmatch=True),  # octal to one of the two
    st.from_regex(r"[1-9][0-9]{0,2}(_[0-9]{3}){1,2}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]?(:[0-5][0-9]){1,2}", fullmatch=True),
    st.from_regex(r"[1-9][0-9]?e[1-9][0-9]?|\.[1-9]e[1-9]", fullmatch=True),
)
_UNREADABLE: Final = [
    chr(code) for code in (*range(9), 0xB, 0xC, *range(0xE, 0x20), 0x7F, 0x80, 0x9F, 0xFFFE)
]
_TURNING: Final = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
_TAGS: Final = st.one_of(
    names.map("!{}".format),
    st.sampled_from(["!!binary", "!!python/object:os.system", "!!timestamp", "!!set", "!!omap", "!!merge"]),
)


@st.composite
def _place(draw: st.DrawFn, of: type[Any] | tuple[type[Any], ...] = object) -> tuple[Manifest, Pointer]:
    """A place below the root of any manifest, whose value is of a type."""
    found = draw(st.sampled_from(manifests()))
    fitting = [place for place in nodes(found.data) if place and isinstance(at(found.data, place), of)]
    return found, draw(st.sampled_from(fitting))


@st.composite
def _at_a_line(draw: st.DrawFn) -> tuple[Manifest, str, str]:
    """A manifest's text as it is written, cut before one of its keys of the top level."""
    found = draw(st.sampled_from(manifests()))
    text = text_of(found.data).decode()
    starts = [match.start() for match in re.finditer(r"^\"", text, re.MULTILINE)][1:]
    cut = draw(st.sampled_from(starts))
    return found, text[:cut], text[cut:]


@st.composite
def _syntax(draw: st.DrawFn) -> Breach:
    found, before, after = draw(_at_a_line())
    broken = draw(st.sampled_from(["{0}: {1}{2}: x", "{0}: {2}@{1}", "{0}: {2}`{1}", "{0}: {2}%{1}"]))
    return marked_text(found.path, f"{before}{broken.format(draw(names), draw(names), MARK)}\n{after}")


@st.composite
def _with_key(draw: st.DrawFn, key: st.SearchStrategy[str] | None, value: st.SearchStrategy[Any]) -> Breach:
    """A key more in any mapping, written plainly; without `key` one that stands there already."""
    found, place = draw(_place(dict).filter(lambda chosen: at(chosen[0].data, chosen[1])))
    data = copied(found.data)
    mapping = at(data, place)
    again = draw(key) if key is not None else json.dumps(draw(st.sampled_from(sorted(mapping))))
    mapping[Word(MARK + again)] = draw(value)
    return marked(found.path, data)


@st.composite
def _written(draw: st.DrawFn, text: st.SearchStrategy[str]) -> Breach:
    """Plain text in place of any value but a mapping or a list."""
    found, place = draw(_place((str, int, float, bool, type(None))))
    return marked_at(found, place, draw(text))


@st.composite
def _deep(draw: st.DrawFn) -> Breach:
    found, place = draw(_place())
    opening = st.sampled_from(["[", "{", '["x", ', "{a: "])
    allowed = [draw(opening.filter(lambda text: text != "{")) for _ in range(_LIMIT - len(place))]
    return marked_at(found, place, f"{''.join(allowed)}{MARK}{draw(opening)}")


@st.composite
def _endless(draw: st.DrawFn) -> Breach:
    found, place = draw(_place())
    anchor = draw(names)
    forms = ["&{0} [{1}*{0}]", "&{0} {{a: {{b: {1}*{0} }}}}", "&{0} [[x], {{c: [{1}*{0}]}}]"]
    return marked_at(found, place, draw(st.sampled_from(forms)).format(anchor, MARK))


@st.composite
def _bomb(draw: st.DrawFn) -> Breach:
    """Lists of aliases of lists of aliases: a hundred times a hundred values, and again."""
    found, place = draw(_place())
    hundred = ", ".join(["x"] * draw(st.integers(100, 150)))
    of_these, again = ", ".join(["*a"] * 100), ", ".join(["*b"] * 100)
    return marked_at(found, place, f"[&a [{hundred}], &b [{of_these}], [{MARK}{again}]]")


@st.composite
def _large(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(manifests()))
    content = text_of(found.data)
    more = draw(st.integers(1, 1000))
    return Breach({found.path: content + b"#" * (_BYTES - len(content) + more)}, [(found.path, ())], 1, 1)


@st.composite
def _not_utf_8(draw: st.DrawFn) -> Breach:
    broken = draw(_written(st.just(f'"{MARK}\ue000"')))
    byte = draw(st.sampled_from([b"\xff", b"\xe9", b"\xc3\x28", b"\xed\xa0\x80", b"\x80"]))
    ((path, content),) = broken.files.items()
    return replace(broken, files={path: (content or b"").replace("\ue000".encode(), byte)})


@st.composite
def _second_document(draw: st.DrawFn) -> Breach:
    found, before, after = draw(_at_a_line())
    separator = draw(st.sampled_from(["---", "--- # c", "--- ", "---\t"]))
    return marked_text(found.path, f"{before}{MARK}{separator}\n{after}")


_tagged = st.builds("{}{} {}".format, st.just(MARK), _TAGS, st.sampled_from(["x", "'2'", "[x]", "{x: 1}"]))
_hidden = st.sampled_from([*_UNREADABLE, *_TURNING]).map(lambda char: f'"a{MARK}{char}b"')
BREACHES: Final[dict[str, st.SearchStrategy[Breach]]] = {
    "yaml/syntax": _syntax(),
    "yaml/duplicate-key": _with_key(None, st.one_of(st.none(), names)),
    "yaml/ambiguous-scalar": _written(_AMBIGUOUS.map(lambda text: MARK + text)),
    "yaml/alias-expansion": _endless() | _bomb(),
    "yaml/depth": _deep(),
    "yaml/size": _large(),
    "yaml/encoding": _written(_hidden) | _not_utf_8(),
    "yaml/several-documents": _second_document(),
    "yaml/tag": _written(_tagged),
    "yaml/merge-key": _with_key(st.just("<<"), st.sampled_from([{"x": 1}, [{"x": 1}, {"y": 2}]])),
}
