"""Breaches of the rules about owners, contracts, what is deployed, and what is waived."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations
from typing import Final

from hypothesis import strategies as st
from tests.engine.breach import (
    DELETED,
    OWNERS,
    TEAMS,
    Breach,
    any_of,
    below,
    changed,
    copied,
    nothing,
    nowhere,
    of_kind,
    other,
    places,
    texts,
    values,
)
from tests.engine.changed_mesh import TODAY, at, manifest, text_of

from meshwarden.policy.modules import own_modules, policies
from meshwarden.rules.registry import all_rules

_RULES: Final = all_rules(policies(own_modules()))
_ALL_RULES: Final = {name for rule in _RULES for name in (rule.id, rule.category, f"{rule.category}/*")}
_SEMVER: Final = re.compile(  # as https://semver.org suggests it
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-((0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
    r"(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_grants = places("DataProductDeployment", called="spec/access/*")
_waivers = places("WaiverList", called="spec/waivers/*")
_servers = places("DataContract", called="servers/*/type")
_classes = values(places("Mesh", called="spec/classifications/*"))
_columns = places("DataContract", called="schema/*/properties/*")


@st.composite
def _no_owner(draw: st.DrawFn) -> Breach:
    path, pointer = draw(st.sampled_from(OWNERS + places("DataProduct", called="support")))
    types = st.sampled_from([5, True, [], {}, ["trips"], {"name": "trips"}])
    if pointer == ("team", "name") and draw(st.booleans()):
        return changed(path, ("team",), draw(nothing | st.sampled_from([5, [], [{"name": "x"}]])))
    return changed(path, pointer, draw(nothing | types))


@st.composite
def _no_key(draw: st.DrawFn) -> Breach:
    objects = places("DataContract", called="schema/*")
    tables = [place for place in objects if values([place])[0]["physicalType"] == "table"]
    path, pointer = draw(st.sampled_from(tables))
    data = copied(manifest(path).data)
    for column in at(data, pointer)["properties"]:
        if "primaryKey" in column:
            column.pop("primaryKey") if draw(st.booleans()) else column.update(primaryKey=False)
    return Breach({path: text_of(data)}, [(path, pointer)])


_LEVELS: Final = {
    "latency": ["latency"],
    "retention": ["retention"],
    "frequency": ["frequency"],
    "support times": ["endOfSupport", "endOfLife", "timeToDetect", "timeToNotify", "timeToRepair"],
}


@st.composite
def _no_level(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(of_kind("DataContract")))
    level = draw(st.sampled_from(sorted(_LEVELS)))
    data = copied(found.data)
    gone = [entry for entry in data["slaProperties"] if entry["property"] in _LEVELS[level]]
    if draw(st.booleans()):
        data["slaProperties"] = [entry for entry in data["slaProperties"] if entry not in gone]
    for entry in gone:
        entry["property"] = draw(nowhere)
    return Breach({found.path: text_of(data)}, [(found.path, ("slaProperties", level))])


_in_systems: Final = [
    place for place in _columns if "/stations." in place[0] or "/shift-forecast.odcs" in place[0]
]


@st.composite
def _no_type(draw: st.DrawFn) -> Breach:
    """A column of a type that BigQuery or Redshift does not have, or that cannot hold it; or none in Glue."""
    place = draw(st.sampled_from(_in_systems))
    own = at(manifest(place[0]).data, place[1])["logicalType"]
    unlike = {"string": ["integer", "DATE", "Boolean"], "date": ["BOOL"], "timestamp": ["date", "BOOLEAN"]}
    unlike |= {"integer": ["timestamp"], "number": ["bigint", "timestamp(3)"]}
    unknown = st.from_regex(r"(un)[a-z]{3,8}(\([0-9]{1,3}\))?", fullmatch=True)
    physical = draw(unknown | st.sampled_from(unlike[own]))
    if draw(st.booleans()):
        return changed(place[0], (*place[1], "physicalType"), physical)
    path, pointer = draw(st.sampled_from([place for place in _columns if "/trips-by-zone." in place[0]]))
    column = {
        **at(manifest(path).data, pointer),
        "physicalType": draw(st.sampled_from(["decimal", "array<x>"])),
    }
    return changed(path, pointer, column, (path, (*pointer, "physicalType")))


@st.composite
def _taken_back(draw: st.DrawFn) -> Breach:
    path, pointer = draw(st.sampled_from(_grants))
    return changed(path, pointer, DELETED, *places("DataProduct", called="inputPorts/*/contractId"))


@st.composite
def _too_low(draw: st.DrawFn) -> Breach:
    """Teams that may read public data alone, and are granted more."""
    found = draw(st.sampled_from(of_kind("Mesh")))
    data = copied(found.data)
    for team in data["spec"]["teams"]:
        team["clearance"] = _classes[0]
    return Breach({found.path: text_of(data)}, below(_grants, "consumer"))


@st.composite
def _not_provided(draw: st.DrawFn) -> Breach:
    path = "platform/infrastructure-utility/02_operators/stage.yaml"
    provided = manifest(path).data["spec"]["provides"]
    kinds = {"operator/ack-s3": "s3", "operator/ack-iam": "s3"}
    kinds |= {"operator/strimzi": "kafka", "kafka/city": "kafka"}
    capability = draw(st.sampled_from(sorted(kinds)))
    needing = [place for place in _servers if values([place]) == [kinds[capability]]]
    value = draw(st.just(DELETED) | other(provided))
    return changed(path, ("spec", "provides", provided.index(capability)), value, *needing)


@st.composite
def _later_alone(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(of_kind("Domain", "DataProductDeployment")))
    named, place = draw(st.sampled_from([("prod", ()), ({"name": "prod"}, ("name",))]))
    pointer = ("spec", "environments")
    return changed(found.path, pointer, [named], (found.path, (*pointer, 0, *place)))


@st.composite
def _no_port(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(of_kind("DataProductDeployment")))
    product = manifest(found.path.replace("deployment", "data-product")).data
    ports = [port["name"] for port in product["outputPorts"]]
    version = st.from_regex(r"[2-9]\.[0-9]{1,3}\.[0-9]", fullmatch=True) | texts.map("un{}".format)
    name, said = draw(st.tuples(other(ports), st.just("1.0.0")) | st.tuples(st.sampled_from(ports), version))
    pointer = ("spec", "environments")
    named = [{"name": "dev", "ports": {name: said}}, "prod"]
    return changed(found.path, pointer, named, (found.path, (*pointer, 0, "ports", name)))


@st.composite
def _elsewhere(draw: st.DrawFn) -> Breach:
    """A contract whose servers are all of one environment."""
    path = draw(st.sampled_from(sorted({path for path, _ in _servers})))
    data = copied(manifest(path).data)
    only = draw(st.sampled_from(["dev", "prod"]))
    for server in data["servers"]:
        server["environment"] = only
    return changed(path, ("servers",), data["servers"])


@st.composite
def _no_coordinate(draw: st.DrawFn) -> Breach:
    """A coordinate that what is deployed there needs."""
    needed = [("aws", "account"), ("aws", "region"), ("kafka", "cluster"), ("gcp", "workloadIdentityPool")]
    every = [
        place for keys in needed for place in places("Mesh", called=f"spec/environments/*/{'/'.join(keys)}")
    ]
    return changed(*draw(st.sampled_from(every)), DELETED)


@st.composite
def _no_server(draw: st.DrawFn) -> Breach:
    """A server that no contract has, or one of a type that is not rendered."""
    found = draw(st.sampled_from(of_kind("DataProductDeployment")))
    if draw(st.booleans()):
        return changed(found.path, ("spec", "servers", draw(nowhere)), {})
    rendered = [place for place in _servers if values([place])[0] in ("s3", "kafka")]
    unlike = st.sampled_from(["mysql", "custom", "duckdb", "azure"])
    return changed(*draw(st.sampled_from(rendered)), draw(unlike))


def _layer(path: str) -> str:
    return path.split("/")[2][:2]


@st.composite
def _too_early(draw: st.DrawFn) -> Breach:
    found = draw(st.sampled_from(of_kind("Stage")))
    later = [stage for stage in of_kind("Stage") if _layer(stage.path) >= _layer(found.path)]
    needs = copied(found.data["spec"].get("needs", []))
    capabilities = [capability for stage in later for capability in stage.data["spec"]["provides"]]
    index = draw(st.integers(0, len(needs)))
    needs.insert(index, draw(st.sampled_from(capabilities)))
    return changed(found.path, ("spec", "needs"), needs, (found.path, ("spec", "needs", index)))


@st.composite
def _provided_twice(draw: st.DrawFn) -> Breach:
    earlier, later = draw(st.sampled_from(list(combinations(of_kind("Stage"), 2))))
    provides = [*later.data["spec"]["provides"], draw(st.sampled_from(earlier.data["spec"]["provides"]))]
    place = (later.path, ("spec", "provides", len(provides) - 1))
    return changed(later.path, ("spec", "provides"), provides, place)


@st.composite
def _of_nothing(draw: st.DrawFn) -> Breach:
    path, pointer = draw(st.sampled_from(_waivers))
    below = st.sampled_from(["**", "*.yaml", "x.yaml#/servers", ""])
    waiver = {
        "rule": "deployment/server",  # one that judges without rendering
        "target": draw(st.builds("{}/{}".format, nowhere, below)),
        "owner": "trips",
        "reason": "It is being moved.",
        "expires": "2027-01-31",
    }
    found = changed(path, pointer, waiver, (path, (*pointer, "target")))
    return Breach(found.files, found.places, beside=("deployment/server",))


_day = timedelta(days=1)
_past = st.dates(max_value=TODAY - _day).map(str)
_far = st.dates(min_value=TODAY + 91 * _day).map(str)


BREACHES: Final[dict[str, st.SearchStrategy[Breach]]] = {
    "ownership/owner": _no_owner(),
    "contract/primary-key": _no_key(),
    "contract/version": any_of(
        places("DataContract", "DataProduct", called="version"),
        (texts | st.from_regex(r"v?[0-9]{1,2}(\.[0-9]{1,2}){0,3}", fullmatch=True)).filter(
            lambda text: not _SEMVER.fullmatch(text)
        ),
    ),
    "contract/physical-type": _no_type(),
    "contract/server": _elsewhere(),
    "classification/required": any_of(
        below(_columns, "classification"),
        nothing | other(_classes) | st.sampled_from(["Public", " public"]),
    ),
    "sla/required": _no_level(),
    "deployment/capability": _not_provided(),
    "deployment/coordinates": _no_coordinate(),
    "deployment/environment": _later_alone(),
    "deployment/port": _no_port(),
    "deployment/server": _no_server(),
    "security/grant-approved": _taken_back() | any_of(below(_grants, "expires"), _past) | _too_low(),
    "stage/order": _too_early(),
    "stage/provider": any_of(places("Stage", called="spec/needs/*"), nowhere) | _provided_twice(),
    "waiver/expired": any_of(below(_waivers, "expires"), _past),
    "waiver/too-long": any_of(below(_waivers, "expires"), _far),
    "waiver/incomplete": any_of(below(_waivers, "owner"), nothing | other(values(TEAMS)))
    | any_of(below(_waivers, "reason"), nothing),
    "waiver/unknown-rule": any_of(below(_waivers, "rule"), other(_ALL_RULES)),
    "waiver/unused": _of_nothing(),
}
