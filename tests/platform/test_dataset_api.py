"""The chart `dataset-api`, rendered and linted by the real Helm, which helm-python-sdk binds."""

from __future__ import annotations

import copy
from typing import Any

import helm_python
import pytest
import yaml
from tests.platform.packages import assert_restricted, of_kind, pods, product, read_all

CHART = product("dataset-api").folder
VALUES = yaml.safe_load((CHART / "ci/trips-by-zone-values.yaml").read_bytes())
RELEASE, NAMESPACE = "trips-by-zone", "mobility-trips-by-zone"


def rendered(values: dict[str, Any], release: str = RELEASE) -> list[dict[str, Any]]:
    """The objects of a release."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values, name=release, namespace=NAMESPACE)
    return [
        entry for path, text in sorted(files.items()) if path.endswith(".yaml") for entry in read_all(text)
    ]


def changed(*path: str, value: Any) -> dict[str, Any]:
    """The values with one of them replaced."""
    values: dict[str, Any] = copy.deepcopy(VALUES)
    place = values
    for key in path[:-1]:
        place = place.setdefault(key, {})
    place[path[-1]] = value
    return values


def test_helm_finds_nothing_wrong() -> None:
    report = helm_python.lint(CHART, VALUES, strict=True)
    assert report["errors"] == []
    assert [found["error"] for found in report["messages"]] == ["icon is recommended"]


def test_what_a_release_is_made_of() -> None:
    objects = rendered(VALUES)
    assert sorted(entry["kind"] for entry in objects) == [
        *("Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount")
    ]
    for entry in objects:
        assert entry["metadata"]["namespace"] == NAMESPACE
        assert entry["metadata"]["labels"]["app.kubernetes.io/instance"] == RELEASE


def test_its_pods_are_restricted_and_selected() -> None:
    objects = rendered(VALUES)
    ((name, template),) = pods(objects).items()
    assert name == "trips-by-zone-dataset-api"
    assert_restricted(name, template)
    labels = template["metadata"]["labels"].items()
    deployment = of_kind(objects, "Deployment")[name]
    for selector in (
        deployment["spec"]["selector"]["matchLabels"],
        of_kind(objects, "Service")[name]["spec"]["selector"],
        of_kind(objects, "NetworkPolicy")[name]["spec"]["podSelector"]["matchLabels"],
        of_kind(objects, "PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels
    assert template["spec"]["serviceAccountName"] in of_kind(objects, "ServiceAccount")
    (container,) = template["spec"]["containers"]
    assert container["image"] == "docker.io/postgrest/postgrest:v14.12"
    ports = {port["name"] for port in container["ports"]}
    probes = {container[f"{probe}Probe"]["httpGet"]["port"] for probe in ("startup", "liveness", "readiness")}
    assert probes <= ports
    assert of_kind(objects, "Service")[name]["spec"]["ports"][0]["targetPort"] in ports


def test_no_password_is_in_what_is_rendered() -> None:
    (template,) = pods(rendered(VALUES)).values()
    environment = {entry["name"]: entry for entry in template["spec"]["containers"][0]["env"]}
    secret = {"name": "trips-by-zone-api", "key": "password"}
    assert environment["PGPASSWORD"] == {"name": "PGPASSWORD", "valueFrom": {"secretKeyRef": secret}}
    assert environment["PGRST_DB_URI"]["value"] == "postgresql://"
    assert environment["PGRST_DB_ANON_ROLE"]["value"] == "trips_by_zone_reader"


def test_who_may_ask_and_what_is_asked() -> None:
    (policy,) = of_kind(rendered(VALUES), "NetworkPolicy").values()
    (ingress,) = policy["spec"]["ingress"]
    (client,) = ingress["from"]
    assert client == {"namespaceSelector": {"matchLabels": {"meshwarden.dev/domain": "fleet-planning"}}}
    dns, database = policy["spec"]["egress"]
    assert {port["port"] for port in dns["ports"]} == {53}
    assert database["ports"] == [{"protocol": "TCP", "port": 5432}]
    assert database["to"][0]["podSelector"]["matchLabels"] == {"cnpg.io/cluster": "shared"}


def test_without_clients_nobody_may_ask() -> None:
    (policy,) = of_kind(rendered(changed("clients", "namespaces", value=[])), "NetworkPolicy").values()
    assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in policy["spec"]


def test_a_single_replica_has_no_disruption_budget() -> None:
    objects = rendered(changed("replicas", value=1))
    assert of_kind(objects, "PodDisruptionBudget") == {}


def test_a_release_that_is_called_like_the_chart_is_not_called_so_twice() -> None:
    assert set(pods(rendered(VALUES, "zones-dataset-api"))) == {"zones-dataset-api"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        changed("database", "host", value=""),
        changed("database", "schema", value="public; drop"),
        changed("database", "port", value="5432"),
        changed("database", "sslMode", value="disable"),
        changed("database", "secret", "name", value=""),
        changed("database", "hots", value="a"),
        changed("replicas", value=0),
        changed("image", "tag", value="latest"),
        changed("clients", "namespaces", value=[{}]),  # would be all of them
    ],
)
def test_values_that_the_schema_refuses(values: dict[str, Any]) -> None:
    with pytest.raises(helm_python.HelmValuesError, match="values don't meet the specifications"):
        rendered(values)
