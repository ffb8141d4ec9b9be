"""Waivers and settings: what counts, what is reported as waived, and which waivers do nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
import yaml

from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.selection import Selection
from meshwarden.findings import Severity, Waived
from meshwarden.policy.opa import OpaAt
from meshwarden.reports.colours import Colours
from meshwarden.reports.json_report import report as json_report
from meshwarden.reports.text import TextOptions
from meshwarden.reports.text import report as text_report
from meshwarden.rules.case_pages import SEED
from meshwarden.sources.tree import MemoryTree
from meshwarden.tools.find import find

TODAY = date(2026, 11, 23)
DOMAIN = "domains/source-aligned/trips/domain.yaml"
OTHER = "domains/aggregate/mobility/domain.yaml"
WAIVER = {
    "rule": "reference/team",
    "target": DOMAIN,
    "owner": "trips",
    "reason": "The team is being formed.",
    "expires": "2026-11-23",
}


def outcome(
    *waivers: dict[str, str],
    rules: Mapping[str, object] | None = None,
    today: date = TODAY,
    select: tuple[str, ...] = ("reference", "waiver"),
    paths: tuple[str, ...] = (),
    files: dict[str, str] | None = None,
) -> Outcome:
    """A check of the seed mesh with an owner in each of two domains who is no team."""
    found = {
        path.relative_to(SEED).as_posix(): path.read_bytes() for path in SEED.rglob("*") if path.is_file()
    }
    for path, owner in ((DOMAIN, b"owner: trips"), (OTHER, b"owner: mobility")):
        found[path] = found[path].replace(owner, b"owner: nobody")
    mesh = yaml.safe_load(found["mesh.yaml"])
    mesh["spec"]["rules"] = rules or {}
    found["mesh.yaml"] = json.dumps(mesh).encode()
    listed = {
        "apiVersion": "meshwarden.dev/v1alpha1",
        "kind": "WaiverList",
        "metadata": {"name": "waivers"},
        "spec": {"waivers": waivers},
    }
    found["waivers.yaml"] = yaml.safe_dump(listed, sort_keys=False).encode()
    found.update({path: text.encode() for path, text in (files or {}).items()})
    opa = find("opa")
    assert opa
    options = CheckOptions(
        paths=paths, render=False, selection=Selection(select), opa=OpaAt(opa.path), today=today
    )
    return check(MemoryTree(found), options)


def standing(found: Outcome) -> list[tuple[str, str]]:
    return [(finding.rule, finding.path) for finding in found.standing]


def test_a_waived_finding_is_reported_and_does_not_count() -> None:
    found = outcome(WAIVER, {**WAIVER, "target": OTHER, "owner": "mobility"})
    assert (found.standing, found.status) == ((), 0)
    by_path = {finding.path: finding.waived for finding in found.findings}
    reason = "The team is being formed."
    assert by_path == {
        OTHER: Waived("mobility", reason, date(2026, 11, 23), "waivers.yaml", 12),
        DOMAIN: Waived("trips", reason, date(2026, 11, 23), "waivers.yaml", 7),
    }
    report = json.loads(json_report(found))
    assert report["summary"] == {"error": 0, "warning": 0, "info": 0, "waived": 2}
    assert report["findings"][1]["waived"] == {
        "owner": "trips",
        "reason": reason,
        "expires": "2026-11-23",
        "path": "waivers.yaml",
        "line": 7,
    }
    shown = text_report(found, {}, TextOptions(Colours(False)))
    assert shown.startswith("no findings, 2 waived: ")


def test_what_is_not_met_counts() -> None:
    assert standing(outcome(WAIVER)) == [("reference/team", OTHER)]


def test_the_day_after_it_expires() -> None:
    found = outcome(WAIVER, today=date(2026, 11, 24))
    assert standing(found) == [
        ("reference/team", OTHER),
        ("reference/team", DOMAIN),
        ("waiver/expired", "waivers.yaml"),
    ]


def test_the_most_days() -> None:
    rules = {"waivers": {"maximumDays": 90}}
    last = {**WAIVER, "target": "domains", "expires": "2027-02-21"}
    assert standing(outcome(last, rules=rules)) == []
    assert standing(outcome({**last, "expires": "2027-02-22"}, rules=rules)) == [
        ("waiver/too-long", "waivers.yaml")
    ]


@pytest.mark.parametrize(
    ("target", "waives"),
    [
        (f"{DOMAIN}#/spec/owner", True),
        (f"{DOMAIN}#/spec", True),
        (f"{DOMAIN}#", True),
        (f"{DOMAIN}#/", True),
        (f"{DOMAIN}#/spec/own", False),
        (f"{DOMAIN}#/spec/owner/name", False),
        ("domains/*/trips/*", True),
        ("**", True),
        ("#/spec", False),
        ("/", True),
    ],
)
def test_a_pointer_narrows_a_target(target: str, waives: bool) -> None:
    found = outcome({**WAIVER, "target": target})
    assert (("reference/team", DOMAIN) not in standing(found)) == waives
    assert (("waiver/unused", "waivers.yaml") in standing(found)) != waives


def test_a_waiver_whose_rule_did_not_run_is_not_called_unused() -> None:
    unused = {**WAIVER, "rule": "contract/primary-key"}
    for found in (outcome(unused), outcome(unused, select=("reference", "waiver", "contract/version"))):
        assert standing(found) == [("reference/team", OTHER), ("reference/team", DOMAIN)]
        assert ("waivers.yaml", "waiver/unused") in [(one.path, one.rule) for one in found.not_judged]


def test_a_waiver_of_what_is_not_judged_is_not_called_unused() -> None:
    broken = "kind: Domain\napiVersion: [\n"
    found = outcome(WAIVER, files={DOMAIN: broken}, select=("reference", "waiver", "yaml"))
    assert ("waiver/unused", "waivers.yaml") not in standing(found)
    assert [one.reason for one in found.not_judged if one.rule == "waiver/unused"] == [
        f"the waiver of reference/team: {DOMAIN} was not judged"
    ]


def test_a_list_that_lies_elsewhere_waives_nothing() -> None:
    elsewhere = "domains/source-aligned/trips/waivers.yaml"
    text = json.dumps(
        {
            "apiVersion": "meshwarden.dev/v1alpha1",
            "kind": "WaiverList",
            "metadata": {"name": "own"},
            "spec": {"waivers": [{**WAIVER, "target": "**"}]},
        }
    )
    found = outcome(files={elsewhere: text}, select=("reference", "waiver", "layout"))
    assert standing(found) == [
        ("reference/team", OTHER),
        ("reference/team", DOMAIN),
        ("layout/path", elsewhere),
    ]


def test_a_date_that_is_none_waives_nothing() -> None:
    found = outcome({**WAIVER, "expires": "2027-02-31"}, select=("reference", "waiver", "schema"))
    assert ("reference/team", DOMAIN) in standing(found)
    assert ("schema/violation", "waivers.yaml") in standing(found)


def test_a_report_on_one_file_knows_the_waivers() -> None:
    assert standing(outcome(WAIVER, paths=(DOMAIN,))) == []
    unused = {**WAIVER, "target": "platform/**"}
    assert standing(outcome(unused, paths=(DOMAIN,))) == [("reference/team", DOMAIN)]
    assert standing(outcome(unused, paths=("waivers.yaml",))) == [("waiver/unused", "waivers.yaml")]


RINGS = [
    {"rule": "reference", "severity": "info"},
    {"rule": "reference/team", "severity": "warning", "from": "2027-06-01"},
    {"rule": "reference/team", "severity": "warning", "from": "2027-03-01", "domains": ["trips"]},
]


@pytest.mark.parametrize(
    ("today", "trips", "mobility"),
    [
        (date(2027, 2, 28), Severity.WARNING, Severity.WARNING),
        (date(2027, 3, 1), Severity.ERROR, Severity.WARNING),  # the first ring
        (date(2027, 6, 1), Severity.ERROR, Severity.ERROR),
    ],
)
def test_a_rule_comes_ring_by_ring(today: date, trips: Severity, mobility: Severity) -> None:
    found = outcome(rules={"settings": RINGS}, today=today)
    assert {finding.path: finding.severity for finding in found.findings} == {DOMAIN: trips, OTHER: mobility}


def test_a_waiver_of_what_mesh_yaml_says_of_rules_is_used() -> None:
    waiver = {**WAIVER, "rule": "reference/rule", "target": "mesh.yaml#/spec/rules"}
    found = outcome(waiver, rules={"ignore": ["reference/team", "layout/mistyped"]})
    assert [finding.rule for finding in found.findings if finding.waived] == ["reference/rule"]
    assert standing(found) == []


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("error", Severity.ERROR), ("info", Severity.INFO), ("warning", Severity.WARNING)],
)
def test_a_setting_raises_and_lowers(severity: str, expected: Severity) -> None:
    settings = [{"rule": "sla/required", "severity": severity}]
    product = (SEED / "domains/source-aligned/trips/taxi/data-product.yaml").read_text()
    contract = (SEED / "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml").read_text()
    files = {
        "domains/source-aligned/trips/taxi/data-product.yaml": product.replace("draft", "active"),
        "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml": contract.replace(
            "latency", "throughput"
        ),
    }
    found = outcome(rules={"settings": settings}, select=("sla",), files=files)
    assert [finding.severity for finding in found.findings] == [expected]


def test_what_a_rule_says_with_less_stays_less() -> None:
    contract = (SEED / "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml").read_text()
    path = "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml"
    files = {path: contract.replace("\nversion: 1.0.0", "\nversion: v1.0.0")}
    settings = [{"rule": "contract", "severity": "error"}]
    found = outcome(rules={"settings": settings}, select=("contract",), files=files)
    assert [finding.severity for finding in found.findings] == [Severity.WARNING]


@pytest.mark.parametrize(
    "rules",
    [{"ignore": ["yaml"]}, {"settings": [{"rule": "yaml/syntax", "severity": "off"}]}],
    ids=["ignored", "switched off"],
)
def test_what_is_always_judged_cannot_be_switched_off(rules: Mapping[str, object]) -> None:
    found = outcome(rules=rules, select=("yaml",), files={DOMAIN: "kind: [\n"})
    assert standing(found) == [("yaml/syntax", DOMAIN)]
