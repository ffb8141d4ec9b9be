"""What is rendered of a product that NiFi runs, and whom clouds trust for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.charts import charts_of
from tests.render.conftest import Build
from tests.render.flows import COORDINATES, DEPLOYMENT, FLOW, consumer_run_by_nifi, run_by_nifi
from tests.render.meshes import ZONES, city, document, files_of, member, mesh_of, reasons, rendered
from tests.render.warehouse import warehouse

from meshwarden.findings import Pointer
from meshwarden.render.rendering import Rendering, render_mesh
from meshwarden.render.targets.target import Why

CHECKOUT = Path(__file__).resolve().parents[2]
UNIT = "rendered/domains/trips/rides"
BASE = f"{UNIT}/base"
OURS = "system:serviceaccount:trips-rides:rides"
NIFIS = "system:serviceaccount:nifi:nifi"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered(run_by_nifi())


def spec_of(rendering: Rendering, kind: str) -> dict[str, Any]:
    found: dict[str, Any] = document(rendering, f"{BASE}/{kind}-trips.rides.yaml")["spec"]
    return found


def told(nifi: str, in_prod: str = "{}", **more: Any) -> list[tuple[str, Pointer]]:
    """Why what deployment.yaml says of NiFi is refused, and where it says it."""
    found = rendered(run_by_nifi(nifi, in_prod, **more)).left_out(Why.REFUSED)
    return [(entry.reason, entry.pointer) for entry in found if entry.path == DEPLOYMENT]


def changed(old: str, new: str) -> str:
    """What the runtime says, with `new` for `old`, which stands in it."""
    assert old in FLOW
    return FLOW.replace(old, new)


def trusted(rendering: Rendering, role: str) -> str:
    """The service account that a role of the base trusts."""
    policy = json.loads(document(rendering, f"{BASE}/role-{role}.yaml")["spec"]["assumeRolePolicyDocument"])
    (statement,) = policy["Statement"]
    found: str = statement["Condition"]["StringEquals"]["oidc.example.org/id/DEV:sub"]
    return found


def test_a_flow_with_its_parameters(rendering: Rendering) -> None:
    assert document(rendering, f"{BASE}/nifidataflow-trips.rides.yaml") == yaml.safe_load("""
apiVersion: nifi.konpyutaika.com/v1
kind: NifiDataflow
metadata:
  name: trips.rides
  namespace: nifi
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/domain: trips
    meshwarden.dev/owner: trips
    meshwarden.dev/product: rides
  annotations:
    argocd.argoproj.io/sync-options: SkipDryRunOnMissingResource=true
spec:
  clusterRef: {name: city, namespace: nifi}
  registryClientRef: {name: flows, namespace: nifi}
  bucketId: 4a1c62f0-6f3c-4f0a-9d53-0d1ce3f1b7a2
  flowId: 9b2e41d7-55d0-4c53-8f4e-3f8a2f8f61c9
  flowVersion: 3
  parameterContextRef: {name: trips.rides, namespace: nifi}
  syncMode: always
  updateStrategy: drain
""")
    assert spec_of(rendering, "nifiparametercontext") == yaml.safe_load("""
clusterRef: {name: city, namespace: nifi}
description: Parameters of trips/rides.
parameters:
  - {name: batch.size, value: "500"}
  - {name: meters.url, value: "https://meters.example.org/rides"}
secretRefs:
  - {name: trips.rides.meter-api, namespace: nifi}
""")


def test_an_environment_overrides_some_of_it(build: Build) -> None:
    files = city(run_by_nifi())
    built = build(render_mesh(mesh_of(files)), files)
    specs = {
        (environment, entry["kind"]): entry["spec"]
        for environment in ("dev", "prod")
        for entry in built[f"{UNIT}/overlays/{environment}"]
        if entry["apiVersion"].startswith("nifi.")
    }
    assert [specs[name, "NifiDataflow"]["flowVersion"] for name in ("dev", "prod")] == [3, 2]
    assert specs["prod", "NifiDataflow"]["flowId"] == specs["dev", "NifiDataflow"]["flowId"]
    assert specs["prod", "NifiParameterContext"]["parameters"] == [
        {"name": "batch.size", "value": "50000"},
        {"name": "meters.url", "value": "https://meters.example.org/rides"},
    ]


def test_what_is_queued_may_be_dropped() -> None:
    found = rendered(run_by_nifi(f"{FLOW}updateStrategy: drop\n"))
    assert spec_of(found, "nifidataflow")["updateStrategy"] == "drop"


def test_a_flow_without_parameters_has_no_parameter_context() -> None:
    found = rendered(run_by_nifi("flow: {bucketId: b, flowId: f, version: 1}", in_prod=""))
    assert "parameterContextRef" not in spec_of(found, "nifidataflow")
    assert not [path for path in found.files if "nifiparametercontext" in path]


def test_a_context_may_have_secrets_alone() -> None:
    found = rendered(run_by_nifi("{flow: {bucketId: b, flowId: f, version: 1}, secrets: [a, b]}", in_prod=""))
    spec = spec_of(found, "nifiparametercontext")
    assert spec["parameters"] == []
    assert [entry["name"] for entry in spec["secretRefs"]] == ["trips.rides.a", "trips.rides.b"]


def test_those_who_may_look_see_the_canvas_and_no_process_group(rendering: Rendering) -> None:
    cluster = {"name": "city", "namespace": "nifi"}
    user = {"clusterRef": cluster, "identity": "trips.rides", "createCert": False}
    assert spec_of(rendering, "nifiuser") == user
    assert spec_of(rendering, "nifiusergroup") == {
        "clusterRef": cluster,
        "identity": "trips.rides.team",
        "usersRef": [{"name": "trips.rides", "namespace": "nifi"}],
        "accessPolicies": [{"type": "global", "action": "read", "resource": "/flow"}],
    }


def test_a_nifi_without_users_gets_none() -> None:
    found = rendered(run_by_nifi(coordinates={**COORDINATES, "users": False}))
    kinds = {path.rpartition("/")[2].partition("-")[0] for path in found.files if "/nifi" in path}
    assert kinds == {"nifidataflow", "nifiparametercontext"}


def test_a_users_name_fits_into_a_certificate() -> None:
    long = "r" * 63
    files = {path.replace("trips/rides", f"trips/{long}"): text for path, text in city(run_by_nifi()).items()}
    found = render_mesh(mesh_of(files))
    user = document(found, f"rendered/domains/trips/{long}/base/nifiuser-trips.{long}.yaml")
    assert user["metadata"]["name"] == f"trips.{long}"
    assert len(user["spec"]["identity"]) == 64
    assert user["spec"]["identity"].startswith("trips.rrr")


def test_roles_trust_nifi_instead_of_the_product_that_it_runs() -> None:
    found = rendered(consumer_run_by_nifi())
    assert trusted(found, "rides.writer") == NIFIS
    assert trusted(found, "rides.reader.demand.by-zone") == NIFIS
    assert trusted(rendered(), "rides.writer") == OURS


def test_a_consumer_that_nifi_does_not_run_is_trusted_as_itself(rendering: Rendering) -> None:
    assert trusted(rendering, "rides.writer") == NIFIS
    assert trusted(rendering, "rides.reader.demand.by-zone") == "system:serviceaccount:demand-by-zone:zones"


def test_google_knows_nifi_instead_of_the_product_that_it_runs() -> None:
    changes = warehouse()
    deployment, mesh = (yaml.safe_load(changes[path] or "") for path in (DEPLOYMENT, "mesh.yaml"))
    deployment["spec"]["runtime"] = {"nifi": yaml.safe_load(FLOW)}
    for environment in mesh["spec"]["environments"]:
        environment["nifi"] = COORDINATES
    own = {DEPLOYMENT: yaml.safe_dump(deployment), "mesh.yaml": yaml.safe_dump(mesh)}
    found = rendered({**changes, **own})
    access = document(found, f"{BASE}/bigquerydataset-trips-rides.city-lake.yaml")["spec"]["access"]
    members = [entry["iamMember"].rpartition("/")[2] for entry in access if "iamMember" in entry]
    assert members == [NIFIS, "system:serviceaccount:demand-by-zone:zones"]
    job = member(found, f"{UNIT}/overlays/dev", "bigquery-jobs.trips.rides")
    assert job["spec"]["member"].endswith(NIFIS)


def test_without_an_account_of_nifi_the_product_is_trusted_and_that_is_told() -> None:
    anonymous = {key: value for key, value in COORDINATES.items() if key != "serviceAccount"}
    found = rendered(run_by_nifi(coordinates=anonymous))
    assert trusted(found, "rides.writer") == OURS
    pointer = ("spec", "runtime", "nifi")
    for environment in ("dev", "prod"):
        reason = (
            f"environment `{environment}` has no `nifi.serviceAccount` in mesh.yaml: access to clouds "
            "goes to service account `rides`, as which no flow runs"
        )
        assert (DEPLOYMENT, reason, pointer) in [
            (entry.path, entry.reason, entry.pointer) for entry in found.left_out(Why.NOT_EXPRESSED)
        ]


def test_a_service_account_that_nothing_runs_as_is_told() -> None:
    found = rendered(run_by_nifi(serviceAccount="rides-importer"))
    assert trusted(found, "rides.writer") == NIFIS
    assert {entry.pointer for entry in found.left_out(Why.NOT_EXPRESSED)} == {
        ("spec", "runtime", "serviceAccount")
    }


VERSIONS = "NiFi Registry has versions from 1 to 2147483647"
NO_VERSION = "the flow has no `version`: what runs would change with whatever is saved in NiFi Registry"


@pytest.mark.parametrize(
    ("flow", "reason", "key"),
    [
        ("{bucketId: b, flowId: f}", NO_VERSION, "version"),
        ("{bucketId: b, flowId: ' ', version: 1}", "the flow has no `flowId`: NiFi finds it", "flowId"),
        ("{bucketId: b, flowId: f, version: 0}", f"`version` of the flow is 0, and {VERSIONS}", "version"),
        (
            "{bucketId: b, flowId: f, version: '3'}",
            f"`version` of the flow is '3', and {VERSIONS}",
            "version",
        ),
        (
            "{bucketId: b, flowId: f, version: true}",
            f"`version` of the flow is True, and {VERSIONS}",
            "version",
        ),
        (
            "{bucketId: b, flowId: f, version: 2147483648}",
            f"`version` of the flow is 2147483648, and {VERSIONS}",
            "version",
        ),
    ],
)
def test_without_a_flow_nothing_is_rendered(flow: str, reason: str, key: str) -> None:
    (found,) = told(f"{{flow: {flow}, parameters: {{a: b}}}}")
    assert found[0].startswith(reason)
    assert found[1] == ("spec", "runtime", "nifi", "flow", key)
    assert not [path for path in rendered(run_by_nifi(f"{{flow: {flow}}}", "{}")).files if "/nifi" in path]


@pytest.mark.parametrize("nifi", ["{}", "null", "{flow: null}", "{flow: [1]}", "{flow: {}}"])
def test_a_runtime_that_names_no_flow(nifi: str) -> None:
    assert [pointer[-1] for _, pointer in told(nifi)] == ["bucketId", "flowId", "version"]


def test_a_version_is_refused_where_it_is_overridden() -> None:
    (found,) = told(FLOW, "{flow: {version: 0}}")
    assert found[1] == ("spec", "environments", 1, "runtime", "nifi", "flow", "version")
    assert (
        f"{UNIT}/overlays/dev/nifidataflow-trips.rides.yaml"
        in rendered(run_by_nifi(FLOW, "{flow: {version: 0}}")).files
    )


def test_a_parameter_that_nifi_refuses_is_left_out() -> None:
    nifi = changed("batch.size:", "batch/size:")
    reason = "NiFi refuses parameter `batch/size`: it takes letters, digits, spaces, `.`, `-` and `_`"
    assert told(nifi) == [(reason, ("spec", "runtime", "nifi", "parameters", "batch/size"))]
    names = [
        entry["name"]
        for entry in spec_of(rendered(run_by_nifi(nifi, "")), "nifiparametercontext")["parameters"]
    ]
    assert names == ["meters.url"]


def test_a_parameter_that_is_no_text_is_left_out_where_it_is_overridden() -> None:
    place = ("spec", "environments", 1, "runtime", "nifi", "parameters", "batch.size")
    reason = "parameter `batch.size` is no text, and NiFi takes nothing else"
    assert told(FLOW, "{parameters: {batch.size: 50000}}") == [(reason, place)]


@pytest.mark.parametrize(
    ("secrets", "index", "reason"),
    [
        (
            "[meter-api, meter-api]",
            1,
            "Secret `meter-api` is named twice: each of its keys would be a parameter twice",
        ),
        *(
            (
                f"[meter-api, {name}]",
                1,
                f"Secret `{name}` is no RFC 1123 label, which its name in NiFi's namespace is made of",
            )
            for name in ("fleet.rides.keys", "Meter", "kube-system/token")
        ),
    ],
)
def test_a_secret_that_is_none_of_the_products_is_refused(secrets: str, index: int, reason: str) -> None:
    nifi = changed("[meter-api]", secrets)
    assert told(nifi) == [(reason, ("spec", "runtime", "nifi", "secrets", index))]
    references = spec_of(rendered(run_by_nifi(nifi, "")), "nifiparametercontext")["secretRefs"]
    assert references == [{"name": "trips.rides.meter-api", "namespace": "nifi"}]


@pytest.mark.parametrize(
    "wrong", ["parameters: [a]", "secrets: {a: b}", "secrets: [1, null]", "updateStrategy: 1"]
)
def test_what_has_the_wrong_type_is_as_if_not_there(wrong: str) -> None:
    found = rendered(run_by_nifi(f"flow: {{bucketId: b, flowId: f, version: 1}}\n{wrong}", ""))
    assert not found.left_out(Why.REFUSED)
    spec = spec_of(found, "nifidataflow")
    assert spec["updateStrategy"] == "drain"
    assert "parameterContextRef" not in spec


def test_without_coordinates_nothing_is_rendered() -> None:
    found = rendered(run_by_nifi(coordinates={"namespace": "nifi"}))
    lacking = "environment `dev` has no `nifi.cluster`, `nifi.registryClient` in mesh.yaml"
    assert (DEPLOYMENT, f"{lacking}, which runtime `nifi` needs") in reasons(found)
    assert not [path for path in found.files if "/nifi" in path]


@given(
    st.lists(
        st.sampled_from(("nifi-sensitive", "demand.by-zone.keys", "a", "..", ""))
        | st.text("az09.-_/ Ä", max_size=70)
        | st.none()
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_no_secret_of_others_is_named(secrets: list[str | None]) -> None:
    said = {"flow": {"bucketId": "b", "flowId": "f", "version": 1}, "parameters": {"a": "b"}}
    found = rendered(run_by_nifi(json.dumps({**said, "secrets": secrets}), ""))
    named = [entry["name"] for entry in spec_of(found, "nifiparametercontext")["secretRefs"]]
    assert all(name.startswith("trips.rides.") for name in named)
    assert len(named) == len(set(named))


def test_products_of_one_nifi_have_names_of_their_own() -> None:
    found = rendered(consumer_run_by_nifi())
    paths = [path for path in found.files if "/base/nifidataflow" in path]
    flows = [path.rpartition("/")[2] for path in paths]
    assert flows == ["nifidataflow-demand.by-zone.yaml", "nifidataflow-trips.rides.yaml"]
    assert found.collisions == ()
    assert f"{ZONES}/deployment.yaml" not in {entry.path for entry in found.left_out(Why.REFUSED)}


def test_the_domains_project_may_hold_them(rendering: Rendering) -> None:
    spec = document(rendering, "rendered/argocd/projects/trips.yaml")["spec"]
    assert {"name": "city-dev", "namespace": "nifi"} in spec["destinations"]
    kinds = {entry["kind"] for entry in spec["namespaceResourceWhitelist"]}
    assert {"NifiDataflow", "NifiParameterContext", "NifiUser", "NifiUserGroup"} <= kinds
    assert rendering.beyond_ceiling == ()


def test_argo_cd_is_told_when_a_flow_is_well(rendering: Rendering) -> None:
    checks = document(rendering, "rendered/argocd/argocd-cm.yaml")["data"]
    dataflow = checks["resource.customizations.health.nifi.konpyutaika.com_NifiDataflow"]
    assert 'obj.status.state == "Ran"' in dataflow
    assert {key.rpartition("_")[2] for key in checks if "nifi." in key} == {
        *("NifiDataflow", "NifiParameterContext", "NifiUser", "NifiUserGroup"),
    }


def test_in_the_reference_mesh_nothing_trusts_what_nothing_runs_as() -> None:
    folders = ("domains", "platform")
    files = {f"{name}/{path}": text for name in folders for path, text in files_of(CHECKOUT / name).items()}
    files["mesh.yaml"] = (CHECKOUT / "mesh.yaml").read_text("utf-8")
    rendering = render_mesh(mesh_of(files), charts_of(files))
    folder = "rendered/domains/weather/station-observations/"
    texts = [text.decode() for path, text in rendering.files.items() if path.startswith(folder)]
    assert any("system:serviceaccount:nifi:nifi" in text for text in texts)
    for own in ("weather-station-observations:station-observations", "/sa/station-observations"):
        assert not [text for text in texts if own in text]
