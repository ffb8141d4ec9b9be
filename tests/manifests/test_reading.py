"""What is read of documents, whatever they hold: fields, ports, columns, servers, dates."""

from typing import Any

import pytest
from tests.manifests.documents import EXAMPLES, STORE

from meshwarden.manifests import bitol, fields
from meshwarden.manifests.subschemas import wants_date

CONTRACT = EXAMPLES["tests/manifests/examples/contract-complete.odcs.yaml"]
DATA: Any = {
    "a": {"b": [1, "x", {"name": "n"}, " "], "c": "text", "d": "  "},
    "e": ["x", {"name": "y", "z": 1}, {}],
}


def test_fields_of_the_wrong_type_are_as_if_not_there() -> None:
    assert fields.at(DATA, "a", "b", 1) == "x"
    assert fields.at(DATA, "a", "b", 9) is None
    assert fields.at(DATA, "a", "c", "x") is None
    assert fields.at(DATA, "a", 0) is None
    assert (fields.text(DATA, "a", "c"), fields.text(DATA, "a", "d"), fields.text(DATA, "a")) == (
        "text",
        None,
        None,
    )
    assert (fields.mapping(DATA, "a", "c"), fields.entries(DATA, "a", "c")) == ({}, [])
    assert fields.texts(DATA, "a", "b") == ("x", " ")
    assert [index for index, _ in fields.mappings(DATA, "a", "b")] == [2]


def test_entries_are_names_or_mappings_with_one() -> None:
    assert list(fields.named(DATA, "e")) == [(0, "x", {}), (1, "y", {"name": "y", "z": 1})]


def test_ports() -> None:
    data = {"outputPorts": [{"name": "trips", "contractId": "c", "version": "1.0.0"}, {"contractId": 3}, "x"]}
    assert list(bitol.ports(data, "outputPorts")) == [
        bitol.Port("trips", "c", "1.0.0", ("outputPorts", 0)),
        bitol.Port("outputPorts[1]", None, None, ("outputPorts", 1)),
    ]
    assert list(bitol.ports(None, "inputPorts")) == []


def test_schema_objects_and_their_columns() -> None:
    rides, zones = bitol.schema_objects(CONTRACT)
    assert (rides.name, rides.physical_name, zones.physical_name) == ("rides", "rides_v1", "zones")
    assert [column.name for column in rides.columns] == ["ride_id", "started_at", "zone_id", "fare", "stops"]
    first = rides.columns[0]
    assert (first.logical_type, first.physical_type, first.required) == ("string", "varchar(36)", True)
    assert (rides.columns[1].required, first.classification) == (False, "internal")


def test_servers() -> None:
    lake, *_ = bitol.servers(CONTRACT)
    assert (lake.name, lake.type, lake.environment, lake.pointer) == ("lake", "s3", "prod", ("servers", 0))
    (unnamed,) = bitol.servers({"servers": [{"type": "s3"}, {"server": "x"}, None]})
    assert (unnamed.name, unnamed.environment) == ("s3-0", None)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (3, 3.0),
        (0.5, 0.5),
        ("3", 3.0),
        ("three", None),
        (True, None),
        (None, None),
        ("9" * 400, None),
        (16**290, None),
    ],
)
def test_numbers_of_service_levels(value: Any, read: float | None) -> None:
    assert bitol.number(value) == read


@pytest.mark.parametrize(
    ("pointer", "wanted"),
    [
        (("contractCreatedTs",), True),
        (("team", "members", 0, "dateIn"), True),
        (("team", "name"), False),
        (("schema", 0, "properties", 0, "examples", 0), False),
        (("nowhere", 3, "x"), False),
    ],
)
def test_where_a_schema_wants_a_date(pointer: tuple[str | int, ...], wanted: bool) -> None:
    assert wants_date(STORE.of("DataContract").schema, pointer) is wanted


def test_own_kinds_want_dates_too() -> None:
    schema = STORE.of("DataProductDeployment").schema
    assert wants_date(schema, ("spec", "access", 0, "expires"))
    assert not wants_date(schema, ("spec", "access", 0, "purpose"))
