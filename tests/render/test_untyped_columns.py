"""contract/physical-type tells, without rendering, of every column that rendering has no type for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.meshes import city, mesh_of
from tests.render.warehouse import CONTRACT, FARES, warehouse

from meshwarden.findings import Fault, Pointer
from meshwarden.manifests.type_systems import SYSTEMS
from meshwarden.render.rendering import render_mesh
from meshwarden.render.targets.target import Why
from meshwarden.render.untyped_columns import BY_SYSTEM
from meshwarden.rules.contract.physical_type import RULE

BIGQUERY = {"server": "w", "environment": "dev", "type": "bigquery", "project": "city-lake-dev"}
BIGQUERY["dataset"] = "trips_rides"
GLUE = {"server": "c", "environment": "dev", "type": "glue", "database": "trips_rides"}
ATHENA = {"server": "a", "environment": "dev", "type": "athena", "schema": "trips_rides"}
LAKE = {"server": "l", "environment": "dev", "type": "s3", "location": "s3://city-dev-fares/fares/"}
SERVERS: Mapping[str, list[dict[str, Any]]] = {
    "bigquery": [BIGQUERY],
    "glue over parquet": [GLUE, {**LAKE, "format": "parquet"}],
    "glue over csv": [GLUE, {**LAKE, "format": "CSV"}],
    "athena over json": [{**ATHENA, "stagingDir": "s3://city-dev-results/"}, {**LAKE, "format": "json"}],
    "all at once": [BIGQUERY, GLUE, {**LAKE, "format": "parquet"}],
}

_logical = st.sampled_from(
    ["string", "integer", "number", "boolean", "date", "time", "timestamp", "vector", "unknown"]
)
_physical = st.sampled_from(
    [
        *("INTERVAL", "decimal", "decimal(39,2)", "NUMERIC(10,2)", "array<geography>", "int", "varchar2(20)"),
        *("ARRAY<ARRAY<INT64>>", "geography", "struct<a:int>", "RANGE<DATE>", "ARRAY<DATE>"),
    ]
)
_options = st.fixed_dictionaries(
    {}, optional={"format": st.sampled_from(["u64", "i128", "f16"]), "elementType": st.just("bfloat16")}
)
_leaves = st.fixed_dictionaries(
    {}, optional={"logicalType": _logical, "physicalType": _physical, "logicalTypeOptions": _options}
)


def _holders(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    named = st.lists(inner, max_size=2).map(
        lambda found: [{"name": f"f{index}", **one} for index, one in enumerate(found)]
    )
    kind = st.fixed_dictionaries({}, optional={"physicalType": st.sampled_from(["STRUCT", "ARRAY"])})
    objects = st.builds(
        lambda more, found: {"logicalType": "object", "properties": found, **more}, kind, named
    )
    arrays = st.builds(lambda more, one: {"logicalType": "array", "items": one, **more}, kind, inner)
    maps = st.builds(lambda key, one: {"logicalType": "map", "map": {"key": key, "value": one}}, inner, inner)
    return objects | arrays | maps


_columns = st.lists(st.recursive(_leaves, _holders, max_leaves=4), min_size=1, max_size=3)


def _contract(servers: list[dict[str, Any]], columns: list[dict[str, Any]]) -> str:
    document = yaml.safe_load(CONTRACT)
    named = [{"name": f"c{index}", **one} for index, one in enumerate(columns)]
    document["schema"][0]["properties"] = [{"name": "id", "logicalType": "string"}, *named]
    return yaml.safe_dump({**document, "servers": servers, "slaProperties": []}, sort_keys=False)


def _told(servers: list[dict[str, Any]], columns: list[dict[str, Any]]) -> tuple[set[Pointer], set[Pointer]]:
    """Where rendering has no type, and where the rule finds something."""
    mesh = mesh_of(city(warehouse(_contract(servers, columns))))
    refused = render_mesh(mesh).left_out(Why.TYPE)
    found = [fault.place for fault in RULE.check(mesh) if isinstance(fault, Fault)]
    assert {place.path for place in found} | {one.path for one in refused} <= {FARES}
    assert len(set(found)) == len(found)
    return {one.pointer for one in refused}, {place.pointer or () for place in found}


@pytest.mark.parametrize("where", SERVERS)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(columns=_columns)
def test_what_is_not_rendered_for_its_type_is_found(where: str, columns: list[dict[str, Any]]) -> None:
    refused, found = _told(SERVERS[where], columns)
    assert refused <= found


@pytest.mark.parametrize("where", SERVERS)
def test_a_column_without_a_type_is_both(where: str) -> None:
    refused, found = _told(SERVERS[where], [{"businessName": "nothing"}])
    assert refused == found == {("schema", 0, "properties", 1, "logicalType")}


def test_systems_that_refuse_types_have_a_list_of_them() -> None:
    assert set(BY_SYSTEM) <= set(SYSTEMS)


@pytest.mark.parametrize("outside", [False, True])
def test_what_lies_outside_is_not_rendered_and_needs_no_type_there(outside: bool) -> None:
    changes = warehouse(_contract([BIGQUERY], [{"logicalType": "string", "physicalType": "INTERVAL"}]))
    path = "domains/source-aligned/trips/rides/deployment.yaml"
    deployment = yaml.safe_load(str(changes[path]))
    deployment["spec"]["servers"]["bigquery"] = {"outside": outside}
    mesh = mesh_of(city({**changes, path: yaml.safe_dump(deployment)}))
    messages = [fault.message for fault in RULE.check(mesh) if isinstance(fault, Fault)]
    assert [("Config Connector" in message) for message in messages] == ([] if outside else [True])


def _faults(servers: list[dict[str, Any]], **column: Any) -> list[str]:
    mesh = mesh_of(city(warehouse(_contract(servers, [column]))))
    return [fault.message for fault in RULE.check(mesh) if isinstance(fault, Fault)]


SNOWFLAKE = {"server": "s", "environment": "prod", "type": "snowflake"}
ORACLE = {"server": "o", "type": "oracle"}
KAFKA = {"server": "k", "environment": "dev", "type": "kafka", "host": "kafka:9092"}
ELSEWHERE = {"server": "e", "environment": "moon", "type": "kafka", "host": "kafka:9092"}


@pytest.mark.parametrize(
    ("servers", "physical", "logical", "wanted"),
    [
        ([SNOWFLAKE], "int64", "integer", "`int64`, which Snowflake does not have"),
        ([SNOWFLAKE, ORACLE], "int64", "integer", "`int64`, which neither Snowflake nor Oracle has"),
        ([SNOWFLAKE, ELSEWHERE], "int64", "integer", "`int64`, which Snowflake does not have"),
        ([SNOWFLAKE, KAFKA], "int64", "integer", None),
        ([SNOWFLAKE, BIGQUERY], "int64", "integer", None),
        ([ORACLE], "mood", "string", None),  # a type that somebody made
        ([ORACLE], "tinyint", "integer", "`tinyint`, which Oracle does not have"),
        ([SNOWFLAKE], "object", "object", None),
        ([SNOWFLAKE], "timestamp[us, tz=UTC]", "timestamp", None),
        ([SNOWFLAKE], "date", "timestamp", "`date` in Snowflake, which cannot hold its logicalType"),
        ([SNOWFLAKE, ORACLE], "date", "timestamp", None),  # Oracle's have a time of day
        ([SNOWFLAKE, KAFKA], "date", "timestamp", "`date` in Snowflake, which cannot hold its logicalType"),
        ([KAFKA], "date", "timestamp", None),
        ([], "date", "timestamp", None),
    ],
)
def test_several_systems_are_judged_together(
    servers: list[dict[str, Any]], physical: str, logical: str, wanted: str | None
) -> None:
    found = _faults(servers, physicalType=physical, logicalType=logical)
    assert [wanted in message for message in found if wanted] == ([True] if wanted else [])
    assert bool(found) == bool(wanted)
