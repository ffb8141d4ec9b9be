"""Tables that the code makes are in the documentation as it makes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import CHECKOUT

import logical_types  # of docs/
import tables  # of docs/
from meshwarden.manifests.odcs import schema_file
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.targets.glue_tables import FORMATS
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


def test_every_logical_type_of_the_standard_stands_in_the_table() -> None:
    standard = json.loads(schema_file().read_text("utf-8"))
    known = standard["$defs"]["SchemaBaseProperty"]["properties"]["logicalType"]["enum"]
    assert {column["logicalType"] for column in logical_types.columns()} == set(known)


@pytest.mark.parametrize("kind", ["avro", "orc"])
def test_formats_that_share_a_column_have_the_same_types(kind: str) -> None:
    known, parquet = FORMATS[kind], FORMATS["parquet"]
    assert (known.text, known.strings_only) == (parquet.text, parquet.strings_only)
