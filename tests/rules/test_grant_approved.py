"""What security/grant-approved says of the small mesh, and what is rendered of grants that go too far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
import yaml
from tests.render.meshes import CITY, RIDES, ZONES, city, mesh_of, replaced

from meshwarden.findings import Fault, NotJudged, Severity
from meshwarden.render.rendering import render_mesh
from meshwarden.render.targets.target import Why
from meshwarden.rules.run import Run
from meshwarden.rules.security.grant_approved import RULE

DEPLOYMENT, PRODUCT = f"{RIDES}/deployment.yaml", f"{ZONES}/data-product.yaml"
CONTRACT = f"{RIDES}/contracts/rides.odcs.yaml"
TODAY = date(2026, 11, 23)


def said(changes: Mapping[str, str | None], today: date = TODAY) -> list[Fault | NotJudged]:
    return list(RULE.check(Run(mesh_of(city(changes)), today, {}, (), {})))


def fault(changes: Mapping[str, str | None], today: date = TODAY) -> Fault:
    (found,) = said(changes, today)
    assert isinstance(found, Fault)
    return found


def granting(*grants: dict[str, str]) -> dict[str, str | None]:
    """A change of whom the rides are granted to."""
    deployment = yaml.safe_load((CITY / DEPLOYMENT).read_text("utf-8"))
    deployment["spec"]["access"] = list(grants)
    return {DEPLOYMENT: yaml.safe_dump(deployment)}


def grant(**said: str) -> dict[str, str]:
    return {
        "consumer": "demand/by-zone",
        "port": "rides",
        "purpose": "Demand.",
        "approvedBy": "trips",
        **said,
    }


def cleared(clearance: str | None, contract: str | None = None) -> dict[str, str | None]:
    """A change of what the consumer's team may read, and of the contract's text."""
    mesh: dict[str, Any] = yaml.safe_load((CITY / "mesh.yaml").read_text("utf-8"))
    mesh["spec"]["teams"] = [{"name": "trips"}, {"name": "demand", "clearance": clearance}]
    mesh["spec"]["classifications"] = ["public", "internal", "confidential"]
    owned = replaced(PRODUCT, "domain: demand\n", "domain: demand\nteam: {name: demand}\n")
    return {"mesh.yaml": yaml.safe_dump(mesh), **owned, **({CONTRACT: contract} if contract else {})}


def test_what_is_granted_is_no_finding() -> None:
    assert said({}) == []


def test_an_input_port_without_consent() -> None:
    found = fault(granting())
    assert (found.place.path, found.place.pointer) == (PRODUCT, ("inputPorts", 0, "contractId"))
    assert found.severity is None
    assert DEPLOYMENT in str(found.hint)
    (granted,) = found.related
    assert (granted.place.path, granted.place.pointer) == (DEPLOYMENT, ("spec", "access"))


@pytest.mark.parametrize("grants", [[grant(port="started")], [grant(consumer="trips/rides")]])
def test_consent_for_another_port_or_product_is_none(grants: list[dict[str, str]]) -> None:
    found = fault(granting(*grants))
    assert found.place.path == PRODUCT
    assert [one.place.pointer for one in found.related] == [("spec", "access")]


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        ("draft", [Severity.WARNING]),
        ("Proposed", [Severity.WARNING]),
        ("deprecated", [None]),
        ("retired", []),
    ],
)
def test_who_asks_before_it_is_let_in_is_warned(status: str, wanted: list[Severity | None]) -> None:
    found = said({**granting(), **replaced(PRODUCT, "status: active", f"status: {status}")})
    assert [one.severity for one in found if isinstance(one, Fault)] == wanted
    assert len(found) == len(wanted)


def test_a_product_without_a_deployment_is_not_asked_for_consent() -> None:
    assert said({DEPLOYMENT: None}) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (granting(grant(consumer="demand/zones")), "to a product that there is not"),
        (granting(grant(port="ride")), "a port that there is not"),
        (granting({"consumer": "demand/by-zone"}), "cannot be read"),
        ({DEPLOYMENT: "apiVersion: meshwarden.dev/v1alpha1\nkind: DataProductDeployment\nspec: 5\n"}, "read"),
        ({DEPLOYMENT: "apiVersion: meshwarden.dev/v1\nkind: DataProductDeployment\n"}, "cannot be read"),
    ],
)
def test_where_a_grant_may_be_meant_nothing_is_found(changes: dict[str, str | None], reason: str) -> None:
    (found,) = said(changes)
    assert isinstance(found, NotJudged)
    assert (found.path, reason in found.reason) == (PRODUCT, True)


@pytest.mark.parametrize(("today", "over"), [(date(2027, 12, 31), False), (date(2028, 1, 1), True)])
def test_consent_lasts_through_its_last_day(today: date, over: bool) -> None:
    changes = granting(grant(expires="2027-12-31"))
    assert bool(said(changes, today)) is over
    if over:
        found = fault(changes, today)
        assert (found.place.path, found.place.pointer) == (DEPLOYMENT, ("spec", "access", 0, "expires"))
        assert [one.place.path for one in found.related] == [PRODUCT]


def test_consent_that_was_renewed_may_stand_beside_the_old_one() -> None:
    changes = granting(grant(expires="2025-12-31"), grant(expires="2027-12-31"))
    assert said(changes) == []


@pytest.mark.parametrize(
    ("clearance", "beyond"),
    [("public", True), ("internal", True), ("confidential", False), (None, False), ("secret", False)],
)
def test_consent_does_not_go_beyond_the_teams_clearance(clearance: str | None, beyond: bool) -> None:
    changes = {**granting(grant()), **cleared(clearance)}
    assert bool(said(changes)) is beyond
    files = render_mesh(mesh_of(city(changes))).files
    assert any("reader.demand.by-zone" in path for path in files) is not beyond
    if beyond:
        found = fault(changes)
        assert "class `confidential`" in found.message
        assert (found.place.path, found.place.pointer) == (DEPLOYMENT, ("spec", "access", 0, "consumer"))
        assert [(one.place.path, one.place.pointer) for one in found.related] == [
            (CONTRACT, ("schema", 0, "properties", 1, "classification")),
            ("mesh.yaml", ("spec", "teams", 1, "clearance")),
        ]


def test_what_goes_too_far_is_left_out_by_itself() -> None:
    changes = {**granting(grant(), grant(port="started")), **cleared("internal")}
    rendering = render_mesh(mesh_of(city(changes)))
    assert [one for one in rendering.left_out(Why.REFUSED) if one.path == DEPLOYMENT] == []
    assert [one.pointer for one in rendering.left_out(Why.ELSEWHERE) if one.path == DEPLOYMENT] == [
        ("spec", "access", 0)
    ]
    assert any("kafkauser" in path and "by-zone" in path for path in rendering.files)


def test_a_class_within_a_column_counts() -> None:
    contract = (CITY / CONTRACT).read_text("utf-8")
    inner = "logicalType: object, properties: [{name: x, logicalType: string, classification: confidential}]"
    old = "{name: pickup, logicalType: string, classification: confidential}"
    assert old in contract
    nested = contract.replace(old, f"{{name: pickup, classification: internal, {inner}}}")
    found = fault({**granting(grant()), **cleared("internal", nested)})
    assert found.related[0].place.pointer == ("schema", 0, "properties", 1, "properties", 0, "classification")
