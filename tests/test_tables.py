"""Tables that the code makes are in the documentation as it makes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import CHECKOUT

import tables  # of docs/
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.targets.registry import TARGETS


@pytest.mark.parametrize(("path", "text"), [*tables.pages()], ids=lambda value: getattr(value, "name", ""))
def test_a_page_is_as_the_code_makes_it(path: Path, text: str) -> None:
    """Else: python docs/tables.py"""
    assert path.read_text("utf-8") == text


def test_each_kind_that_is_rendered_stands_in_the_table() -> None:
    rendered = {kind for target in TARGETS.values() for kind in target.kinds}
    rendered |= {kind for runtime in RUNTIMES.values() for kind in runtime.kinds}
    assert rendered == {kind for system in tables.SYSTEMS for kind in system.kinds}


def test_the_tests_that_prove_it_are_there() -> None:
    named = {name for system in tables.SYSTEMS for name in system.tests}
    assert all((CHECKOUT / "tests" / f"{name}.py").is_file() for name in named)
