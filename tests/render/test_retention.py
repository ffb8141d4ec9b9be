"""Retention in the systems' units, and of which schema objects it is."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.render.meshes import RIDES, city, document, mesh_of, rendered, replaced
from tests.render.warehouse import warehouse

from meshwarden.findings import Pointer
from meshwarden.mesh.records import Contract
from meshwarden.render import retention
from meshwarden.render.rendering import Rendering
from meshwarden.render.retention import Retention
from meshwarden.render.targets.target import Why

PATH = f"{RIDES}/contracts/rides.odcs.yaml"
STARTED = f"{RIDES}/contracts/started.odcs.yaml"
UNIT = "rendered/domains/trips/rides"
OF_ALL = "{property: retention, value: 7, unit: d}"


def contract(value: str, unit: str) -> Contract:
    mesh = mesh_of(city(replaced(PATH, "value: 2, unit: y", f"value: {value}, unit: {unit}")))
    return next(found for found in mesh.contracts if found.manifest.path == PATH)


def level(value: str, unit: str) -> Retention:
    (found,) = retention.of_contract(contract(value, unit))
    return found


def told(found: Rendering, path: str = PATH) -> list[tuple[Pointer, str]]:
    return [
        (entry.pointer, entry.reason)
        for entry in found.not_rendered
        if entry.path == path and entry.why is Why.RETENTION
    ]


@pytest.mark.parametrize(
    ("value", "unit", "days"),
    [
        ("7", "y", 2557),
        ("1", "years", 366),
        ("1", "m", 31),
        ("12", "month", 366),
        ("7", "d", 7),
        ("36", "h", 2),
        ("1", "h", 1),
    ],
)
def test_days_are_never_short_of_the_contract(value: str, unit: str, days: int) -> None:
    assert retention.days(contract(value, unit)) == days


def test_milliseconds_are_exact() -> None:
    assert level("7", "d").milliseconds == 604_800_000
    assert level("1.5", "h").milliseconds == 5_400_000
    assert level("30", "min").milliseconds == 1_800_000
    assert level("45", "seconds").milliseconds == 45_000


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("0", "d"),
        ("-1", "d"),
        (".inf", "d"),
        ("forever", "d"),
        ("1", "parsec"),
        ("1e308", "y"),
        ("1e306", "d"),
        ("1e12", "y"),  # more milliseconds than the systems count
    ],
)
def test_what_cannot_be_read_is_none_and_told(value: str, unit: str) -> None:
    assert retention.days(contract(value, unit)) is None
    assert level(value, unit).milliseconds is None
    changes = replaced(PATH, "value: 2, unit: y", f"value: {value}, unit: {unit}")
    reason = "its retention has no value and unit that can be read"
    assert told(rendered(changes)) == [(("slaProperties", 0, "value"), reason)]


TOPICS = (
    f"{UNIT}/base/kafkatopic-trips.rides.started.ride-started-",
    f"{UNIT}/base/kafkatopic-trips.ride-ended",
)


@pytest.mark.parametrize(
    ("levels", "started", "ended"),
    [
        ([OF_ALL], 7, 7),
        (["{property: retention, value: 2, unit: d, element: ride_started}", OF_ALL], 2, 7),
        ([OF_ALL, "{property: retention, value: 2, unit: d, element: ride-ended}"], 7, 2),
        (["{property: retention, value: 2, unit: d, element: ride-ended}"], None, 2),
        (["{property: retention, value: 2, unit: d, element: 'ride_started.ride_id, ride-ended'}"], 2, 2),
        # By the topic's own name, which has dots; by a column that both have.
        (["{property: retention, value: 2, unit: d, element: Trips.Ride_Started.ride_id}"], 2, None),
        (["{property: retention, value: 2, unit: d, element: ride_id}"], 2, 2),
    ],
)
def test_a_topic_is_kept_as_the_service_level_of_its_schema_object_says(
    levels: list[str], started: int | None, ended: int | None
) -> None:
    found = rendered(replaced(STARTED, f"- {OF_ALL}", "\n  ".join(f"- {one}" for one in levels)))
    paths = [next(path for path in found.files if path.startswith(begins)) for begins in TOPICS]
    kept = [document(found, path)["spec"]["config"].get("retention.ms") for path in paths]
    assert kept == [days and days * 86_400_000 for days in (started, ended)]
    assert told(found, STARTED) == []


@pytest.mark.parametrize("element", ["ride_begun.ride_id", "ride_started_at", "ride_started, ended"])
def test_a_retention_of_what_the_contract_has_not_is_told(element: str) -> None:
    said = OF_ALL.replace("}", f", element: '{element}'}}")
    stray = element.rpartition(", ")[2]
    reason = f"its retention is of `{stray}`, and no schema object is called so"
    found = rendered(replaced(STARTED, OF_ALL, said))
    assert told(found, STARTED) == [(("slaProperties", 0, "element"), reason)]


@pytest.mark.parametrize("element", [", element: ride_started", ""])
@pytest.mark.parametrize("order", [1, -1])
def test_of_several_retentions_the_longest_counts(order: int, element: str) -> None:
    """A shorter one of a column would delete the whole row."""
    levels = [
        "{property: retention, value: 2, unit: d, element: ride_started.ride_id}",
        f"{{property: retention, value: 7, unit: y{element}}}",
    ][::order]
    found = rendered(replaced(STARTED, f"- {OF_ALL}", "\n  ".join(f"- {one}" for one in levels)))
    path = next(path for path in found.files if path.startswith(TOPICS[0]))
    assert document(found, path)["spec"]["config"]["retention.ms"] == 220_903_200_000
    reason = "another retention is of the same: the longest counts, and nothing is deleted before"
    assert told(found, STARTED) == [(("slaProperties", 1, "value"), reason)]


def test_in_bigquery_as_well() -> None:
    path, text = next(
        (path, str(text)) for path, text in warehouse().items() if path.endswith("fares.odcs.yaml")
    )
    wrong = text.replace("value: 30, unit: d", "value: 30, unit: d, element: fare_fact.paid_on")
    reason = "its retention is of `fare_fact.paid_on`, and no schema object is called so"
    assert told(rendered(warehouse(wrong)), path) == [(("slaProperties", 0, "element"), reason)]


def two_objects(*levels: dict[str, Any]) -> dict[str, str]:
    """The rides with a second schema object in the same prefix, and other service levels."""
    said = yaml.safe_load(city()[PATH])
    said["schema"].append({**said["schema"][0], "name": "zones"})
    said["slaProperties"] = [{"property": "retention", **one} for one in levels]
    return {PATH: yaml.safe_dump(said, sort_keys=False)}


@pytest.mark.parametrize("scheme", ["s3", "gs"])
def test_a_prefix_deletes_nothing_that_is_promised_for_longer(scheme: str) -> None:
    """A bucket's lifecycle is of all that the contract has in it."""
    week, years = {"value": 7, "unit": "d", "element": "rides"}, {"value": 2, "unit": "y", "element": "zones"}
    for levels in ((week, years), (week,)):
        found = _in(scheme, two_objects(*levels))
        ((pointer, reason),) = told(found)
        assert pointer == ("slaProperties", len(levels) - 1, "value")
        assert reason.startswith("its schema objects are kept for different times")
        assert not _deletes(found)
    same = _in(scheme, two_objects(week, {**week, "element": "zones"}))
    assert told(same) == []
    assert _deletes(same)


@pytest.mark.parametrize("scheme", ["s3", "gs"])
def test_a_prefix_keeps_nothing_for_less_than_a_day(scheme: str) -> None:
    found = _in(scheme, two_objects({"value": 2, "unit": "h"}))
    reason = "its data is kept for 1 day, and so for longer than it says: lifecycles count in days"
    assert told(found) == [(("slaProperties", 0, "value"), reason)]


def _in(scheme: str, changes: dict[str, str]) -> Rendering:
    return rendered({**warehouse(), PATH: changes[PATH].replace("s3://", f"{scheme}://")})


def _deletes(found: Rendering) -> bool:
    """Whether the bucket of the rides deletes what is in use there."""
    path = next(path for path in found.files if path.endswith("bucket-rides.yaml"))
    spec = document(found, path)["spec"]
    of_s3 = any("days" in rule.get("expiration", {}) for rule in spec.get("lifecycle", {}).get("rules", []))
    return of_s3 or any(rule["action"]["type"] == "Delete" for rule in spec.get("lifecycleRule", []))
