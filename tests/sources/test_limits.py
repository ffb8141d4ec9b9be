"""What would exhaust the reader: it ends early, and no text takes more time than its size is worth."""

import time

import pytest
from tests.sources.texts import document

from meshwarden.sources.document import AnomalyKind
from meshwarden.sources.reader import read

SIZE = 100_000
NASTY = {
    "brackets": "[",
    "braces": "{a: ",
    "explicit keys": "? ",
    "dashes": "- - - ",
    "deep": "[" * 60 + "]" * 60 + "\n- ",
    "keys": "{}: 1\n",
    "equal keys": "k: 1\n",
    "long keys": "a" * 1100 + ": 1\n",
    "anchors": "- &a{} x\n",
    "one anchor": "- &a x\n",
    "aliases": "- &a{0} [x]\n- *a{0}\n",
    "merge keys": "- &a{0} {{b{0}: 1}}\n- {{<<: *a{0}}}\n",
    "words": "a ",
    "lines of text": "a\n ",
    "blank lines": "\n",
    "block scalars": "- |\n  x\n\n\n",
    "ambiguous": "- no\n",
    "dates": "- 2020-01-01\n",
    "digits": "1",
    "sexagesimal": "1:59",
    "tags": "- !a b\n",
    "documents": "---\n",
    "breaks of libyaml": "- no\x85",
    "undefined aliases": "- *a\n",
    "bytes that are no UTF-8": "a\udcff",
}


@pytest.mark.parametrize("name", NASTY)
def test_time_is_linear(name: str) -> None:
    """What is quadratic takes minutes at this size, and what is linear a second at most."""
    piece, begun = NASTY[name], time.perf_counter()
    count = SIZE // len(piece)
    text = (
        "".join(piece.format(at) for at in range(count)) if "{" in piece and "}" in piece else piece * count
    )
    found = read("a.yaml", text.encode("utf-8", "surrogateescape"))
    found.span((0,))
    assert time.perf_counter() - begun < 20


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "- " * 50_000, "{a: " * 50_000, "".join(f"{' ' * n}a:\n" for n in range(2000))]
)
def test_depth_costs_nothing(text: str) -> None:
    assert [anomaly.kind for anomaly in document(text).anomalies] == [AnomalyKind.DEPTH]


def test_neither_do_aliases_that_grow() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert [anomaly.kind for anomaly in document("\n".join(lines)).anomalies] == [AnomalyKind.ALIAS_EXPANSION]


def test_nor_aliases_that_nest() -> None:
    lines = ["- &a0 [x]", *(f"- &a{n} [[[[*a{n - 1}]]]]" for n in range(1, 40))]
    assert [anomaly.kind for anomaly in document("\n".join(lines)).anomalies] == [AnomalyKind.DEPTH]
