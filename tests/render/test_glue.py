"""What databases, tables, policies and roles are rendered of a contract in Glue or Athena."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.render.meshes import RIDES, ZONES, document, in_glue, reasons, rendered, replaced

from meshwarden.findings import Pointer
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why

BASE = "rendered/domains/trips/rides/base"
CONTRACT = f"{RIDES}/contracts/rides.odcs.yaml"
TABLE = f"{BASE}/table-rides.rides.yaml"
SERVER = '{server: sql-dev, type: glue, account: "111122223333", database: trips_rides, '
SERVER += 'location: "s3://city-dev-rides/rides/", format: parquet}'
ATHENA = "{server: sql-dev, type: athena, schema: trips_rides, stagingDir: s3://city-dev-results/}"
LAKE = '{server: lake-dev, type: s3, location: "s3://city-dev-rides/rides/", format: parquet}'
DEV = "  environments: [dev]\n"
COLUMNS = "[{name: ride_id, logicalType: string}]"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered(in_glue())


def contract(servers: list[str], schema: str, **said: Any) -> str:
    head = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c-rides", "version": "1.0.0", **said}
    listed = "".join(f"  - {server}\n" for server in servers)
    return f"{yaml.safe_dump(head)}status: active\nservers:\n{listed}schema:\n{schema}"


def in_dev(
    *servers: str, columns: str = COLUMNS, schema: str | None = None, deployment: str = ""
) -> Rendering:
    """The small mesh, with a contract of these servers, and one table unless the schema says otherwise."""
    told = schema or f"  - {{name: rides, properties: {columns}}}\n"
    text = contract(list(servers or (SERVER, LAKE)), told)
    changes = replaced(f"{RIDES}/deployment.yaml", "  servers:\n    s3", f"  servers:\n{deployment}    s3")
    changes |= replaced("domains/source-aligned/trips/domain.yaml", "[dev, prod]", "[dev]")
    changes[f"{RIDES}/deployment.yaml"] = changes[f"{RIDES}/deployment.yaml"].replace(
        "    - name: prod\n      servers:\n        kafka: {objects: {ride_started: {partitions: 24}}}\n", ""
    )
    return rendered({**changes, CONTRACT: text})


def dev(name: str) -> str:
    return f"rendered/domains/trips/rides/overlays/dev/{name}.yaml"


def path_of(found: Rendering, beginning: str) -> str:
    (path,) = [path for path in found.files if f"/{beginning}" in path and "/patches/" not in path]
    return path


def table(found: Rendering) -> dict[str, Any]:
    spec: dict[str, Any] = document(found, path_of(found, "table-"))["spec"]
    return spec


def types(found: Rendering) -> dict[str, str]:
    return {column["name"]: column["type"] for column in table(found)["storageDescriptor"]["columns"]}


def told(found: Rendering) -> set[str]:
    return {reason for path, reason in reasons(found) if path == CONTRACT}


def statements(found: Rendering, name: str) -> dict[str, Any]:
    policy = document(found, path_of(found, f"policy-{name}"))["spec"]["policyDocument"]
    return {statement["Sid"]: statement for statement in json.loads(policy)["Statement"]}


def test_a_database(rendering: Rendering) -> None:
    assert document(rendering, f"{BASE}/database-trips-rides.yaml") == yaml.safe_load("""
apiVersion: glue.services.k8s.aws/v1alpha1
kind: Database
metadata:
  name: trips-rides
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/contract: c-rides
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    services.k8s.aws/adoption-fields: '{"catalogID": "111122223333", "name": "trips_rides"}'
    services.k8s.aws/adoption-policy: adopt-or-create
    services.k8s.aws/deletion-policy: retain
    services.k8s.aws/region: eu-west-1
spec:
  name: trips_rides
  catalogID: "111122223333"
  description: Tables of trips/rides.
  tags: {classification: confidential, contract: c-rides, domain: trips, mesh: city, product: rides}
""")


def test_a_table(rendering: Rendering) -> None:
    assert document(rendering, TABLE) == yaml.safe_load("""
apiVersion: glue.services.k8s.aws/v1alpha1
kind: Table
metadata:
  name: rides.rides
  namespace: trips-rides
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/contract: c-rides
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
    services.k8s.aws/adoption-fields:
      '{"catalogID": "111122223333", "databaseName": "trips_rides", "name": "rides"}'
    services.k8s.aws/adoption-policy: adopt-or-create
    services.k8s.aws/deletion-policy: retain
    services.k8s.aws/region: eu-west-1
spec:
  name: rides
  catalogID: "111122223333"
  databaseName: trips_rides
  tableType: EXTERNAL_TABLE
  parameters: {EXTERNAL: "TRUE", classification: parquet}
  storageDescriptor:
    columns:
      - {name: ride_id, type: string, parameters: {classification: internal}}
      - {name: pickup, type: string, parameters: {classification: confidential}}
    location: s3://city-dev-rides/rides/
    inputFormat: org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat
    outputFormat: org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat
    serdeInfo:
      serializationLibrary: org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe
      parameters: {serialization.format: "1"}
""")


def test_environments_differ_in_account_and_place_alone(rendering: Rendering) -> None:
    patch = document(rendering, "rendered/domains/trips/rides/overlays/prod/patches/table-rides.rides.yaml")
    changed = {entry["path"]: entry["value"] for entry in patch if entry["op"] == "replace"}
    adopted = changed.pop("/metadata/annotations/services.k8s.aws~1adoption-fields")
    assert json.loads(adopted)["catalogID"] == "444455556666"
    assert changed == {
        "/spec/catalogID": "444455556666",
        "/spec/storageDescriptor/location": "s3://city-prod-rides/rides/",
    }


def test_a_reader_gets_the_table_and_its_files_and_nothing_else(rendering: Rendering) -> None:
    found = statements(rendering, "rides.glue-reader.demand.by-zone")
    assert found["Catalogue"] == {
        "Sid": "Catalogue",
        "Effect": "Allow",
        "Action": [
            "glue:BatchGetPartition",
            "glue:GetDatabase",
            "glue:GetPartition",
            "glue:GetPartitions",
            "glue:GetTable",
        ],
        "Resource": [
            "arn:aws:glue:eu-west-1:111122223333:catalog",
            "arn:aws:glue:eu-west-1:111122223333:database/trips_rides",
            "arn:aws:glue:eu-west-1:111122223333:table/trips_rides/rides",
        ],
    }
    files = statements(rendering, "rides.reader.demand.by-zone")
    assert {sid: found[sid] for sid in found if sid != "Catalogue"} == files
    role = document(rendering, f"{BASE}/role-rides.glue-reader.demand.by-zone.yaml")
    assert role["spec"]["policyRefs"] == [{"from": {"name": "rides.glue-reader.demand.by-zone"}}]
    assert role["metadata"]["annotations"]["meshwarden.dev/expires"] == "2027-12-31"
    assert "system:serviceaccount:demand-by-zone:zones" in role["spec"]["assumeRolePolicyDocument"]


def test_a_producer_fills_only_tables_with_partitions() -> None:
    schema = "  - {name: a, properties: [{name: x, logicalType: string}]}\n"
    schema += "  - {name: b, properties: [{name: x, logicalType: string}, {name: d, logicalType: date,"
    schema += " partitioned: true, partitionKeyPosition: 1}]}\n"
    found = in_dev(SERVER.replace("rides/", "rides/{model}/"), LAKE, schema=schema)
    filling = statements(found, "rides.glue-writer")["Partitions"]
    assert filling["Resource"][2:] == ["arn:aws:glue:eu-west-1:111122223333:table/trips_rides/b"]
    assert "glue:BatchCreatePartition" in filling["Action"]
    assert "Partitions" not in statements(found, "rides.glue-reader.demand.by-zone")
    assert "Partitions" not in statements(in_dev(), "rides.glue-writer")


@pytest.mark.parametrize(
    ("servers", "deployment"),
    [
        ((SERVER,), ""),
        ((SERVER, LAKE.replace("dev-rides", "dev-other")), ""),
        ((SERVER, LAKE.replace("rides/rides/", "rides/rides/raw/")), ""),
        ((SERVER, LAKE), "    lake-dev: {outside: true}\n"),
        ((SERVER, LAKE[:-1] + ', endpointUrl: "https://minio.example.org"}'), ""),
    ],
)
def test_files_that_are_not_the_contracts_are_not_opened(servers: tuple[str, ...], deployment: str) -> None:
    found = in_dev(*servers, deployment=deployment)
    for name in ("rides.glue-reader.demand.by-zone", "rides.glue-writer"):
        assert set(statements(found, name)) == {"Catalogue"}
    assert (
        "server `sql-dev` has files where no bucket is rendered for the contract:"
        " its readers get the tables without them"
    ) in told(found)


def test_files_that_no_bucket_of_the_contract_holds_stay() -> None:
    server = SERVER.replace('account: "111122223333", ', "")
    levels = "slaProperties:\n  - {property: retention, value: 7, unit: d}\n"
    text = contract([server], f"  - {{name: rides, properties: {COLUMNS}}}\n{levels}", id="c-other")
    (one,) = rendered({CONTRACT: text}).left_out(Why.NOT_EXPRESSED)
    assert one.pointer == ("slaProperties", 0, "value")
    assert one.reason == "no bucket is rendered for the contract's files: what is older stays there"
    scheduled = text.replace("unit: d", "unit: d, scheduler: cron")
    assert list(rendered({CONTRACT: scheduled}).left_out(Why.NOT_EXPRESSED)) == []


def test_a_table_says_its_primary_key() -> None:
    key = "logicalType: string, primaryKey: true, primaryKeyPosition"
    found = in_dev(columns=f"[{{name: at, {key}: 2}}, {{name: Ride, physicalName: Ride_Id, {key}: 1}}]")
    assert table(found)["parameters"]["primaryKey"] == "ride_id,at"


def test_a_column_has_the_highest_class_in_it() -> None:
    """Of what lies within a column the catalogue has types and nothing else."""
    within = "properties: [{name: lat, logicalType: number, classification: confidential}]"
    columns = f"""[
      {{name: start, logicalType: object, classification: internal, {within}}},
      {{name: end, logicalType: object, {within}}},
      {{name: zones, logicalType: array, items: {{logicalType: string, classification: public}}}}]"""
    written = table(in_dev(columns=columns))["storageDescriptor"]["columns"]
    found = {one["name"]: one["parameters"]["classification"] for one in written}
    assert found == {"start": "confidential", "end": "confidential", "zones": "public"}


def test_athena_takes_location_and_format_from_the_contracts_bucket() -> None:
    by_athena, by_glue = in_dev(ATHENA, LAKE), in_dev()
    assert document(by_athena, path_of(by_athena, "table-")) == document(by_glue, path_of(by_glue, "table-"))
    assert by_athena.files.keys() == by_glue.files.keys()


def test_glue_and_athena_over_one_database_make_it_once() -> None:
    found = in_dev(SERVER, ATHENA, LAKE)
    assert found.files.keys() == in_dev().files.keys()
    assert found.collisions == ()


def test_athena_and_glue_over_two_databases_are_two_places() -> None:
    found = in_dev(SERVER, ATHENA.replace("trips_rides", "trips_other"), LAKE)
    assert any("is another place of the contract" in one.reason for one in found.not_rendered)
    assert found.collisions == ()


def test_a_contract_in_both_shares_its_database_with_one_in_glue_alone() -> None:
    changes = in_glue()
    told = changes[CONTRACT].replace("schema:\n", f"  - {ATHENA[:-1]}, environment: dev}}\nschema:\n", 1)
    other = changes[CONTRACT].replace("c-rides", "c-tips").replace("-rides/rides/", "-rides/tips/")
    other = other.replace("- name: rides\n", "- name: tips\n")
    found = rendered({CONTRACT: told, f"{RIDES}/contracts/tips.odcs.yaml": other})
    assert found.collisions == ()
    database = document(found, f"{BASE}/database-trips-rides.yaml")
    assert database["metadata"]["annotations"]["meshwarden.dev/contracts"] == "c-rides,c-tips"


def test_a_region_of_athena_holds() -> None:
    found = in_dev(ATHENA[:-1] + ", regionName: eu-central-1, catalog: AwsDataCatalog}", LAKE)
    annotations = document(found, path_of(found, "database-"))["metadata"]["annotations"]
    assert annotations["services.k8s.aws/region"] == "eu-central-1"
    asked = statements(found, "rides.glue-writer")["Catalogue"]["Resource"]
    assert asked[0] == "arn:aws:glue:eu-central-1:111122223333:catalog"


def test_without_a_name_the_database_is_called_by_domain_and_product() -> None:
    found = in_dev(SERVER.replace("database: trips_rides, ", ""), LAKE)
    assert table(found)["databaseName"] == "trips_rides"


TYPES = [
    ("logicalType: string", "string"),
    ("logicalType: date", "date"),
    ("logicalType: date, logicalTypeOptions: {format: 'yyyy-MM-dd HH:mm'}", "timestamp"),
    ("logicalType: timestamp, logicalTypeOptions: {timezone: true}", "timestamp"),
    ("logicalType: timestamp, logicalTypeOptions: {timezone: false}", "timestamp"),  # Hive has no zones
    ("logicalType: boolean", "boolean"),
    ("logicalType: number", "double"),
    ("logicalType: number, logicalTypeOptions: {format: f32}", "float"),
    ("logicalType: number, logicalTypeOptions: {multipleOf: 0.01}", "decimal(38,2)"),
    ("logicalType: number, logicalTypeOptions: {multipleOf: 1}", "decimal(38,0)"),
    ("logicalType: number, logicalTypeOptions: {multipleOf: 0.25}", "double"),
    ("logicalType: number, logicalTypeOptions: {multipleOf: .nan}", "double"),
    ("logicalType: integer", "bigint"),
    ("logicalType: integer, logicalTypeOptions: {format: i32}", "int"),
    ("logicalType: integer, logicalTypeOptions: {format: u32}", "bigint"),
    ("logicalType: integer, logicalTypeOptions: {format: u64}", "decimal(20,0)"),
    ("logicalType: integer, physicalType: INT32", "int"),
    (
        "logicalType: object, physicalType: 'STRUCT<a INT64>', properties: [{name: a, logicalType: integer}]",
        "struct<a:bigint>",
    ),  # BigQuery's way of writing it
    ("logicalType: string, physicalType: VARCHAR(40)", "varchar(40)"),
    ("logicalType: string, physicalType: varchar(70000)", "string"),
    ("logicalType: string, physicalType: 'character varying'", "string"),
    ("logicalType: number, physicalType: 'NUMERIC(10, 2)'", "decimal(10,2)"),
    ("logicalType: number, physicalType: 'NUMBER(10)'", "decimal(10,0)"),
    ("logicalType: number, physicalType: number", "double"),
    ("physicalType: 'double precision'", "double"),
    (
        "physicalType: 'struct<A: int, b: map<string, array<bytes>>>'",
        "struct<a:int,b:map<string,array<binary>>>",
    ),
    ("logicalType: array, physicalType: array, items: {logicalType: date}", "array<date>"),
    ("logicalType: map, map: {key: {logicalType: string}, value: {physicalType: int}}", "map<string,int>"),
    ("logicalType: vector, logicalTypeOptions: {dimensions: 3, elementType: float64}", "array<double>"),
    (
        (
            "logicalType: object, properties: [{name: Lat, logicalType: number},"
            " {name: tags, logicalType: array,"
            " items: {logicalType: object, properties: [{name: k, logicalType: string}]}}]"
        ),
        "struct<lat:double,tags:array<struct<k:string>>>",
    ),
]


@pytest.mark.parametrize(("said", "wanted"), TYPES)
def test_a_columns_type(said: str, wanted: str) -> None:
    assert types(in_dev(columns=f"[{{name: Col, {said}}}]")) == {"col": wanted}


NO_TYPES = [
    ("logicalType: time", "column `col` of times of day, for which Hive has no type"),
    ("logicalType: array", "column `col` of logicalType `array` and no `items`"),
    ("logicalType: object", "column `col` of logicalType `object` and no properties"),
    ("logicalType: number, logicalTypeOptions: {format: f16}", "column `col` of numbers of format `f16`"),
    ("logicalType: integer, logicalTypeOptions: {format: i128}", "column `col` of integers of format `i128`"),
    (
        "logicalType: vector, logicalTypeOptions: {elementType: bfloat16}",
        "column `col` of vectors of `bfloat16`, for which Hive has no type",
    ),
    ("physicalType: geography", "column `col` of type `geography`, which Hive does not have"),
    ("businessName: nothing", "column `col` of no type"),
    (
        "logicalType: number, physicalType: decimal",
        "column `col` of physicalType `decimal`, which does not tell digits, as `decimal(38,2)` does",
    ),
    (
        "physicalType: 'decimal(39,2)'",
        (
            "column `col` of physicalType `decimal(39,2)`, a decimal that Hive does not have:"
            " it has up to 38 digits"
        ),
    ),
    (
        "physicalType: 'array<geography>'",
        "column `col` of physicalType `array<geography>`, which is no array of Hive's types",
    ),
    (
        "logicalType: map, map: {key: {logicalType: vector}, value: {logicalType: string}}",
        "column `col` of keys of type `array<float>`, which Hive does not take in maps",
    ),
    (
        "logicalType: object, properties: [{name: a, logicalType: string}, {name: A, logicalType: string}]",
        "column `col` of two fields `a`, as Hive knows small letters only",
    ),
    (
        "logicalType: object, properties: [{name: a-b, logicalType: string}]",
        "column `col` of a field `a-b`, which is no name in Hive",
    ),
    (
        "logicalType: array, partitioned: true, items: {logicalType: string}",
        "column `col` of type `array<string>`, which a partition cannot have",
    ),
    ("logicalType: string, partitioned: true", "no column, or none but partitions"),
    ("logicalType: string, semanticType: measure", "no columns"),
]


@pytest.mark.parametrize(("said", "reason"), NO_TYPES)
def test_a_column_that_cannot_be_expressed_is_told_and_no_table_made(said: str, reason: str) -> None:
    found = in_dev(columns=f"[{{name: col, {said}}}]")
    assert f"schema object `rides` has {reason}" in told(found)
    assert not [path for path in found.files if "table-" in path or "database-" in path or "glue-" in path]


INNER = "logicalType: object, properties: [{name: k, logicalType: string}, {name: %s}]"
TOLD_AT = [
    ("logicalType: time", ("logicalType",), Why.TYPE),
    ("businessName: nothing", ("logicalType",), Why.TYPE),
    ("physicalType: geography", ("physicalType",), Why.TYPE),
    ("physicalType: 'decimal(39,2)'", ("physicalType",), Why.TYPE),
    ("logicalType: integer, logicalTypeOptions: {format: i128}", ("logicalTypeOptions", "format"), Why.TYPE),
    ("logicalType: array", ("items",), Why.TYPE),
    ("logicalType: array, items: {logicalType: time}", ("items", "logicalType"), Why.TYPE),
    ("logicalType: map, map: {key: {logicalType: string}}", ("map", "value"), Why.TYPE),
    (INNER % "a, logicalType: time", ("properties", 1, "logicalType"), Why.TYPE),
    (INNER % "k, logicalType: string", ("properties", 1, "name"), Why.REFUSED),
    (INNER % "a, physicalName: a-b", ("properties", 1, "physicalName"), Why.REFUSED),
    ("logicalType: array, partitioned: true, items: {logicalType: string}", (), Why.TYPE),
]


@pytest.mark.parametrize(("said", "pointer", "why"), TOLD_AT)
def test_a_column_that_cannot_be_expressed_is_told_at_its_place(
    said: str, pointer: Pointer, why: Why
) -> None:
    found = in_dev(columns=f"[{{name: ok, logicalType: string}}, {{name: col, {said}}}]")
    at = ("schema", 0, "properties", 1, *pointer)
    assert [(one.pointer, one.why) for one in found.not_rendered if one.path == CONTRACT] == [(at, why)]


def test_all_columns_that_cannot_be_expressed_are_told() -> None:
    columns = "[{name: a, logicalType: time}, {name: b c, logicalType: string}, {name: d}]"
    found = in_dev(columns=columns)
    assert [one.pointer[3:] for one in found.not_rendered if one.path == CONTRACT] == [
        (0, "logicalType"),
        (1, "name"),
        (2, "logicalType"),
    ]


def test_names_of_columns() -> None:
    found = in_dev(columns="[{name: a, physicalName: VendorID, logicalType: string}]")
    assert types(found) == {"vendorid": "string"}
    found = in_dev(columns="[{name: ID, logicalType: string}, {name: id, logicalType: string}]")
    assert "schema object `rides` has two columns `id`, as Hive knows small letters only" in told(found)
    found = in_dev(columns="[{name: tip amount, logicalType: string}]")
    wanted = "column `tip amount`, a name that Hive does not take: it takes letters, digits and `_`"
    assert f"schema object `rides` has {wanted}" in told(found)


def test_comments_are_on_one_line_and_as_long_as_glue_takes_them() -> None:
    found = in_dev(columns=f'[{{name: a, logicalType: string, description: "One\\n  two {"x" * 300}"}}]')
    (column,) = table(found)["storageDescriptor"]["columns"]
    assert column["comment"].startswith("One two xxx")
    assert (len(column["comment"]), column["comment"][-1]) == (255, "…")


def test_partitions_stand_by_position_and_not_among_the_columns() -> None:
    columns = """[
      {name: day, logicalType: integer, partitioned: true},
      {name: month, logicalType: string, partitioned: true, partitionKeyPosition: 2},
      {name: ride_id, logicalType: string, partitioned: false, partitionKeyPosition: -1},
      {name: Year, logicalType: integer, partitioned: true, partitionKeyPosition: 1, description: Then.}]"""
    found = table(in_dev(columns=columns))
    assert found["partitionKeys"] == [
        {"name": "year", "type": "bigint", "comment": "Then."},
        {"name": "month", "type": "string"},
        {"name": "day", "type": "bigint"},
    ]
    assert [column["name"] for column in found["storageDescriptor"]["columns"]] == ["ride_id"]
    hourly = table(in_dev(columns=columns.replace("day, logicalType: integer", "day, logicalType: time")))
    assert hourly["partitionKeys"][2] == {"name": "day", "type": "string"}  # of a folder's name
    twice = in_dev(columns=columns.replace("Position: 2", "Position: 1"))
    reason = "two partitions at position 1: which folder is the outer one?"
    assert f"schema object `rides` has {reason}" in told(twice)


@pytest.mark.parametrize(
    ("kind", "reads", "serde"),
    [
        ("avro", "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat", "serde2.avro.AvroSerDe"),
        ("csv", "org.apache.hadoop.mapred.TextInputFormat", "serde2.OpenCSVSerde"),
        ("json", "org.apache.hadoop.mapred.TextInputFormat", "org.openx.data.jsonserde.JsonSerDe"),
        ("orc", "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat", "ql.io.orc.OrcSerde"),
        ("Parquet", "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat", "ParquetHiveSerDe"),
    ],
)
def test_a_format(kind: str, reads: str, serde: str) -> None:
    found = table(in_dev(SERVER.replace("parquet", kind), LAKE))
    assert found["parameters"]["classification"] == kind.lower()
    assert found["storageDescriptor"]["inputFormat"] == reads
    assert found["storageDescriptor"]["serdeInfo"]["serializationLibrary"].endswith(serde)


def test_csv_has_texts_only_but_for_partitions() -> None:
    csv = SERVER.replace("parquet", "csv")
    columns = "[{name: a, logicalType: date}, {name: t, logicalType: time},"
    columns += " {name: d, logicalType: date, partitioned: true}]"
    found = in_dev(csv, LAKE, columns=columns)
    assert types(found) == {"a": "string", "t": "string"}
    assert table(found)["partitionKeys"] == [{"name": "d", "type": "date"}]
    wide = "[{name: a, logicalType: integer, logicalTypeOptions: {format: i128}}]"
    assert table(in_dev(csv, LAKE, columns=wide))["storageDescriptor"]["columns"] == [
        {"name": "a", "type": "string"}
    ]
    nested = in_dev(csv, LAKE, columns="[{name: a, logicalType: array, items: {logicalType: date}}]")
    reason = "column `a` of type `array<date>`, which the format cannot have"
    assert f"schema object `rides` has {reason}" in told(nested)


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        ("s3://city-dev-rides/rides", "s3://city-dev-rides/rides/"),
        ("s3a://city-dev-rides/", "s3://city-dev-rides/"),
        ("s3://city-dev-rides/{model}/*.parquet", "s3://city-dev-rides/rides/"),
        ("s3://city-dev-rides/a/year=*/**/part-*", "s3://city-dev-rides/a/"),
    ],
)
def test_a_location(location: str, wanted: str) -> None:
    server = SERVER.replace('"s3://city-dev-rides/rides/"', f'"{location}"')
    assert table(in_dev(server, LAKE))["storageDescriptor"]["location"] == wanted


NO_FOLDER = "has no folder of its own at `{}`; wanted one, with `{{model}}` for several"
GLUE_FORMATS = "of which Glue's tables may be `avro`, `csv`, `json`, `orc`, `parquet`"


FOLDS = "which Glue folds to `trips`: it has small letters only"
UNUSABLE = "a name that queries cannot use: it takes small letters, digits and `_`"
WANTED = "wanted `s3://<bucket>/<folder>/`"
LOCATION = "s3://city-dev-rides/rides/"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("trips_rides", "Trips", f"server `sql-dev` names database `Trips`, {FOLDS}"),
        ("trips_rides", "trips-x", f"server `sql-dev` names database `trips-x`, {UNUSABLE}"),
        ("trips_rides", '"trips/*"', f"server `sql-dev` names database `trips/*`, {UNUSABLE}"),
        (
            "111122223333",
            "999900001111",
            "server `sql-dev` lies in account `999900001111`; those of `dev` are in `111122223333`",
        ),
        ("parquet", "delta", f"server `sql-dev` has files of format `delta`, {GLUE_FORMATS}"),
        (LOCATION, "gs://x/", f"server `sql-dev` has files at `gs://x/`; {WANTED}"),
        (LOCATION, "s3://Bad/x/", f"server `sql-dev` has files at `s3://Bad/x/`; {WANTED}"),
        (LOCATION, "s3://abc/x.csv", "schema object `rides` " + NO_FOLDER.format("s3://abc/x.csv")),
        (LOCATION, "s3://abc/a*/b/", "schema object `rides` " + NO_FOLDER.format("s3://abc/a*/b/")),
    ],
)
def test_a_server_that_cannot_be_rendered_is_told(old: str, new: str, reason: str) -> None:
    found = in_dev(SERVER.replace(old, new), LAKE)
    assert reason in told(found)
    assert not [path for path in found.files if "table-" in path or "database-" in path]


@pytest.mark.parametrize(
    ("server", "reason"),
    [
        (ATHENA, "server `sql-dev` tells no location, and no server of type s3 does for its environment"),
        (
            ATHENA[:-1] + ", catalog: lake}",
            "server `sql-dev` is of catalog `lake`; only `AwsDataCatalog` can be rendered",
        ),
        (
            SERVER.replace(", format: parquet", ""),
            f"server `sql-dev` tells no format of its files, {GLUE_FORMATS}",
        ),
    ],
)
def test_a_server_that_tells_too_little_is_told(server: str, reason: str) -> None:
    assert reason in told(in_dev(server))


def test_json_in_arrays_is_told() -> None:
    found = in_dev(ATHENA, LAKE.replace("parquet", "json, delimiter: array"))
    reason = "server `sql-dev` has files that are JSON arrays; Glue's tables read one document a line"
    assert reason in told(found)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (
            f"  - {{name: a, physicalName: Rides, properties: {COLUMNS}}}\n",
            "schema object `a` makes table `Rides`, which Glue folds to `rides`: it has small letters only",
        ),
        (
            f"  - {{name: a, physicalType: Materialized View, properties: {COLUMNS}}}\n",
            "schema object `a` is a view, which has no files",
        ),
        (
            f"  - {{name: a, properties: {COLUMNS}}}\n  - {{name: b, properties: {COLUMNS}}}\n",
            "schema object `b` " + NO_FOLDER.format("s3://city-dev-rides/rides/"),
        ),
        ("  []\n", "server `sql-dev` is of type glue, and no schema object tells a table"),
    ],
)
def test_a_schema_object_that_is_no_table_is_told(schema: str, reason: str) -> None:
    assert reason in told(in_dev(schema=schema))


def test_one_table_of_two_schema_objects_is_told() -> None:
    schema = "".join(
        f"  - {{name: {name}, physicalName: rides, properties: {COLUMNS}}}\n" for name in ("a", "b")
    )
    found = in_dev(SERVER.replace("rides/", "rides/{model}/"), LAKE, schema=schema)
    assert "schema object `b` makes table `rides` again" in told(found)


def test_two_contracts_may_share_a_database() -> None:
    other = (
        in_glue()[CONTRACT].replace("id: c-rides", "id: c-other").replace("- name: rides", "- name: other")
    )
    other = other.replace("/rides/", "/other/")
    found = rendered({**in_glue(), f"{RIDES}/contracts/other.odcs.yaml": other})
    (path,) = [path for path in found.files if "/base/database-" in path]
    assert path == path_of(rendered(in_glue()), "database-")  # the same object
    assert document(found, path)["metadata"]["annotations"]["meshwarden.dev/contracts"] == "c-other,c-rides"
    assert found.collisions == ()


def test_two_contracts_that_make_one_table_collide() -> None:
    other = in_glue()[CONTRACT].replace("id: c-rides", "id: c-other")
    found = rendered({**in_glue(), f"{RIDES}/contracts/other.odcs.yaml": other})
    assert (
        "table `trips_rides.rides` of account `111122223333` in `eu-west-1`"
        " is made twice by `trips/rides` in `dev`"
    ) in {one.message for one in found.collisions}


def test_two_products_that_make_one_database_collide() -> None:
    other = (
        in_glue()[CONTRACT].replace("id: c-rides", "id: c-zones").replace("-rides/rides/", "-zones/rides/")
    )
    found = rendered({**in_glue(), f"{ZONES}/contracts/zones.odcs.yaml": other})
    assert (
        "database `trips_rides` of account `111122223333` in `eu-west-1`"
        " is made by `demand/by-zone` in `dev` and by `trips/rides` in `dev`"
    ) in {one.message for one in found.collisions}


WORDS = st.sampled_from(
    [
        *(
            "string",
            "date",
            "timestamp",
            "time",
            "number",
            "integer",
            "boolean",
            "object",
            "array",
            "map",
            "vector",
        ),
        *(
            "int32",
            "decimal(10,2)",
            "decimal",
            "struct<a:int>",
            "array<",
            "map<,>",
            "i32",
            "f32",
            "",
            "\x00",
            "ñ",
        ),
    ]
)
ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | WORDS
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
COLUMN: st.SearchStrategy[Any] = st.recursive(
    ANY
    | st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "A", "b-c", "d"])},
        optional={
            "logicalType": WORDS | ANY,
            "physicalType": WORDS | ANY,
            "logicalTypeOptions": st.dictionaries(
                st.sampled_from(["format", "multipleOf", "elementType"]), ANY
            ),
            "partitioned": st.booleans() | ANY,
            "partitionKeyPosition": st.integers() | ANY,
            "classification": ANY,
            "description": ANY,
        },
    ),
    lambda inner: st.fixed_dictionaries(
        {"name": st.sampled_from(["n", "m"]), "logicalType": st.sampled_from(["object", "array", "map"])},
        optional={
            "properties": st.lists(inner, max_size=3),
            "items": inner,
            "map": st.fixed_dictionaries({"key": inner, "value": inner}),
        },
    ),
    max_leaves=8,
)


@given(
    columns=st.lists(COLUMN, max_size=4) | ANY,
    server=st.fixed_dictionaries(
        {"server": st.just("sql"), "type": st.sampled_from(["glue", "athena"])},
        optional={
            key: ANY | st.sampled_from([good, "x/{model}/*", "s3://b"])
            for key, good in (
                ("location", "s3://city-dev-rides/{model}/"),
                ("format", "json"),
                ("database", "db"),
                ("schema", "db"),
                ("account", "111122223333"),
                ("catalog", "AwsDataCatalog"),
                ("regionName", "eu-west-1"),
            )
        },
    ),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_contract_is_rendered_or_told(columns: Any, server: dict[str, Any]) -> None:
    """Never a crash, and never silence: either there is a table, or a reason why there is none."""
    schema = json.dumps([{"name": "rides", "properties": columns}], ensure_ascii=False)
    text = contract([json.dumps(server, ensure_ascii=False), LAKE], f"  {schema}\n")
    found = rendered({CONTRACT: text})
    assert not any("no server for environment" in reason for reason in told(found)), "it was not read"
    made = [path for path in found.files if "/table-" in path and "/patches/" not in path]
    why = [reason for reason in told(found) if "sql" in reason or "schema object" in reason]
    assert made or why
    for path in made:
        spec = document(found, path)["spec"]
        called = [
            one["name"] for one in [*spec["storageDescriptor"]["columns"], *spec.get("partitionKeys", [])]
        ]
        assert len(called) == len(set(called)) > 0
        assert spec["storageDescriptor"]["location"].endswith("/")


def test_types_nested_without_end_are_told() -> None:
    inner: Any = {"logicalType": "string"}
    for _ in range(40):
        inner = {"logicalType": "array", "items": inner}
    found = in_dev(columns=json.dumps([{"name": "a", **inner}]))
    assert any("types nested more than 32 deep" in reason for reason in told(found))
    found = in_dev(columns=json.dumps([{"name": "a", "physicalType": "array<" * 5000}]))
    assert any("which nests types more than 32 deep" in reason for reason in told(found))


@pytest.mark.parametrize(("tables", "fit"), [(60, True), (120, False)])
def test_a_policy_of_more_tables_than_iam_takes_is_refused(tables: int, fit: bool) -> None:
    server = SERVER.replace("rides/rides/", "rides/{model}/")
    found = in_dev(
        server, schema="".join(f"  - {{name: t{n}, properties: {COLUMNS}}}\n" for n in range(tables))
    )
    reason = "server `sql-dev` has 120 tables, more than fit into a policy of IAM: nobody gets to use them"
    assert (reason in told(found)) != fit
    documents = [text.decode() for path, text in found.files.items() if "/policy-" in path]
    assert any("glue:GetTable" in text for text in documents) == fit
    assert sum("/table-" in path for path in found.files) == tables
