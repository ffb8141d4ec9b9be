"""What is rendered of a contract in Redshift: a module of the platform with what the contract says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from tests.render.conftest import Build
from tests.render.meshes import RIDES, city, document, rendered, replaced
from tests.render.test_crds import assert_taken, needs_crds

from meshwarden.findings import Pointer
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.redshift_types import type_of
from meshwarden.render.targets.target import Why

CONTRACT = f"{RIDES}/contracts/tips.odcs.yaml"
DEPLOYMENT = f"{RIDES}/deployment.yaml"
PRODUCT = "platform/product-experience/products/schema"
MODULE = f"{PRODUCT}/module"
UNIT = "rendered/domains/trips/rides"
OBJECT = f"{UNIT}/base/terraform-trips.rides.tips.yaml"
TIPS = """\
apiVersion: v3.1.0
kind: DataContract
id: c-tips
name: tips
version: 1.0.0
status: active
servers:
  - {server: wh-dev, environment: dev, type: redshift, database: city, schema: trips_tips}
  - {server: wh-prod, environment: prod, type: redshift, database: city, schema: trips_tips}
schema:
  - name: tips
    physicalName: tip_facts
    properties:
      - {name: paid_at, logicalType: timestamp, primaryKey: true, primaryKeyPosition: 2}
      - {name: ride_id, physicalType: VARCHAR(36), required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: amount, physicalType: "numeric(10, 2)", required: true}
"""
AMOUNT = '{name: amount, physicalType: "numeric(10, 2)", required: true}'
VARIABLES = """
variable "region" {}
variable "cluster" {}
variable "database" {}
variable "schema" {}
variable "owner" {}
variable "readers" {}
variable "tables" {}
variable "quota_gb" { default = null }
"""
SERVERS = "    redshift: {product: schema, variables: {cluster: city-warehouse}}\n"


def files(
    contract: str = TIPS, servers: str = SERVERS, access: str = "", variables: str = VARIABLES
) -> dict[str, str]:
    """The small mesh with tips in a warehouse."""
    deployment = replaced(DEPLOYMENT, "    s3: {bucket", f"{servers}    s3: {{bucket")
    if access:
        deployment[DEPLOYMENT] = deployment[DEPLOYMENT].replace("  access:\n", f"  access:\n{access}")
    port = "outputPorts:\n  - {name: tips, version: 1.0.0, contractId: c-tips}\n"
    namespace = "        source: {kind: GitRepository, name: city, namespace: flux-system}\n"
    ceiling = 'kinds: ["*.services.k8s.aws/*", kafka.strimzi.io/*]\n        namespaces: ["{domain}-*", kafka]'
    wider = ceiling.replace("kafka.strimzi.io/*", "kafka.strimzi.io/*, infra.contrib.fluxcd.io/*")
    mesh = replaced("mesh.yaml", namespace, f"{namespace}        productNamespace: terraform\n")["mesh.yaml"]
    assert ceiling in mesh
    return {
        **deployment,
        **replaced(f"{RIDES}/data-product.yaml", "outputPorts:\n", port),
        "mesh.yaml": mesh.replace(ceiling, wider.replace("kafka]", "kafka, terraform]")),
        CONTRACT: contract,
        f"{PRODUCT}/product.yaml": """\
apiVersion: meshwarden.dev/v1alpha1
kind: PlatformProduct
metadata: {name: schema}
spec: {package: terraform, path: module, version: 1.0.0, owner: platform}
""",
        f"{MODULE}/main.tf": variables,
    }


GRANT = "    - {consumer: demand/by-zone, port: tips, purpose: tips by zone, approvedBy: trips}\n"


def given(rendering: Rendering) -> dict[str, Any]:
    """The values that the module is given, by variable."""
    return {entry["name"]: entry["value"] for entry in document(rendering, OBJECT)["spec"]["vars"]}


def told(rendering: Rendering, why: Why = Why.REFUSED) -> list[tuple[str, Pointer, str]]:
    return [(one.path, one.pointer, one.reason) for one in rendering.left_out(why)]


def test_a_contract_becomes_a_module_of_the_platform() -> None:
    found = document(rendered(files(access=GRANT)), OBJECT)
    assert found["metadata"] == yaml.safe_load("""
name: trips.rides.tips
namespace: terraform
labels:
  app.kubernetes.io/managed-by: meshwarden
  meshwarden.dev/contract: c-tips
  meshwarden.dev/domain: trips
  meshwarden.dev/owner: trips
  meshwarden.dev/product: rides
annotations:
  argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
""")
    assert found["spec"]["path"] == f"./{MODULE}"
    assert found["spec"]["vars"] == yaml.safe_load("""
- {name: cluster, value: city-warehouse}
- {name: database, value: city}
- {name: owner, value: trips}
- {name: readers, value: [demand]}
- {name: region, value: eu-west-1}
- {name: schema, value: trips_tips}
- name: tables
  value:
    - name: tip_facts
      primary_key: [ride_id, paid_at]
      columns:
        - {name: paid_at, type: timestamptz, required: false}
        - {name: ride_id, type: varchar(36), required: true}
        - {name: amount, type: "numeric(10, 2)", required: true}
""")
    state = found["spec"]["backendConfig"]["customConfiguration"]
    assert 'key          = "dev/domains/trips/rides/tips.tfstate"' in state


def test_it_is_built_and_its_project_may_hold_it(build: Build) -> None:
    changes = files()
    found = rendered(changes)
    built = build(found, city(changes))[f"{UNIT}/overlays/prod"]
    (made,) = (entry for entry in built if entry["kind"] == "Terraform")
    assert "prod/domains/trips/rides/tips.tfstate" in made["spec"]["backendConfig"]["customConfiguration"]
    project = document(found, "rendered/argocd/projects/trips.yaml")["spec"]
    assert {"group": "infra.contrib.fluxcd.io", "kind": "Terraform"} in project["namespaceResourceWhitelist"]
    assert "terraform" in {entry["namespace"] for entry in project["destinations"]}
    assert found.beyond_ceiling == ()


@needs_crds
def test_the_controller_takes_it(build: Build) -> None:
    changes = files(access=GRANT)
    for environment in ("dev", "prod"):
        built = build(rendered(changes), city(changes))[f"{UNIT}/overlays/{environment}"]
        (made,) = (entry for entry in built if entry["kind"] == "Terraform")
        assert_taken(made)


def test_nobody_reads_without_a_grant() -> None:
    assert given(rendered(files()))["readers"] == []


def test_the_environment_is_told_to_a_module_that_asks_for_it() -> None:
    asking = f'{VARIABLES}variable "mesh" {{}}\nvariable "environment" {{}}\n'
    found = given(rendered(files(variables=asking)))
    assert (found["mesh"], found["environment"]) == ("city", "dev")


def test_a_deployment_gives_what_the_contract_does_not() -> None:
    more = SERVERS.replace("{cluster: city-warehouse}", "{cluster: city-warehouse, quota_gb: 5}")
    assert given(rendered(files(servers=more)))["quota_gb"] == 5


def test_retention_is_not_expressed() -> None:
    said = f"{TIPS}slaProperties:\n  - {{property: retention, value: 2, unit: y}}\n"
    found = rendered(files(said))
    reason = "Redshift has no retention: what is older stays until somebody deletes it"
    assert (CONTRACT, ("slaProperties", 0, "value"), reason) in told(found, Why.NOT_EXPRESSED)
    assert OBJECT in found.files


def test_a_retention_that_a_scheduler_keeps_to_is_not_told() -> None:
    said = f"{TIPS}slaProperties:\n  - {{property: retention, value: 2, unit: y, scheduler: cron}}\n"
    assert told(rendered(files(said)), Why.NOT_EXPRESSED) == []


def test_neither_are_partitions() -> None:
    said = TIPS.replace("logicalType: timestamp, ", "logicalType: timestamp, partitioned: true, ")
    said = said.replace(AMOUNT, AMOUNT.replace("}", ", classification: internal}"))
    found = rendered(files(said))
    assert told(found, Why.NOT_EXPRESSED) == [
        (
            CONTRACT,
            ("schema", 0, "properties", 0, "partitioned"),
            "Redshift has no partitions: those of `tip_facts` are by `paid_at`",
        ),
    ]
    assert document(found, OBJECT)["metadata"]["annotations"]["meshwarden.dev/classification"] == "internal"


def test_a_retention_that_is_no_time_is_told() -> None:
    said = f"{TIPS}slaProperties:\n  - {{property: retention, value: 3, unit: quarters}}\n"
    reason = "its retention has no value and unit that can be read"
    found = rendered(files(said))
    assert told(found, Why.RETENTION) == [(CONTRACT, ("slaProperties", 0, "value"), reason)]
    assert told(found, Why.NOT_EXPRESSED) == []


def test_two_products_do_not_make_one_schema() -> None:
    changes = files()
    other = "domains/source-aligned/trips/strolls"
    for name in ("data-product.yaml", "deployment.yaml"):
        text = changes.get(f"{RIDES}/{name}") or city()[f"{RIDES}/{name}"]
        changes[f"{other}/{name}"] = text.replace("name: rides", "name: strolls")
    changes[f"{other}/contracts/tips.odcs.yaml"] = TIPS.replace("c-tips", "c-strolls")
    found = {one.message for one in rendered(changes).collisions}
    makers = "`trips/rides` in `dev` and by `trips/strolls` in `dev`"
    assert f"schema `city.trips_tips` of Redshift in `dev` is made by {makers}" in found


NO_PRODUCT = "deployment.yaml names no product whose module makes its schema"
AT_SERVERS: Pointer = ("spec", "servers", "redshift")


@pytest.mark.parametrize(
    ("changes", "path", "pointer", "reason"),
    [
        pytest.param(
            files(servers=SERVERS.replace("product: schema", "product: lake")),
            DEPLOYMENT,
            (*AT_SERVERS, "product"),
            "`lake` is no product of the platform that has a module of Terraform",
            id="a product that there is not",
        ),
        pytest.param(
            files(servers=""),
            CONTRACT,
            ("servers", 0),
            f"server `wh-dev` is of type redshift, and {NO_PRODUCT}",
            id="no product",
        ),
        pytest.param(
            files(variables='variable "cluster" {}\nvariable "schemas" {}\n'),
            DEPLOYMENT,
            (*AT_SERVERS, "product"),
            "the module of `schema` makes no schema of a contract: it has no variable `database`, `owner`,"
            " `readers`, `schema`, `tables`",
            id="a module that makes something else",
        ),
        pytest.param(
            files(servers=SERVERS.replace("cluster: city", "clutser: city")),
            DEPLOYMENT,
            (*AT_SERVERS, "variables", "clutser"),
            f"module `{MODULE}` has no variable `clutser`; it has `cluster`",
            id="a variable that the module does not declare",
        ),
        pytest.param(
            files(servers=SERVERS.replace(", variables: {cluster: city-warehouse}", "")),
            DEPLOYMENT,
            (*AT_SERVERS, "variables"),
            f"module `{MODULE}` asks for variable `cluster`, which nobody gives in `dev`",
            id="a variable that the module asks for",
        ),
        pytest.param(
            files(servers=SERVERS.replace("{cluster: city-warehouse}", "{cluster: x, owner: demand}")),
            DEPLOYMENT,
            (*AT_SERVERS, "variables", "owner"),
            "variable `owner` is given by the contract, and not by deployment.yaml",
            id="an owner that is another domain",
        ),
        pytest.param(
            files(TIPS.replace(", schema: trips_tips", "")),
            CONTRACT,
            ("servers", 0),
            "server `wh-dev` names no schema",
            id="no schema",
        ),
        pytest.param(
            files(TIPS.replace("schema: trips_tips", "schema: 'trips; drop'")),
            CONTRACT,
            ("servers", 0, "schema"),
            (
                "server `wh-dev` names schema `trips; drop`, which Redshift does not take: it takes up to 127"
                " letters, digits and `_`"
            ),
            id="a schema that is no name",
        ),
        pytest.param(
            files(TIPS.replace("name: amount", "name: Paid_At")),
            CONTRACT,
            ("schema", 0, "properties", 2, "name"),
            "table `tip_facts` has a column `Paid_At` twice: Redshift knows small letters only",
            id="a column twice",
        ),
        pytest.param(
            files(f"{TIPS}  - {{name: Tip_Facts, properties: [{{name: a, logicalType: string}}]}}\n"),
            CONTRACT,
            ("schema", 1, "name"),
            "schema object `Tip_Facts` makes table `Tip_Facts` again: Redshift knows small letters only",
            id="a table twice",
        ),
        pytest.param(
            files(TIPS.replace("physicalName: tip_facts", "physicalName: tip_facts\n    physicalType: VIEW")),
            CONTRACT,
            ("schema", 0, "physicalType"),
            "table `tip_facts` is a view, and contracts do not tell its query",
            id="a view",
        ),
        pytest.param(
            files(TIPS.partition("schema:\n")[0]),
            CONTRACT,
            ("servers", 0),
            "server `wh-dev` is of type redshift, and no schema object tells a table",
            id="no table",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line(
    changes: Mapping[str, str], path: str, pointer: Pointer, reason: str
) -> None:
    found = rendered(changes)
    assert (path, pointer, reason) in told(found)
    assert OBJECT not in found.files


def test_a_mistake_of_one_environment_is_told_there() -> None:
    changes = files()
    kafka = "        kafka: {objects"
    assert kafka in changes[DEPLOYMENT]
    own = f"        redshift: {{variables: {{node: 1}}}}\n{kafka}"
    found = rendered({**changes, DEPLOYMENT: changes[DEPLOYMENT].replace(kafka, own)})
    pointer = ("spec", "environments", 1, "servers", "redshift", "variables", "node")
    assert (DEPLOYMENT, pointer, f"module `{MODULE}` has no variable `node`") in told(found)
    assert f"{UNIT}/overlays/dev/terraform-trips.rides.tips.yaml" in found.files


@pytest.mark.parametrize(
    ("physical", "logical", "wanted"),
    [
        ("VARCHAR(20)", "string", "varchar(20)"),
        ("varchar(max)", None, "varchar(max)"),
        ("double  precision", None, "double precision"),
        ("timestamp with time zone", None, "timestamp with time zone"),
        ("interval day to second (3)", None, "interval day to second (3)"),
        ("decimal(18,4)", None, "decimal(18,4)"),
        ("numeric(38, 37)", None, "numeric(38, 37)"),
        ("numeric", "integer", "numeric"),
        ("super", "object", "super"),
        ("jsonb", "object", "super"),  # another system's
        ("integer(11)", "integer", "bigint"),
        ("text(20)", "string", "varchar(65535)"),
        ("timestamp(6) with time zone", "timestamp", "timestamp with time zone"),
        ("TIMESTAMP (6)", "timestamp", "timestamp"),  # without a zone, as it says
        ("timestamp(3) without time zone", "timestamp", "timestamp without time zone"),
        ("time(6) with time zone", "time", "time with time zone"),
        ("timetz(0)", "time", "timetz"),
        ("timestamp(9)", "timestamp", "timestamptz"),  # another system's: Redshift has six digits
        ("varchar(20)); drop table t", "string", "varchar(65535)"),
    ],
)
def test_a_physical_type_of_redshift_goes_before_the_logical_one(
    physical: str, logical: str | None, wanted: str
) -> None:
    assert type_of({"name": "c", "physicalType": physical, "logicalType": logical}) == wanted


@pytest.mark.parametrize(
    ("logical", "options", "wanted"),
    [
        ("string", {}, "varchar(65535)"),
        ("boolean", {}, "boolean"),
        ("integer", {}, "bigint"),
        ("integer", {"format": "u8"}, "bigint"),
        ("integer", {"format": "u64"}, "numeric(20, 0)"),
        ("number", {}, "double precision"),
        ("number", {"format": "f32"}, "real"),
        ("number", {"multipleOf": 0.01}, "numeric(38, 2)"),
        ("number", {"multipleOf": 1e-38}, "double precision"),  # Redshift has 37 digits after the point
        ("date", {}, "date"),
        ("date", {"format": "yyyy-MM-dd HH:mm:ss"}, "timestamptz"),
        ("date", {"format": "HH:mm:ss"}, "time"),
        ("time", {}, "time"),
        ("time", {"timezone": True}, "timetz"),
        ("timestamp", {}, "timestamptz"),
        ("timestamp", {"timezone": True}, "timestamptz"),
        ("timestamp", {"timezone": False, "defaultTimezone": "America/New_York"}, "timestamp"),
        *((logical, {}, "super") for logical in ("array", "map", "object", "vector")),
    ],
)
def test_a_logical_type_with_its_options(logical: str, options: dict[str, Any], wanted: str) -> None:
    assert type_of({"name": "c", "logicalType": logical, "logicalTypeOptions": options}) == wanted


@pytest.mark.parametrize(
    ("said", "at", "reason"),
    [
        ("", ("logicalType",), "of no type"),
        ("physicalType: jsonb", ("physicalType",), "of type `jsonb`, which Redshift does not have"),
        (
            'physicalType: "varchar(65536)", logicalType: string',
            ("physicalType",),
            "of type `varchar(65536)`: Redshift's have up to 65535 bytes",
        ),
        (
            'physicalType: "DECIMAL(39, 2)", logicalType: number',
            ("physicalType",),
            "of type `DECIMAL(39, 2)`: Redshift's have up to 38 digits, 37 of them after the point",
        ),
        (
            "physicalType: decimal, logicalType: number",
            ("physicalType",),
            "of type `decimal`, which keeps no fractions: say digits, as `decimal(38,2)` does",
        ),
        (
            "logicalType: integer, logicalTypeOptions: {format: i128}",
            ("logicalTypeOptions", "format"),
            "of format `i128`, which Redshift does not have",
        ),
    ],
)
def test_what_redshift_does_not_have_is_told_where_the_column_says_it(
    said: str, at: Pointer, reason: str
) -> None:
    found = rendered(files(TIPS.replace(AMOUNT, f"{{name: amount, {said}}}")))
    told_of = f"column `amount` of table `tip_facts` is {reason}"
    assert told(found, Why.TYPE) == [(CONTRACT, ("schema", 0, "properties", 2, *at), told_of)]
    assert OBJECT not in found.files


@pytest.mark.parametrize("schema", ["public", "pg_catalog", "information_schema"])
def test_a_schema_of_redshift_s_own_is_refused(schema: str) -> None:
    found = rendered(files(TIPS.replace("schema: trips_tips", f"schema: {schema}")))
    reason = f"server `wh-dev` names schema `{schema}`, which is Redshift's own"
    assert reason in {one for _, _, one in told(found, Why.REFUSED)}
