"""contract/physical-type tells, without rendering, of every column that rendering has no type for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.meshes import RIDES, city, mesh_of
from tests.render.warehouse import CONTRACT, FARES, warehouse

from meshwarden.findings import Fault, Pointer
from meshwarden.mesh.records import Mesh
from meshwarden.render.rendering import render_mesh
from meshwarden.render.servers import servers_in
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import Why
from meshwarden.render.untyped_columns import BY_SYSTEM
from meshwarden.rules.contract.physical_type import RULE

DEPLOYMENT = f"{RIDES}/deployment.yaml"
BIGQUERY = {"server": "w", "environment": "dev", "type": "bigquery", "project": "city-lake-dev"}
BIGQUERY["dataset"] = "trips_rides"
GLUE = {"server": "c", "environment": "dev", "type": "glue", "database": "trips_rides"}
ATHENA = {"server": "a", "environment": "dev", "type": "athena", "schema": "trips_rides"}
PUBSUB = {"server": "t", "environment": "dev", "type": "pubsub", "project": "city-stream-dev"}
REDSHIFT = {"server": "r", "environment": "dev", "type": "redshift", "database": "city", "schema": "rides"}
KAFKA = {"server": "k", "environment": "dev", "type": "kafka", "host": "kafka:9092"}
POSTGRES = {"server": "p", "environment": "dev", "type": "postgres", "database": "rides", "schema": "fares"}
LAKE = {"server": "l", "environment": "dev", "type": "s3", "location": "s3://city-dev-fares/fares/"}
SERVERS: Mapping[str, list[dict[str, Any]]] = {
    "bigquery": [BIGQUERY],
    "glue over parquet": [GLUE, {**LAKE, "format": "parquet"}],
    "glue over csv": [GLUE, {**LAKE, "format": "CSV"}],
    "athena over json": [{**ATHENA, "stagingDir": "s3://city-dev-results/"}, {**LAKE, "format": "json"}],
    "pubsub": [PUBSUB],
    "redshift": [REDSHIFT],
    "all at once": [BIGQUERY, GLUE, PUBSUB, REDSHIFT, {**LAKE, "format": "parquet"}],
}
WITHOUT_COLUMNS: Mapping[str, list[dict[str, Any]]] = {
    "gcs": [{**LAKE, "location": "gs://city-dev-fares/fares/"}],
    "kafka": [KAFKA],
    "postgres": [{**POSTGRES, "host": "shared-rw.postgres.svc.cluster.local"}],
    "postgres-own": [{**POSTGRES, "host": "rides-rw.trips-rides.svc"}],
    "s3": [LAKE],
}

_logical = st.sampled_from(
    ["string", "integer", "number", "boolean", "date", "time", "timestamp", "map", "vector", "unknown"]
)
_physical = st.sampled_from(
    [
        *("INTERVAL", "decimal", "decimal(39,2)", "NUMERIC(10,2)", "array<geography>", "int", "varchar2(20)"),
        *("ARRAY<ARRAY<INT64>>", "geography", "struct<a:int>", "RANGE<DATE>", "ARRAY<DATE>"),
        *("varchar(70000)", "integer(11)", "interval day to second (9)", "super", "decimal(2, 4)", "uuid"),
    ]
)
_options = st.fixed_dictionaries(
    {},
    optional={"format": st.sampled_from(["u64", "i128", "f16", "HH:mm"]), "elementType": st.just("bfloat16")},
)
_leaves = st.fixed_dictionaries(
    {},
    optional={
        "logicalType": _logical,
        "logicalTypeOptions": _options,
        "partitioned": st.just(True),
        "physicalName": st.sampled_from(["c0", "a-b"]),
        "physicalType": _physical,
    },
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


def _mesh(servers: list[dict[str, Any]], columns: list[dict[str, Any]], said: Any = None) -> Mesh:
    """The small mesh with the contract and what its systems need; deployment.yaml has `said` of servers."""
    changes = warehouse(_contract(servers, columns))
    mesh, deployment = (yaml.safe_load(str(changes[path])) for path in ("mesh.yaml", DEPLOYMENT))
    for environment in mesh["spec"]["environments"]:
        environment["terraform"]["productNamespace"] = "terraform"
        environment["postgres"] = {"cluster": "shared", "namespace": "postgres"}
    deployment["spec"]["servers"] |= said or {}
    written = {"mesh.yaml": yaml.safe_dump(mesh), DEPLOYMENT: yaml.safe_dump(deployment)}
    return mesh_of(city({**changes, **written}))


def _told(servers: list[dict[str, Any]], columns: list[dict[str, Any]]) -> tuple[set[Pointer], set[Pointer]]:
    """Where rendering has no type, and where the rule finds something."""
    mesh = _mesh(servers, columns)
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


@pytest.mark.parametrize("where", SERVERS)
def test_a_measure_is_no_column_and_needs_no_type(where: str) -> None:
    measure = {"semanticType": "measure", "transformLogic": "SUM(amount)"}
    assert _told(SERVERS[where], [measure]) == (set(), set())


@pytest.mark.parametrize("system", sorted(TARGETS))
def test_each_system_that_makes_columns_is_asked(system: str) -> None:
    """Whatever is rendered: a refusal that the rule does not ask for would be told by nobody."""
    servers = {**SERVERS, "athena": SERVERS["athena over json"], "glue": SERVERS["glue over csv"]}
    own = {"postgres": {"cluster": "own"}} if system == "postgres-own" else {}
    mesh = _mesh({**servers, **WITHOUT_COLUMNS}[system], [{"businessName": "nothing"}], own)
    used = {one.system for one in servers_in(mesh.products["trips/rides"], "dev")}
    told = [one.path for one in render_mesh(mesh).left_out(Why.TYPE)]
    assert system in used
    assert set(told) == ({FARES} if system in BY_SYSTEM else set())


@pytest.mark.parametrize("outside", [False, True])
def test_what_lies_outside_is_not_rendered_and_needs_no_type_there(outside: bool) -> None:
    column = {"logicalType": "string", "physicalType": "INTERVAL"}
    mesh = _mesh([BIGQUERY], [column], {"bigquery": {"outside": outside}})
    messages = [fault.message for fault in RULE.check(mesh) if isinstance(fault, Fault)]
    assert [("Config Connector" in message) for message in messages] == ([] if outside else [True])


def _faults(servers: list[dict[str, Any]], **column: Any) -> list[str]:
    mesh = _mesh(servers, [column])
    return [fault.message for fault in RULE.check(mesh) if isinstance(fault, Fault)]


SNOWFLAKE = {"server": "s", "environment": "prod", "type": "snowflake"}
ORACLE = {"server": "o", "type": "oracle"}
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
