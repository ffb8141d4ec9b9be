"""Which types of Apache Avro properties of a contract become."""

from __future__ import annotations

from typing import Any

import pytest

from meshwarden.findings import Pointer
from meshwarden.render.targets.avro import record
from meshwarden.render.targets.target import Why

MICROS = {"type": "long", "logicalType": "timestamp-micros"}
TIME = {"type": "long", "logicalType": "time-micros"}


def type_of(**said: Any) -> Any:
    """The type of a property that has to be there."""
    found = record({"properties": [{"name": "c", "required": True, **said}]}, "rides", ("schema", 0))
    assert found.schema is not None, found.refusals
    return found.schema["fields"][0]["type"]


def refused(*properties: dict[str, Any]) -> list[tuple[Pointer, str, Why]]:
    found = record({"properties": list(properties)}, "rides", ("schema", 0))
    assert found.schema is None
    return [(one.pointer, one.reason, one.why) for one in found.refusals]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"logicalType": "string"}, "string"),
        ({"logicalType": "boolean"}, "boolean"),
        ({"logicalType": "integer"}, "long"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "i32"}}, "int"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "u16"}}, "int"),
        ({"logicalType": "integer", "logicalTypeOptions": {"format": "u32"}}, "long"),
        ({"logicalType": "number"}, "double"),
        ({"logicalType": "number", "logicalTypeOptions": {"format": "f32"}}, "float"),
        ({"logicalType": "date"}, {"type": "int", "logicalType": "date"}),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "yyyy-MM-ddTHH:mm"}}, MICROS),
        ({"logicalType": "date", "logicalTypeOptions": {"format": "HH:mm"}}, TIME),
        ({"logicalType": "timestamp"}, MICROS),
        ({"logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}, MICROS),
        (
            {"logicalType": "timestamp", "logicalTypeOptions": {"timezone": False}},
            {"type": "long", "logicalType": "local-timestamp-micros"},
        ),
        ({"logicalType": "time"}, TIME),
        (
            {"logicalType": "array", "items": {"logicalType": "date"}},
            {"type": "array", "items": type_of(logicalType="date")},
        ),
        ({"logicalType": "vector"}, {"type": "array", "items": "float"}),
        (
            {"logicalType": "vector", "logicalTypeOptions": {"elementType": "int8"}},
            {"type": "array", "items": "int"},
        ),
        (
            {
                "logicalType": "map",
                "map": {"key": {"logicalType": "string"}, "value": {"logicalType": "integer"}},
            },
            {"type": "map", "values": "long"},
        ),
    ],
)
def test_logical_types(said: dict[str, Any], wanted: Any) -> None:
    assert type_of(**said) == wanted


@pytest.mark.parametrize(
    ("physical", "wanted"),
    [
        ("long", "long"),
        ("BYTES", "bytes"),
        ("string", "string"),
        ("timestamp-millis", {"type": "long", "logicalType": "timestamp-millis"}),
        ("uuid", {"type": "string", "logicalType": "uuid"}),
        ("decimal(10, 2)", {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}),
        ("DECIMAL(9)", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 0}),
        ("VARCHAR(20)", MICROS),  # another system's
    ],
)
def test_a_physical_type_of_avro_goes_before_the_logical_one(physical: str, wanted: Any) -> None:
    assert type_of(logicalType="timestamp", physicalType=physical) == wanted


def test_what_need_not_be_there_may_be_null() -> None:
    found = record({"properties": [{"name": "c", "logicalType": "string"}]}, "rides", ())
    assert found.schema == {
        "type": "record",
        "name": "rides",
        "fields": [{"name": "c", "type": ["null", "string"], "default": None}],
    }


def test_records_within_records_have_names_of_their_own() -> None:
    """In Avro a full name is taken once in a schema, also where two records lie in different ones."""
    place = {"name": "place", "logicalType": "object", "required": True}
    inner = [{"name": "zone", "logicalType": "integer", "required": True}]
    stop = {**place, "name": "stop", "properties": [{**place, "properties": inner}]}
    stops = {
        "name": "stops",
        "logicalType": "array",
        "required": True,
        "items": {"logicalType": "object", "properties": [{**place, "properties": inner}]},
    }
    found = record({"properties": [stop, stops]}, "a ride", ())
    assert found.schema is not None
    zone = [{"name": "zone", "type": "long"}]

    def place_in(namespace: str) -> dict[str, Any]:
        return {"type": "record", "name": "place", "namespace": namespace, "fields": zone}

    assert found.schema["name"] == "a_ride"
    assert found.schema["fields"] == [
        {
            "name": "stop",
            "type": {
                "type": "record",
                "name": "stop",
                "namespace": "a_ride",
                "fields": [{"name": "place", "type": place_in("a_ride.stop")}],
            },
        },
        {
            "name": "stops",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "stops",
                    "namespace": "a_ride",
                    "fields": [{"name": "place", "type": place_in("a_ride.stops")}],
                },
            },
        },
    ]


@pytest.mark.parametrize(("name", "wanted"), [("1st", "_1st"), ("é", "_"), ("", "_"), ("a.b-c", "a_b_c")])
def test_a_record_is_called_by_as_much_of_a_name_as_avro_takes(name: str, wanted: str) -> None:
    found = record({"properties": []}, name, ())
    assert found.schema == {"type": "record", "name": wanted, "fields": []}


def test_a_record_is_not_called_as_a_primitive_type_is() -> None:
    found = type_of(
        name="string", logicalType="object", properties=[{"name": "int", "logicalType": "integer"}]
    )
    assert (found["name"], found["namespace"]) == ("string_", "rides")
    assert [field["name"] for field in found["fields"]] == ["int"]


@pytest.mark.parametrize(
    ("said", "at", "reason"),
    [
        ({}, ("logicalType",), "has no type"),
        ({"physicalType": "GEOGRAPHY"}, ("physicalType",), "has type `GEOGRAPHY`, which Avro does not have"),
        (
            {"logicalType": "integer", "logicalTypeOptions": {"format": "u64"}},
            ("logicalTypeOptions", "format"),
            "has format `u64`, which Avro does not have",
        ),
        (
            {"logicalType": "vector", "logicalTypeOptions": {"elementType": "bit"}},
            ("logicalTypeOptions", "elementType"),
            "has elementType `bit`, which Avro does not have",
        ),
        (
            {"physicalType": "decimal(2, 4)"},
            ("physicalType",),
            "has type `decimal(2, 4)`, of more decimals than digits",
        ),
        ({"logicalType": "object"}, ("properties",), "is an object without properties"),
        ({"logicalType": "array"}, ("items",), "is of type `array`, and `items` does not tell of what"),
        (
            {"logicalType": "array", "items": {"logicalType": "array"}},
            ("items", "items"),
            "is of type `array`, and `items` does not tell of what",
        ),
        (
            {"logicalType": "map", "map": {"key": {"logicalType": "string"}}},
            ("map", "value"),
            "is of type `map`, and `value` does not tell of what",
        ),
        (
            {
                "logicalType": "map",
                "map": {"key": {"logicalType": "integer"}, "value": {"logicalType": "date"}},
            },
            ("map", "key"),
            "is a map whose keys are no strings, which Avro does not have",
        ),
    ],
)
def test_what_avro_does_not_have_is_told_where_the_property_says_it(
    said: dict[str, Any], at: Pointer, reason: str
) -> None:
    where: Pointer = ("schema", 0, "properties", 0, *at)
    assert refused({"name": "c", **said}) == [(where, f"property `c` {reason}", Why.TYPE)]


def test_names_that_avro_does_not_allow_are_told() -> None:
    text = {"logicalType": "string"}
    found = refused(
        {"name": "a", "physicalName": "a-b", **text}, {"name": "1", **text}, *({"name": "c", **text},) * 2
    )
    place = ("schema", 0, "properties")
    assert found == [
        ((*place, 0, "physicalName"), "property `a-b` is called as Avro does not allow", Why.REFUSED),
        ((*place, 1, "name"), "property `1` is called as Avro does not allow", Why.REFUSED),
        ((*place, 3, "name"), "property `c` is there twice", Why.REFUSED),
    ]


def test_a_property_within_another_is_told_with_its_path() -> None:
    inner = {"name": "d", "logicalType": "integer", "logicalTypeOptions": {"format": "i128"}}
    found = refused({"name": "c", "logicalType": "object", "properties": [inner]})
    assert [(pointer[2:], reason) for pointer, reason, _ in found] == [
        (
            ("properties", 0, "properties", 0, "logicalTypeOptions", "format"),
            "property `c.d` has format `i128`, which Avro does not have",
        )
    ]
