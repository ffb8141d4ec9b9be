"""Contracts are read as the standard has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mesh_contracts import Column, ContractError, load, parse

TRIPS: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "d43d1388",
    "version": "1.2.0",
    "schema": [
        {
            "name": "trips",
            "properties": [
                {"name": "zone", "logicalType": "integer", "primaryKey": True, "primaryKeyPosition": 2},
                {"name": "hour", "logicalType": "timestamp", "primaryKey": True, "primaryKeyPosition": 1},
                {"name": "fare", "logicalType": "number", "logicalTypeOptions": {"minimum": 0}},
                {"name": "plate", "unique": True, "required": True},
            ],
        }
    ],
}


def test_a_table_has_columns_and_a_key_in_its_order() -> None:
    contract = parse(TRIPS)
    table = contract.table("trips")
    assert (contract.id, contract.version, table.key) == ("d43d1388", "1.2.0", ("hour", "zone"))
    assert table.columns == (
        Column("zone", "integer", required=True),
        Column("hour", "timestamp", required=True),
        Column("fare", "number", options={"minimum": 0}),
        Column("plate", required=True, unique=True),
    )


def test_a_key_without_positions_stands_as_its_columns_do() -> None:
    properties = [{"name": name, "primaryKey": True} for name in ("b", "a")]
    assert parse({**TRIPS, "schema": [{"name": "t", "properties": properties}]}).table("t").key == ("b", "a")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "kind"),
        ([], "kind"),
        ({**TRIPS, "kind": "DataProduct"}, "kind"),
        ({**TRIPS, "apiVersion": "v2.2.2"}, "v2.2.2"),
    ],
)
def test_what_is_no_contract_is_refused(data: Any, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        parse(data)


def test_a_table_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ContractError, match="no table `rides`; it has trips"):
        parse(TRIPS).table("rides")


def test_what_is_not_yaml_is_no_contract(tmp_path: Path) -> None:
    path = tmp_path / "contract.yaml"
    path.write_text("a: [")
    with pytest.raises(ContractError, match="is not YAML"):
        load(path)
