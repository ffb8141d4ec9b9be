"""What datasets, tables and grants are rendered of a contract in BigQuery."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.meshes import ZONES, city, document, member, mesh_of, reasons, rendered, replaced
from tests.render.warehouse import CONTRACT, FARES, TIPS, UNIT, changed, sibling, warehouse, with_schema

from meshwarden.findings import Pointer
from meshwarden.manifests.bitol import schema_objects
from meshwarden.mesh.records import Contract
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.bigquery_columns import columns
from meshwarden.render.targets.bigquery_tables import table
from meshwarden.render.targets.target import Why

DATASET = f"{UNIT}/base/bigquerydataset-trips-rides.city-lake.yaml"
TABLE = f"{UNIT}/base/bigquerytable-fares.fares.yaml"
DEV = f"{UNIT}/overlays/dev"
JOBS = "bigquery-jobs"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered(warehouse())


@pytest.fixture(scope="module")
def contract() -> Contract:
    (found,) = mesh_of(city(warehouse())).contracts_by_id["c-fares"]
    return found


def of_columns(*properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The table's spec for some properties."""
    found: dict[str, Any] = document(rendered(warehouse(with_schema(list(properties), **more))), TABLE)[
        "spec"
    ]
    return found


def column(**said: Any) -> dict[str, Any]:
    """The column that a property becomes, without its name."""
    found = columns({"properties": [{"name": "c", **said}]}, ())
    assert found.refusals == ()
    return {key: value for key, value in found.fields[0].items() if key != "name"}


def told(rendering: Rendering, path: str = FARES) -> list[str]:
    return sorted(reason for where, reason in reasons(rendering) if where == path)


def test_a_dataset_with_its_access(rendering: Rendering) -> None:
    assert document(rendering, DATASET) == yaml.safe_load("""
apiVersion: bigquery.cnrm.cloud.google.com/v1beta1
kind: BigQueryDataset
metadata:
  name: trips-rides.city-lake
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    classification: internal
    domain: trips
    meshwarden.dev/contract: c-fares
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
    product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    cnrm.cloud.google.com/deletion-policy: abandon
    cnrm.cloud.google.com/project-id: city-lake-dev
    cnrm.cloud.google.com/state-into-spec: absent
spec:
  resourceID: trips_rides
  projectRef: {external: city-lake-dev}
  location: europe-west1
  access:
    - {role: OWNER, specialGroup: projectOwners}
    - {role: OWNER, userByEmail: kcc@city-dev.iam.gserviceaccount.com}
    - role: WRITER
      iamMember: "principal://iam.googleapis.com/projects/123456789012/locations/global/\\
        workloadIdentityPools/city-dev/subject/system:serviceaccount:trips-rides:rides"
    - role: READER
      iamMember: "principal://iam.googleapis.com/projects/123456789012/locations/global/\\
        workloadIdentityPools/city-dev/subject/system:serviceaccount:demand-by-zone:zones"
  defaultEncryptionConfiguration:
    kmsKeyRef: {external: projects/city-dev/locations/europe-west1/keyRings/mesh/cryptoKeys/mesh}
""")


def test_a_table_with_the_contracts_schema(rendering: Rendering) -> None:
    found = document(rendering, TABLE)
    schema = json.loads(found["spec"].pop("schema"))
    assert found == yaml.safe_load("""
apiVersion: bigquery.cnrm.cloud.google.com/v1beta1
kind: BigQueryTable
metadata:
  name: fares.fares
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    classification: internal
    domain: trips
    meshwarden.dev/contract: c-fares
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
    product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    cnrm.cloud.google.com/deletion-policy: abandon
    cnrm.cloud.google.com/project-id: city-lake-dev
    cnrm.cloud.google.com/state-into-spec: absent
spec:
  resourceID: fare_facts
  datasetRef: {name: trips-rides.city-lake}
  friendlyName: Fares
  description: What each ride cost.
  timePartitioning: {type: DAY, field: paid_on, expirationMs: 2678400000}   # 30 days, and the day itself
  encryptionConfiguration:
    kmsKeyRef: {external: projects/city-dev/locations/europe-west1/keyRings/mesh/cryptoKeys/mesh}
""")
    assert schema == [
        {"name": "ride_id", "type": "STRING", "mode": "REQUIRED", "description": "The ride."},
        {"name": "paid_on", "type": "DATE", "mode": "NULLABLE"},
        {"name": "amount_usd", "type": "NUMERIC", "mode": "NULLABLE", "precision": "10", "scale": "2"},
    ]


def test_a_consumer_may_run_jobs_in_its_own_project(rendering: Rendering) -> None:
    found = member(rendering, DEV, f"{JOBS}.demand.by-zone")
    assert found["metadata"].pop("name").startswith("bigquery-jobs.demand.by-zone-")
    assert found == yaml.safe_load("""
apiVersion: iam.cnrm.cloud.google.com/v1beta1
kind: IAMPolicyMember
metadata:
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/contract: c-fares
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
    meshwarden.dev/consumer: demand/by-zone
    meshwarden.dev/expires: "2027-12-31"
    meshwarden.dev/purpose: fares by zone.
spec:
  member: "principal://iam.googleapis.com/projects/123456789012/locations/global/\\
    workloadIdentityPools/city-dev/subject/system:serviceaccount:demand-by-zone:zones"
  role: roles/bigquery.jobUser
  resourceRef:
    apiVersion: resourcemanager.cnrm.cloud.google.com/v1beta1
    kind: Project
    external: projects/city-dev
""")
    writer = member(rendering, DEV, f"{JOBS}.trips.rides")["spec"]
    assert writer["member"].endswith("/subject/system:serviceaccount:trips-rides:rides")
    assert writer["resourceRef"]["external"] == "projects/city-dev"


def test_jobs_run_in_the_project_of_the_consumers_own_domain() -> None:
    path = "domains/aggregate/demand/domain.yaml"
    own = replaced(path, "[dev, prod]", "[{name: dev, gcp: {project: city-demand}}, prod]")
    found = rendered({**warehouse(), **own})
    spec = member(found, DEV, f"{JOBS}.demand.by-zone")["spec"]
    assert spec["resourceRef"]["external"] == "projects/city-demand"
    assert "/workloadIdentityPools/city-dev/" in spec["member"]


def test_in_gke_principals_are_of_the_clusters_own_pool(rendering: Rendering) -> None:
    changes = document(rendering, f"{UNIT}/overlays/prod/patches/bigquerydataset-trips-rides.city-lake.yaml")
    (access,) = [
        entry["value"] for entry in changes if entry["op"] == "replace" and "access" in entry["path"]
    ]
    pool = "projects/210987654321/locations/global/workloadIdentityPools/city-prod.svc.id.goog"
    assert access == [
        {"role": "OWNER", "specialGroup": "projectOwners"},
        {
            "role": "WRITER",
            "iamMember": f"principal://iam.googleapis.com/{pool}/subject/ns/trips-rides/sa/rides",
        },
        {
            "role": "READER",
            "iamMember": f"principal://iam.googleapis.com/{pool}/subject/ns/demand-by-zone/sa/zones-prod",
        },
    ]


def test_an_environment_without_a_key_leaves_encryption_to_google(rendering: Rendering) -> None:
    for kind, key in (
        ("dataset-trips-rides.city-lake", "defaultEncryptionConfiguration"),
        ("table-fares.fares", "encryptionConfiguration"),
    ):
        changes = document(rendering, f"{UNIT}/overlays/prod/patches/bigquery{kind}.yaml")
        assert {"op": "remove", "path": f"/spec/{key}"} in changes


def test_a_server_without_a_project_lies_in_the_environments() -> None:
    found = rendered(warehouse(changed("project: city-lake-dev, ", "")))
    dataset = document(found, f"{UNIT}/overlays/dev/bigquerydataset-trips-rides.yaml")
    assert dataset["spec"]["projectRef"] == {"external": "city-dev"}
    assert document(found, TABLE)["metadata"]["annotations"]["cnrm.cloud.google.com/project-id"] == "city-dev"


def test_the_kinds_are_whitelisted_for_the_domain(rendering: Rendering) -> None:
    project = document(rendering, "rendered/argocd/projects/trips.yaml")
    kinds = {(entry["group"], entry["kind"]) for entry in project["spec"]["namespaceResourceWhitelist"]}
    assert kinds >= {
        ("bigquery.cnrm.cloud.google.com", "BigQueryDataset"),
        ("bigquery.cnrm.cloud.google.com", "BigQueryTable"),
        ("iam.cnrm.cloud.google.com", "IAMPolicyMember"),
    }


@pytest.mark.parametrize(
    ("logical", "wanted"),
    [
        ("string", "STRING"),
        ("date", "DATE"),
        ("timestamp", "TIMESTAMP"),
        ("time", "TIME"),
        ("number", "NUMERIC"),
        ("integer", "INTEGER"),
        ("boolean", "BOOLEAN"),
    ],
)
def test_logical_types(logical: str, wanted: str) -> None:
    assert column(logicalType=logical) == {"type": wanted, "mode": "NULLABLE"}
    assert column(logicalType=logical, physicalType="VARCHAR(20)", required=True) == {
        "type": wanted,
        "mode": "REQUIRED",
    }


@pytest.mark.parametrize(
    ("logical", "form", "wanted"),
    [
        ("number", "f64", "FLOAT"),
        ("number", "f32", "FLOAT"),
        ("integer", "u32", "INTEGER"),
        ("integer", "u64", "NUMERIC"),
        ("integer", "i128", "BIGNUMERIC"),
        ("integer", "u128", "BIGNUMERIC"),
        ("date", "yyyy-MM-dd", "DATE"),
        ("date", "yyyy-MM-ddTHH:mm:ssZ", "TIMESTAMP"),
        ("date", "HH:mm:ss", "TIME"),
    ],
)
def test_logical_types_by_their_format(logical: str, form: str, wanted: str) -> None:
    assert column(logicalType=logical, logicalTypeOptions={"format": form})["type"] == wanted


@pytest.mark.parametrize(
    ("logical", "options", "wanted"),
    [
        ("timestamp", {"timezone": True}, "TIMESTAMP"),
        ("timestamp", {"timezone": False, "defaultTimezone": "America/New_York"}, "DATETIME"),
        ("date", {"format": "yyyy-MM-dd HH:mm", "timezone": False}, "DATETIME"),
        ("number", {"multipleOf": 0.01}, "NUMERIC"),
        ("number", {"multipleOf": 1e-9}, "NUMERIC"),
        ("number", {"multipleOf": 1e-10}, "BIGNUMERIC"),  # NUMERIC would round it away
        ("number", {"multipleOf": 1e-39}, "FLOAT"),
    ],
)
def test_logical_types_by_their_other_options(logical: str, options: dict[str, Any], wanted: str) -> None:
    assert column(logicalType=logical, logicalTypeOptions=options)["type"] == wanted


@pytest.mark.parametrize(
    ("options", "wanted"),
    [({}, "FLOAT"), ({"elementType": "float16"}, "FLOAT"), ({"elementType": "int8"}, "INTEGER")],
)
def test_a_vector_is_an_array_as_vector_search_takes_it(options: dict[str, Any], wanted: str) -> None:
    found = column(logicalType="vector", logicalTypeOptions={"dimensions": 384, **options})
    assert found == {"type": wanted, "mode": "REPEATED"}


@pytest.mark.parametrize(
    ("physical", "wanted"),
    [
        ("INT64", {"type": "INTEGER"}),
        ("bigint", {"type": "INTEGER"}),
        ("FLOAT64", {"type": "FLOAT"}),
        ("BOOL", {"type": "BOOLEAN"}),
        ("DATETIME", {"type": "DATETIME"}),
        ("GEOGRAPHY", {"type": "GEOGRAPHY"}),
        ("JSON", {"type": "JSON"}),
        ("BYTES(16)", {"type": "BYTES", "maxLength": "16"}),
        ("STRING(30)", {"type": "STRING", "maxLength": "30"}),
        (" decimal ( 10 , 2 ) ", {"type": "NUMERIC", "precision": "10", "scale": "2"}),
        ("NUMERIC(29)", {"type": "NUMERIC", "precision": "29"}),
        ("BIGNUMERIC(76, 38)", {"type": "BIGNUMERIC", "precision": "76", "scale": "38"}),
    ],
)
def test_a_physical_type_of_bigquery_goes_before_the_logical_one(
    physical: str, wanted: dict[str, str]
) -> None:
    assert column(logicalType="string", physicalType=physical) == {**wanted, "mode": "NULLABLE"}
    assert column(physicalType=physical) == {**wanted, "mode": "NULLABLE"}


def test_records_and_arrays() -> None:
    place = [
        {"name": "lat", "logicalType": "number"},
        {"name": "lon", "logicalType": "number", "required": True},
    ]
    inner = [
        {"name": "lat", "type": "NUMERIC", "mode": "NULLABLE"},
        {"name": "lon", "type": "NUMERIC", "mode": "REQUIRED"},
    ]
    record = {"type": "RECORD", "mode": "NULLABLE", "fields": inner}
    repeated = {"type": "RECORD", "mode": "REPEATED", "fields": inner}
    items = {"logicalType": "object", "properties": place}
    assert column(logicalType="object", properties=place) == record
    assert column(physicalType="STRUCT<lat NUMERIC, lon NUMERIC>", properties=place) == record
    assert column(logicalType="array", required=True, items={"logicalType": "string"}) == {
        "type": "STRING",
        "mode": "REPEATED",
    }
    assert column(physicalType="ARRAY<INT64>") == {"type": "INTEGER", "mode": "REPEATED"}
    assert column(logicalType="array", items=items) == repeated
    assert column(physicalType="ARRAY<STRUCT<lat NUMERIC, lon NUMERIC>>", items=items) == repeated
    assert column(logicalType="array", physicalType="RECORD", items=items) == repeated
    assert column(logicalType="array", physicalType="JSON") == {"type": "JSON", "mode": "NULLABLE"}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, "column `c` has no type"),
        ({"logicalType": "map"}, "column `c` has type `map`, which is none of BigQuery's"),
        (
            {"physicalType": "INTERVAL"},
            "column `c` has type `INTERVAL`, of which Config Connector knows nothing",
        ),
        (
            {"physicalType": "RANGE<DATE>"},
            "column `c` has type `RANGE`, of which Config Connector knows nothing",
        ),
        (
            {"logicalType": "number", "physicalType": "DECIMAL(38,18)"},
            (
                "column `c` has type `DECIMAL(38,18)`: BigQuery's NUMERIC takes 9 digits after the point"
                " and 29 before it; BIGNUMERIC takes 38 and 38"
            ),
        ),
        ({"logicalType": "object"}, "column `c` is a record without properties"),
        ({"logicalType": "array"}, "column `c` is an array of which `items` does not tell the type"),
        (
            {"logicalType": "array", "items": {"logicalType": "map"}},
            "column `c` is an array, of which each item has type `map`, which is none of BigQuery's",
        ),
        (
            {"logicalType": "array", "items": {"logicalType": "array", "items": {"logicalType": "date"}}},
            "column `c` is an array of arrays, which BigQuery does not have",
        ),
        (
            {"physicalType": "ARRAY<ARRAY<INT64>>"},
            "column `c` is an array of arrays, which BigQuery does not have",
        ),
        (
            {"physicalName": "zone id", "logicalType": "string"},
            "column `zone id` is called as BigQuery does not allow",
        ),
        (
            {"physicalName": "_PARTITIONTIME", "logicalType": "date"},
            "column `_PARTITIONTIME` is called as BigQuery does not allow",
        ),
        (
            {"physicalName": "_CHANGE_TYPE", "logicalType": "string"},
            "column `_CHANGE_TYPE` is called as BigQuery does not allow",
        ),
        (
            {"logicalType": "vector", "logicalTypeOptions": {"elementType": "binary"}},
            "column `c` is a vector of `binary`, which is none of BigQuery's types",
        ),
        (
            {"logicalType": "object", "properties": [{"name": "d"}, {"name": "e", "logicalType": "map"}]},
            "column `c.d` has no type",
        ),
        (
            {"logicalType": "string", "partitioned": True},
            "it is partitioned by `c`, of type STRING; BigQuery takes dates, times with a date and integers",
        ),
        (
            {"logicalType": "array", "items": {"logicalType": "date"}, "partitioned": True},
            "it is partitioned by `c`, of type array; BigQuery takes dates, times with a date and integers",
        ),
        (
            {"logicalType": "integer", "partitioned": True},
            (
                "it is partitioned by the integer `c`, which lacks `minimum` and `maximum`"
                " in its logicalTypeOptions"
            ),
        ),
        (
            {
                "logicalType": "object",
                "properties": [{"name": "d", "logicalType": "date", "partitioned": True}],
            },
            "it is partitioned by `c.d`, which is no column of its own",
        ),
    ],
)
def test_a_table_that_bigquery_cannot_hold_as_it_is_is_not_made(said: dict[str, Any], reason: str) -> None:
    found = rendered(
        warehouse(with_schema([{"name": "c", **said}, {"name": "other", "logicalType": "date"}]))
    )
    assert f"table `fare_facts`: {reason}" in told(found)
    assert not [path for path in found.files if "bigquery" in path]


def where(contract: str) -> set[tuple[Pointer, Why]]:
    """Where the contract says what is not rendered, and which rule tells of it."""
    found = rendered(warehouse(contract))
    return {(entry.pointer, entry.why) for entry in found.not_rendered if entry.path == FARES}


@pytest.mark.parametrize(
    ("said", "at", "why"),
    [
        ({"logicalType": "map"}, ("logicalType",), Why.TYPE),
        ({"logicalType": "string", "physicalType": "INTERVAL"}, ("physicalType",), Why.TYPE),
        (
            {"logicalType": "vector", "logicalTypeOptions": {"elementType": "binary"}},
            ("logicalTypeOptions", "elementType"),
            Why.TYPE,
        ),
        (
            {"logicalType": "array", "items": {"logicalType": "object", "properties": [{"name": "d"}]}},
            ("items", "properties", 0, "logicalType"),
            Why.TYPE,
        ),
        (
            {"logicalType": "array", "items": {"logicalType": "map"}},
            ("items", "logicalType"),
            Why.TYPE,
        ),
        ({"physicalName": "zone id", "logicalType": "string"}, ("physicalName",), Why.REFUSED),
        ({"logicalType": "string", "partitioned": True}, ("partitioned",), Why.REFUSED),
        ({"logicalType": "integer", "partitioned": True}, ("logicalTypeOptions",), Why.REFUSED),
    ],
)
def test_what_is_told_of_a_column_points_at_what_causes_it(
    said: dict[str, Any], at: Pointer, why: Why
) -> None:
    contract = with_schema([{"name": "other", "logicalType": "date"}, {"name": "c", **said}])
    assert where(contract) == {(("schema", 0, "properties", 1, *at), why)}


@pytest.mark.parametrize(
    ("old", "new", "at", "why"),
    [
        (", dataset: trips_rides", "", ("servers", 0, "dataset"), Why.REFUSED),
        ("project: city-lake-dev", "project: City", ("servers", 0, "project"), Why.REFUSED),
        ("physicalName: fare_facts", "physicalName: a.b", ("schema", 0, "physicalName"), Why.REFUSED),
        ("name: fares\n    physicalName: fare_facts", "name: a.b", ("schema", 0, "name"), Why.REFUSED),
        ("partitioned: true", "partitioned: false", ("slaProperties", 0, "value"), Why.RETENTION),
        ("unit: d", "unit: d, element: fares.amount", ("slaProperties", 0, "element"), Why.RETENTION),
    ],
)
def test_what_is_told_points_at_the_field_that_causes_it(old: str, new: str, at: Pointer, why: Why) -> None:
    assert (at, why) in where(changed(old, new))


def test_columns_that_differ_in_case_alone_are_one() -> None:
    properties = [{"name": name, "logicalType": "date"} for name in ("day", "Day")]
    found = rendered(warehouse(with_schema(properties)))
    reason = "table `fare_facts`: column `Day` is there twice, as BigQuery makes no difference of case"
    assert told(found) == [reason]


def test_records_are_as_deep_as_bigquery_takes_them() -> None:
    def nested(depth: int) -> dict[str, Any]:
        inner = nested(depth - 1) if depth else {"name": "leaf", "logicalType": "date"}
        return {"name": f"c{depth}", "logicalType": "object", "properties": [inner]}

    assert told(rendered(warehouse(with_schema([nested(14)])))) == []
    (reason,) = told(rendered(warehouse(with_schema([nested(15)]))))
    assert reason.endswith("is a record 16 deep; BigQuery takes 15")


def keyed(*kinds: str) -> list[dict[str, Any]]:
    """Columns that are a key, the last of them first."""
    record = {"properties": [{"name": "a", "logicalType": "string"}]}
    return [
        {
            "name": f"c{index}",
            "logicalType": kind,
            "primaryKey": True,
            "primaryKeyPosition": len(kinds) - index,
            **(record if kind == "object" else {}),
        }
        for index, kind in enumerate(kinds)
    ]


def test_a_primary_key_is_told_in_its_order() -> None:
    found = of_columns(*keyed("string", "integer"))
    assert found["tableConstraints"] == {"primaryKey": {"columns": ["c1", "c0"]}}


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (keyed("string", "object"), "BigQuery takes no column of the type of `c1` in it"),
        (keyed(*["string"] * 17), "it has 17 columns, and BigQuery takes 16"),
    ],
    ids=["a record", "seventeen columns"],
)
def test_a_key_that_bigquery_does_not_take_is_told(key: list[dict[str, Any]], reason: str) -> None:
    found = rendered(warehouse(with_schema(key)))
    assert "tableConstraints" not in document(found, TABLE)["spec"]
    assert f"table `fare_facts`: its primary key is not rendered: {reason}" in told(found)


def test_classes_of_single_columns_are_told() -> None:
    two = [{"name": name, "logicalType": "string", "classification": name} for name in ("internal", "public")]
    found = rendered(warehouse(with_schema(two))).left_out(Why.NOT_EXPRESSED)
    assert [one.pointer for one in found] == [("schema", 0, "properties", 1, "classification")]
    assert "its columns have different classes" in found[0].reason


def test_so_are_classes_within_a_record() -> None:
    """The label has the highest of them as well."""
    lat = {"name": "lat", "logicalType": "number", "classification": "confidential"}
    place = {"name": "place", "logicalType": "object", "classification": "internal", "properties": [lat]}
    found = rendered(warehouse(with_schema([place])))
    (one,) = found.left_out(Why.NOT_EXPRESSED)
    assert one.pointer == ("schema", 0, "properties", 0, "properties", 0, "classification")
    assert document(found, TABLE)["metadata"]["labels"]["classification"] == "confidential"


@pytest.mark.parametrize(
    ("least", "most", "interval"),
    [(0, 99, 1), (0, 9_999, 1), (0, 10_000, 2), (-5, 1_000_000, 101), (7, 7, 1)],
)
def test_partitions_by_an_integer(least: int, most: int, interval: int) -> None:
    options = {"minimum": least, "maximum": most}
    spec = of_columns(
        {"name": "zone", "logicalType": "integer", "partitioned": True, "logicalTypeOptions": options}
    )
    assert spec["rangePartitioning"] == {
        "field": "zone",
        "range": {"start": least, "end": most + 1, "interval": interval},
    }
    assert "timePartitioning" not in spec


def test_bigquery_partitions_by_one_column() -> None:
    properties = [{"name": name, "logicalType": "date", "partitioned": True} for name in ("a", "b")]
    reason = "table `fare_facts`: it is partitioned by `a` and `b`; BigQuery partitions by one column"
    assert told(rendered(warehouse(with_schema(properties)))) == [reason]


@pytest.mark.parametrize("element", [None, "fares", "fare_facts", "fares.paid_on", "other.x, fares.paid_on"])
def test_retention_of_the_partitions_own_column(element: str | None) -> None:
    level = {"property": "retention", "value": 2, "unit": "d", **({"element": element} if element else {})}
    spec = of_columns({"name": "paid_on", "logicalType": "date", "partitioned": True}, slaProperties=[level])
    assert spec["timePartitioning"]["expirationMs"] == 3 * 86_400_000


def test_the_retention_that_names_the_table_goes_before_that_of_all() -> None:
    levels = [
        {"property": "retention", "value": 2, "unit": "d"},
        {"property": "retention", "value": 9, "unit": "d", "element": "fares"},
    ]
    spec = of_columns({"name": "paid_on", "logicalType": "date", "partitioned": True}, slaProperties=levels)
    assert spec["timePartitioning"]["expirationMs"] == 10 * 86_400_000


def test_a_retention_of_another_table_is_none_of_this() -> None:
    level = {"property": "retention", "value": 2, "unit": "d", "element": "rides.paid_on"}
    assert "timePartitioning" not in of_columns({"name": "c", "logicalType": "date"}, slaProperties=[level])


@pytest.mark.parametrize(
    ("partitioned", "level", "reason"),
    [
        (False, {"value": 2, "unit": "d"}, "BigQuery deletes by partitions of time, and it has none"),
        (
            True,
            {"value": 2, "unit": "d", "element": "fares.closed_on"},
            "it counts from `closed_on`, and partitions are by `c`",
        ),
        (True, {"value": 2, "unit": "fortnights"}, "it has no value and unit that can be read"),
        (True, {"value": 1e300, "unit": "y"}, "it has no value and unit that can be read"),
    ],
)
def test_a_retention_that_would_mean_something_else_is_told(
    partitioned: bool, level: dict[str, Any], reason: str
) -> None:
    properties = [{"name": "c", "logicalType": "date", "partitioned": partitioned}]
    found = rendered(warehouse(with_schema(properties, slaProperties=[{"property": "retention", **level}])))
    assert told(found) == [f"retention of table `fare_facts` is not rendered: {reason}"]
    assert "expirationMs" not in document(found, TABLE)["spec"].get("timePartitioning", {})


@pytest.mark.parametrize("element", ["fares", "fares.closed_on"])
def test_what_a_scheduler_deletes_bigquery_need_not(element: str) -> None:
    """The service level says by itself who sees to it, so that nothing is told."""
    level = {"property": "retention", "value": 2, "unit": "d", "element": element}
    scheduled = {**level, "scheduler": "importer", "schedule": "0 4 * * *"}
    properties = [{"name": "c", "logicalType": "date", "partitioned": element != "fares"}]
    assert told(rendered(warehouse(with_schema(properties, slaProperties=[level])))) != []
    assert told(rendered(warehouse(with_schema(properties, slaProperties=[scheduled])))) == []


def test_a_scheduler_makes_no_retention_readable() -> None:
    level = {"property": "retention", "value": 2, "unit": "moons", "scheduler": "importer"}
    found = rendered(warehouse(with_schema([{"name": "c", "logicalType": "date"}], slaProperties=[level])))
    reason = "it has no value and unit that can be read"
    assert told(found) == [f"retention of table `fare_facts` is not rendered: {reason}"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (", dataset: trips_rides", "", "server `warehouse-dev` names no dataset"),
        (
            "dataset: trips_rides",
            "dataset: trips-rides",
            (
                "server `warehouse-dev` names dataset `trips-rides`;"
                " BigQuery takes up to 1,024 letters, digits and underscores"
            ),
        ),
        (
            "project: city-lake-dev",
            "project: City",
            "server `warehouse-dev` names project `City`, which is no project's id",
        ),
        (
            "fare_facts",
            "trips.fares",
            "table `trips.fares`: its name is none of letters, digits, hyphens, spaces and underscores",
        ),
        (
            "businessName: Fares",
            "physicalType: view",
            "table `fare_facts`: it is a view, and contracts do not tell its query",
        ),
    ],
)
def test_what_a_contract_asks_for_and_is_not_rendered_is_told(old: str, new: str, reason: str) -> None:
    assert reason in told(rendered(warehouse(changed(old, new))))


def test_a_contract_without_tables_is_told() -> None:
    document = {**yaml.safe_load(CONTRACT), "schema": []}
    found = rendered(warehouse(yaml.safe_dump(document)))
    reason = "server `warehouse-dev` is of type bigquery, and no schema object tells a table"
    assert reason in told(found)
    assert not [path for path in found.files if "bigquery" in path]


def test_a_table_that_cannot_be_made_leaves_the_others_alone() -> None:
    document = yaml.safe_load(CONTRACT)
    document["schema"].append({"name": "odd", "properties": [{"name": "c"}]})
    found = rendered(warehouse(yaml.safe_dump(document)))
    assert told(found) == ["table `odd`: column `c` has no type"]
    assert TABLE in found.files
    assert not [path for path in found.files if "odd" in path]


@pytest.mark.parametrize("missing", ["project", "location", "workloadIdentityPool"])
def test_a_missing_coordinate_is_named(missing: str) -> None:
    changes = warehouse()
    mesh = yaml.safe_load(changes["mesh.yaml"] or "")
    del mesh["spec"]["environments"][0]["gcp"][missing]
    found = rendered({**changes, "mesh.yaml": yaml.safe_dump(mesh)})
    reason = f"environment `dev` has no `gcp.{missing}` in mesh.yaml, which servers of type `bigquery` need"
    assert reason in told(found)


def test_a_consumer_without_a_project_is_told() -> None:
    changes = warehouse()
    mesh = yaml.safe_load(changes["mesh.yaml"] or "")
    del mesh["spec"]["environments"][0]["gcp"]["project"]
    own = replaced(
        "domains/source-aligned/trips/domain.yaml",
        "[dev, prod]",
        "[{name: dev, gcp: {project: city-trips}}, prod]",
    )
    found = rendered({**changes, **own, "mesh.yaml": yaml.safe_dump(mesh)})
    reason = "consumer `demand/by-zone` has no `gcp.project` in mesh.yaml, which it would run its queries in"
    assert reason in told(found)
    assert not [path for path in found.files if path.startswith(DEV) and "jobs.demand.by-zone" in path]


def test_contracts_with_the_same_readers_may_share_a_dataset() -> None:
    found = rendered(warehouse(tips=sibling()))
    datasets = [path for path in found.files if "/base/bigquerydataset-" in path]
    assert datasets == [DATASET]
    head = document(found, DATASET)["metadata"]
    assert head["annotations"]["meshwarden.dev/contracts"] == "c-fares,c-tips"
    tips = document(found, f"{UNIT}/base/bigquerytable-tips.tips.yaml")
    assert tips["spec"]["datasetRef"] == {"name": "trips-rides.city-lake"}
    jobs = member(found, DEV, f"{JOBS}.demand.by-zone")["metadata"]["annotations"]
    assert jobs["meshwarden.dev/contracts"] == "c-fares,c-tips"
    assert "meshwarden.dev/purpose" not in jobs  # each contract's grant has its own
    assert (told(found), told(found, TIPS), found.collisions) == ([], [], ())


def test_a_dataset_has_the_highest_class_of_its_contracts() -> None:
    higher = changed("classification: internal", "classification: confidential", sibling())
    found = rendered(warehouse(tips=higher))
    assert document(found, DATASET)["metadata"]["labels"]["classification"] == "confidential"
    assert document(found, TABLE)["metadata"]["labels"]["classification"] == "internal"


def test_contracts_with_other_readers_may_not_share_a_dataset() -> None:
    found = rendered(warehouse(tips=sibling() + "# unread\n"))
    reason = (
        "dataset `city-lake-dev.trips_rides` holds contracts `fares` and `tips`, which different consumers"
        " may read; access to a dataset is access to all its tables: give each a dataset of its own"
    )
    assert reason in told(found)
    assert reason in told(found, TIPS)
    assert not [path for path in found.files if "bigquery" in path]


def test_a_table_has_one_contract() -> None:
    found = rendered(warehouse(tips=changed("tip_facts", "fare_facts", sibling())))
    reason = (
        "table `fare_facts` of dataset `city-lake-dev.trips_rides` is made of schema objects"
        " `fares` of `fares` and `tips` of `tips`"
    )
    assert (reason in told(found), reason in told(found, TIPS)) == (True, True)


def test_two_products_that_make_one_dataset_collide() -> None:
    contract = changed("c-fares", "c-zones")
    found = rendered({**warehouse(), f"{ZONES}/contracts/zones.odcs.yaml": contract})
    assert [collision.message for collision in found.collisions] == [
        f"dataset `city-lake-{name}.trips_rides` is made by `demand/by-zone` in `{name}` and by"
        f" `trips/rides` in `{name}`"
        for name in ("dev", "prod")
    ]


def test_the_order_of_files_changes_nothing() -> None:
    one, other = warehouse(tips=sibling()), warehouse(tips=sibling())
    assert rendered(one).files == rendered(dict(reversed(other.items()))).files


TYPES = st.sampled_from(
    [
        "string",
        "date",
        "timestamp",
        "time",
        "number",
        "integer",
        "object",
        "array",
        "boolean",
        "map",
        "",
        None,
        7,
    ]
)
PHYSICAL = st.one_of(
    st.none(),
    st.sampled_from(
        ["INT64", "ARRAY<STRING>", "STRUCT<a INT64>", "NUMERIC(10,2)", "RANGE<DATE>", "ARRAY", "VARCHAR(3)"]
    ),
    st.text(alphabet="ARYSTUCINMEL<>(), 0123456789", max_size=24),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "format": st.sampled_from(["i64", "u64", "f64", "yyyy-MM-ddTHH:mm", 3]),
        "minimum": st.one_of(st.integers(), st.floats(allow_nan=False)),
        "maximum": st.one_of(st.integers(), st.text(max_size=2)),
    },
)


def properties(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"name": st.text(alphabet="abAB_ é.", min_size=1, max_size=4), "logicalType": TYPES},
        optional={
            "physicalType": PHYSICAL,
            "required": st.one_of(st.booleans(), st.just("yes")),
            "partitioned": st.booleans(),
            "partitionKeyPosition": st.integers(-1, 3),
            "logicalTypeOptions": OPTIONS,
            "properties": st.one_of(children, st.just("none")),
            "items": children.map(lambda found: found[0] if found else {}),
        },
    )


PROPERTIES: st.SearchStrategy[list[Any]] = st.recursive(
    st.just([]), lambda children: st.lists(properties(children), max_size=4), max_leaves=8
)
LEVELS = st.lists(
    st.fixed_dictionaries(
        {"property": st.just("retention"), "value": st.one_of(st.floats(), st.integers(), st.none())},
        optional={
            "unit": st.sampled_from(["d", "y", "?"]),
            "element": st.sampled_from(["fares", "fares.a", ", ."]),
        },
    ),
    max_size=2,
)


@settings(max_examples=200, deadline=None)
@given(properties=PROPERTIES, levels=LEVELS)
def test_any_table_is_made_as_the_contract_says_or_told(
    contract: Contract, properties: list[Any], levels: list[Any]
) -> None:
    data = {"schema": [{"name": "fares", "properties": properties}], "slaProperties": levels}
    (entry,) = schema_objects(data)
    manifest = replace(contract.manifest, document=replace(contract.manifest.document, data=data))
    found = table(replace(contract, manifest=manifest), entry)
    if found.spec is None:
        assert found.refusals
        assert all(refusal.pointer[:2] == ("schema", 0) for refusal in found.refusals)
        return
    schema = json.loads(found.spec["schema"])
    assert [column["name"] for column in schema] == [entry["name"] for entry in properties]
    expiration = found.spec.get("timePartitioning", {}).get("expirationMs")
    assert expiration is None or (type(expiration) is int and 0 < expiration < 2**63)
    assert (expiration is not None) + len(found.refusals) <= 1
    by = [entry["name"] for entry in properties if entry.get("partitioned") is True]
    said = [
        found.spec[key]["field"] for key in ("timePartitioning", "rangePartitioning") if key in found.spec
    ]
    assert said == by
