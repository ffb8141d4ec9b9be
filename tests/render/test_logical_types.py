"""docs/logical-types.md is what the targets make."""

from __future__ import annotations

import json

import pytest

from logical_types import PAGE, columns, page
from meshwarden.manifests.odcs import schema_file
from meshwarden.render.targets.glue_tables import FORMATS


def test_the_page_is_what_its_command_writes() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `uv run python docs/logical_types.py`"


def test_every_logical_type_of_the_standard_is_on_it() -> None:
    standard = json.loads(schema_file().read_text("utf-8"))
    known = standard["$defs"]["SchemaBaseProperty"]["properties"]["logicalType"]["enum"]
    assert {column["logicalType"] for column in columns()} == set(known)


@pytest.mark.parametrize("kind", ["avro", "orc"])
def test_formats_that_share_a_column_have_the_same_types(kind: str) -> None:
    known, parquet = FORMATS[kind], FORMATS["parquet"]
    assert (known.text, known.strings_only) == (parquet.text, parquet.strings_only)
