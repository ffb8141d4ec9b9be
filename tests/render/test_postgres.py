"""What databases, clusters and roles are rendered of a contract in PostgreSQL."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.render.conftest import Build
from tests.render.databases import FARES, OWN, SHARED, TIPS_TEXT, UNIT, databases
from tests.render.meshes import city, document, mesh_of, reasons, rendered

from meshwarden.render.rendering import Rendering
from meshwarden.render.requirements import BY_SYSTEM
from meshwarden.render.servers import servers_in
from meshwarden.render.targets.postgres_names import IDENTIFIER_BYTES, role
from meshwarden.render.targets.target import Why

BASE = f"{UNIT}/base"
OWN_CLUSTER = {"postgresql": {"cluster": "own"}}
KEPT = "Prune=false,Delete=false,SkipDryRunOnMissingResource=true"


@pytest.fixture(scope="module")
def shared() -> Rendering:
    return rendered(databases())


@pytest.fixture(scope="module")
def own() -> Rendering:
    return rendered(databases(OWN, servers=OWN_CLUSTER))


def told(rendering: Rendering, why: Why) -> list[str]:
    return [found.reason for found in rendering.not_rendered if found.why is why and found.path == FARES]


def changed(old: str, new: str, text: str = SHARED) -> str:
    assert old in text
    return text.replace(old, new)


def test_a_database_in_the_shared_cluster(shared: Rendering) -> None:
    assert document(shared, f"{BASE}/database-trips.rides.rides.yaml") == yaml.safe_load(f"""
apiVersion: postgresql.cnpg.io/v1
kind: Database
metadata:
  name: trips.rides.rides
  namespace: postgres
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/contract: c-fares
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations: {{argocd.argoproj.io/sync-options: "{KEPT}"}}
spec:
  cluster: {{name: shared}}
  name: rides
  owner: trips__rides
  databaseReclaimPolicy: retain
  schemas: [{{name: fares, owner: trips__rides}}]
""")


def test_its_owner_logs_in_with_a_certificate_and_is_kept(shared: Rendering) -> None:
    found = document(shared, f"{BASE}/databaserole-trips.rides.owner.yaml")
    assert found["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == KEPT
    assert found["spec"] == {
        "cluster": {"name": "shared"},
        "name": "trips__rides",
        "login": True,
        "disablePassword": True,
        "clientCertificate": {"enabled": True},
        "databaseRoleReclaimPolicy": "retain",
    }


def test_a_contract_has_readers_that_nobody_logs_in_as(shared: Rendering) -> None:
    found = document(shared, f"{BASE}/databaserole-trips.rides.fares.reader.yaml")["spec"]
    assert (found["name"], found["login"]) == ("trips__rides__fares__reader", False)
    assert found["databaseRoleReclaimPolicy"] == "retain"  # grants on tables are given to it


def test_a_consumer_is_a_reader_as_long_as_it_is_granted(shared: Rendering) -> None:
    found = document(shared, f"{BASE}/databaserole-trips.rides.for.demand.by-zone.yaml")
    assert found["spec"] == {
        "cluster": {"name": "shared"},
        "name": "trips__rides__for__demand__by_zone",
        "login": True,
        "disablePassword": True,
        "clientCertificate": {"enabled": True},
        "inRoles": ["trips__rides__fares__reader"],
        "databaseRoleReclaimPolicy": "delete",
    }
    annotations = found["metadata"]["annotations"]
    assert annotations["argocd.argoproj.io/sync-options"] == "SkipDryRunOnMissingResource=true"
    assert annotations["meshwarden.dev/consumer"] == "demand/by-zone"
    assert annotations["meshwarden.dev/purpose"] == "Fares."


def test_a_consumer_of_two_contracts_is_one_role() -> None:
    found = rendered(databases(tips=TIPS_TEXT))
    spec = document(found, f"{BASE}/databaserole-trips.rides.for.demand.by-zone.yaml")["spec"]
    assert spec["inRoles"] == ["trips__rides__fares__reader", "trips__rides__tips__reader"]
    database = document(found, f"{BASE}/database-trips.rides.rides.yaml")
    assert [schema["name"] for schema in database["spec"]["schemas"]] == ["fares"]
    assert database["metadata"]["annotations"]["meshwarden.dev/contracts"] == "c-fares,c-tips"


def test_a_cluster_of_its_own(own: Rendering) -> None:
    found = document(own, f"{BASE}/cluster-rides.yaml")
    assert found["metadata"]["namespace"] == "trips-rides"
    assert found["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == KEPT
    assert found["spec"] == yaml.safe_load("""
description: The databases of data product trips/rides.
instances: 1
storage: {size: 10Gi, storageClass: fast}
bootstrap:
  initdb: {database: rides, owner: trips__rides, dataChecksums: true}
enableSuperuserAccess: false
managed:
  roles:
    - {name: trips__rides, ensure: present, login: true}
    - {name: trips__rides__fares__reader, ensure: present, login: false}
postgresql:
  pg_hba: ['hostssl "rides" +trips__rides__fares__reader all cert']
""")
    patches = document(own, f"{UNIT}/overlays/prod/patches/cluster-rides.yaml")
    assert {"op": "replace", "path": "/spec/instances", "value": 3} in patches


def test_its_database_and_consumers_lie_beside_it(own: Rendering) -> None:
    for name in ("database-trips.rides.rides", "databaserole-trips.rides.for.demand.by-zone"):
        found = document(own, f"{BASE}/{name}.yaml")
        assert found["metadata"]["namespace"] == "trips-rides"
        assert found["spec"]["cluster"] == {"name": "rides"}
    assert f"{BASE}/databaserole-trips.rides.owner.yaml" not in own.files  # of managed.roles


def test_deployment_yaml_tells_its_size() -> None:
    servers = {"postgresql": {"cluster": "own", "instances": 2, "storage": "50Gi", "storageClass": "slow"}}
    found = document(rendered(databases(OWN, servers=servers)), f"{BASE}/cluster-rides.yaml")["spec"]
    assert (found["instances"], found["storage"]) == (2, {"size": "50Gi", "storageClass": "slow"})


def test_a_cluster_may_be_its_own_in_one_environment() -> None:
    text = changed(
        "HOST", "database.city.example.org", SHARED.replace("shared-rw.postgres.svc.cluster.local", "HOST")
    )
    changes = databases(text)
    path = "domains/source-aligned/trips/rides/deployment.yaml"
    deployment = yaml.safe_load(str(changes[path]))
    deployment["spec"]["environments"][1]["servers"]["postgresql"] = {"cluster": "own"}
    found = rendered({**changes, path: yaml.safe_dump(deployment)})
    assert f"{UNIT}/overlays/prod/cluster-rides.yaml" in found.files
    assert f"{UNIT}/overlays/dev/databaserole-trips.rides.owner.yaml" in found.files


def test_what_is_left_to_migrations_is_said_once_a_contract(shared: Rendering) -> None:
    (reason,) = told(shared, Why.NOT_EXPRESSED)
    assert reason == (
        "CloudNativePG makes no tables, columns and grants: migrations have to make table"
        " `fares.fare_facts`, and to grant `trips__rides__fares__reader` USAGE on schema `fares` and SELECT"
        " on its tables, and a job has to delete what is older than the retention"
    )
    (found,) = (one for one in shared.not_rendered if one.why is Why.NOT_EXPRESSED)
    assert found.pointer == ("schema", 0)


def test_a_retention_that_is_no_time_is_told() -> None:
    found = rendered(databases(SHARED.replace("value: 30, unit: d", "value: -3, unit: d")))
    assert told(found, Why.RETENTION) == ["its retention has no value and unit that can be read"]


def test_databases_that_would_be_one_object_are_told() -> None:
    tips = changed("database: rides", "database: my_rides", TIPS_TEXT)
    found = rendered(databases(changed("database: rides", "database: my-rides"), tips=tips))
    assert {one.message for one in found.collisions} == {
        f"Database `trips.rides.my-rides` is rendered twice, and differently, in `{name}` by `trips/rides`"
        for name in ("dev", "prod")
    }


def test_the_public_schema_is_there_already() -> None:
    found = rendered(databases(changed("schema: fares}", "schema: public}")))
    assert "schemas" not in document(found, f"{BASE}/database-trips.rides.rides.yaml")["spec"]


@pytest.mark.parametrize(
    ("old", "new", "reason", "key"),
    [
        (
            "database: rides",
            "database: postgres",
            "database `postgres`, which is PostgreSQL's own",
            "database",
        ),
        ("database: rides", 'database: "a b"', "database `a b`, which is no name of letters", "database"),
        (
            "database: rides",
            f"database: {'d' * 64}",
            "longer than 63 bytes: PostgreSQL would cut it",
            "database",
        ),
        ("schema: fares}", "schema: pg_x}", "schema `pg_x`, which is PostgreSQL's own", "schema"),
        (
            "shared-rw.postgres.svc.cluster.local",
            "other-rw.postgres.svc",
            "and Cluster `shared` in namespace `postgres` is reached at `shared-rw.postgres.svc`",
            "host",
        ),
    ],
)
def test_what_the_cluster_would_refuse_is_refused(old: str, new: str, reason: str, key: str) -> None:
    found = rendered(databases(changed(old, new)))
    (said,) = told(found, Why.REFUSED)
    assert reason in said
    assert [one.pointer for one in found.not_rendered if one.reason == said] == [("servers", 0, key)]
    assert not any("/database" in path for path in found.files)


@pytest.mark.parametrize(
    "host", ["shared-ro.postgres.svc", "shared-r.postgres.svc.cluster.local", "db.example.org"]
)
def test_a_host_may_be_any_that_reaches_it(host: str) -> None:
    found = rendered(databases(changed("shared-rw.postgres.svc.cluster.local", host)))
    assert told(found, Why.REFUSED) == []


def test_an_own_cluster_without_a_size_is_refused() -> None:
    found = rendered(databases(OWN, servers=OWN_CLUSTER, postgres={"instances": 2}))
    assert told(found, Why.REFUSED) == [
        "neither deployment.yaml nor `postgres.storage` of mesh.yaml tells how large its cluster is"
    ]


def test_one_cluster_has_one_size() -> None:
    tips = changed("shared-rw.postgres.svc.cluster.local", "rides-rw.trips-rides.svc", TIPS_TEXT)
    servers = {**OWN_CLUSTER, "tips/api": {"cluster": "own", "instances": 5}}
    found = rendered(databases(OWN, servers=servers, tips=tips))
    assert told(found, Why.REFUSED) == [
        "`fares/api` and `tips/api` share a cluster, and deployment.yaml tells different sizes of it"
    ]


def test_without_coordinates_nothing_is_rendered() -> None:
    found = rendered(databases(postgres={"instances": 1}))
    reason = "environment `dev` has no `postgres.cluster`, `postgres.namespace` in mesh.yaml"
    assert any(path == FARES and said.startswith(reason) for path, said in reasons(found))


def test_two_products_do_not_make_one_database() -> None:
    zones = "domains/aggregate/demand/by-zone"
    text = changed("c-fares", "c-zones")
    product = {
        f"{zones}/data-product.yaml": """\
apiVersion: v1.0.0
kind: DataProduct
id: p-2
name: by-zone
version: 1.0.0
status: active
domain: demand
outputPorts: [{name: zones, version: 1.0.0, contractId: c-zones}]
""",
        f"{zones}/contracts/zones.odcs.yaml": text,
    }
    found = rendered({**databases(), **product})
    assert next(one.message for one in found.collisions) == (
        "database `rides` of cluster `postgres/shared` in `dev` is made by `demand/by-zone` in `dev`"
        " and by `trips/rides` in `dev`"
    )


def test_what_each_needs_of_the_platform() -> None:
    def systems(changes: dict[str, str | None]) -> set[str]:
        product = mesh_of(city(changes)).products["trips/rides"]
        return {used.system for used in servers_in(product, "dev") if used.server.type == "postgresql"}

    assert systems(databases()) == {"postgres"}
    assert BY_SYSTEM["postgres"].capabilities == ("operator/cloudnative-pg", "postgres/{postgres.cluster}")
    assert systems(databases(OWN, servers=OWN_CLUSTER)) == {"postgres-own"}
    assert BY_SYSTEM["postgres-own"].capabilities == ("operator/cloudnative-pg",)


def test_argo_cd_is_told_when_a_database_and_a_role_are_well(shared: Rendering) -> None:
    data = document(shared, "rendered/argocd/argocd-cm.yaml")["data"]
    assert [key.rpartition(".")[2] for key in data if "cnpg" in key] == ["io_Database", "io_DatabaseRole"]


def test_all_of_it_builds(build: Build) -> None:
    for changes in (databases(tips=TIPS_TEXT), databases(OWN, servers=OWN_CLUSTER)):
        found = build(rendered(changes), city(changes))
        kinds = {entry["kind"] for entry in found[f"{UNIT}/overlays/prod"]}
        assert {"Database", "DatabaseRole"} <= kinds


labels = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(st.lists(labels, min_size=2, max_size=5), st.lists(labels, min_size=2, max_size=5))
def test_roles_are_called_alike_only_if_they_are_the_same(one: list[str], other: list[str]) -> None:
    assert (role(*one) == role(*other)) == (one == other)
    assert len(role(*one)) <= IDENTIFIER_BYTES
    assert role(*one)[0].isalpha()
    assert "__" in role(*one)  # by which a shared cluster's pg_hba tells them


def test_role_names_that_need_a_digest() -> None:
    found = [role("a--b", "c"), role("7days", "c"), role("pg", "c"), role("d" * 63, "p" * 63)]
    assert all(len(name) <= IDENTIFIER_BYTES for name in found)
    assert [name.rpartition("__")[0] for name in found[:3]] == ["a__b__c", "x_7days__c", "x_pg__c"]
