"""Long text that aliases repeat is stopped before it is written out: it would be gigabytes of JSON."""

from __future__ import annotations

import pytest

from meshwarden.sources.document import AnomalyKind
from meshwarden.sources.reader import read


@pytest.mark.parametrize(("length", "aliases", "readable"), [(100, 50, True), (1_000_000, 3, False)])
def test_aliases_of_long_text_count_for_its_length(length: int, aliases: int, readable: bool) -> None:
    text = f'a: &a "{"x" * length}"\nb: [{", ".join(["*a"] * aliases)}]\n'
    document = read("x.yaml", text.encode())

    assert document.readable is readable
    kinds = {anomaly.kind for anomaly in document.anomalies}
    assert kinds == (set() if readable else {AnomalyKind.ALIAS_EXPANSION})
