"""Breaches of the rules about what manifests say of each other, and where data flows."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from tests.engine.breach import (
    DELETED,
    MESH,
    OWN,
    OWNERS,
    TEAMS,
    Breach,
    any_of,
    below,
    changed,
    copied,
    names,
    nothing,
    nowhere,
    other,
    places,
    values,
)
from tests.engine.changed_mesh import at, manifest, text_of

from meshwarden.findings import Pointer
from meshwarden.policy.modules import own_modules, policies
from meshwarden.rules.registry import all_rules

_RULES: Final = all_rules(policies(own_modules()))
_ALL_RULES: Final = {name for rule in _RULES for name in (rule.id, rule.category, f"{rule.category}/*")}
_environments = values(places("Mesh", called="spec/environments/*/name"))
_ids = places("DataProduct", "DataContract", called="id")
_ports = places("DataProduct", called="outputPorts/*/contractId")
_inputs = places("DataProduct", called="inputPorts/*/contractId")
_domains = values(places("Domain", called="metadata/name"))
_grants = places("DataProductDeployment", called="spec/access/*")


@st.composite
def _twice(draw: st.DrawFn) -> Breach:
    """An id or a name that a manifest before, or an entry before, has already."""
    same = [*(places(kind, called="metadata/name") for kind in OWN)]
    same += [places("DataProduct", called="id"), places("DataContract", called="id")]
    same += [TEAMS, places("Mesh", called="spec/environments/*/name")]
    of = draw(st.sampled_from(same))
    later = draw(st.integers(1, len(of) - 1))
    taken = str(values(of)[draw(st.integers(0, later - 1))])
    return changed(*of[later], draw(st.sampled_from([taken, taken.upper(), taken.title()])))


@st.composite
def _not_offered(draw: st.DrawFn) -> Breach:
    """A product whose contract is taken retires, or takes the port away."""
    path, pointer = draw(st.sampled_from(_inputs))
    taken = at(manifest(path).data, pointer)
    producer, port = next(place for place in _ports if values([place]) == [taken])
    retired = draw(st.sampled_from(["retired", "Retired", "RETIRED"]))
    change = draw(st.sampled_from([(("status",), retired), (port[:-1], DELETED)]))
    return changed(producer, *change, (path, pointer))


_paths = [
    *places("PlatformProduct", called="spec/path"),
    *places("Stage", called="spec/components/*/kustomize/path"),
    *places("Stage", called="spec/components/*/terraform/path"),
    *places("Stage", called="spec/environments/*/components/*/kustomize/path"),
]


@st.composite
def _rules_said(draw: st.DrawFn) -> Breach:
    """mesh.yaml speaks of rules and domains."""
    rule = draw(other(_ALL_RULES).filter(lambda text: text.removesuffix("/*") not in _ALL_RULES))
    domains = [*draw(st.lists(st.sampled_from(["trips", "weather"]), unique=True)), draw(nowhere)]
    said: list[tuple[Any, Pointer]] = [
        ({"ignore": ["yaml/tag", rule]}, ("ignore", 1)),
        ({"settings": [{"rule": rule, "severity": "info"}]}, ("settings", 0, "rule")),
        (
            {"settings": [{"rule": "yaml", "severity": "info", "domains": domains}]},
            ("settings", 0, "domains", len(domains) - 1),
        ),
    ]
    rules, pointer = draw(st.sampled_from(said))
    return changed(MESH, ("spec", "rules"), rules, (MESH, ("spec", "rules", *pointer)))


@st.composite
def _against(draw: st.DrawFn) -> tuple[Breach, list[tuple[str, Pointer]]]:
    """A product takes what is made of its own data; and all ports that take something, this one first."""
    trips, zones, shifts = (f"domains/{name}/data-product.yaml" for name in _UP_TO_DOWN)
    up, down = draw(st.sampled_from([(trips, zones), (trips, shifts), (zones, shifts)]))
    data = copied(manifest(up).data)
    listed = data.setdefault("inputPorts", [])
    contract = manifest(down).data["outputPorts"][0]["contractId"]
    listed.append({"name": draw(names), "version": "1.0.0", "contractId": contract})
    place = (up, ("inputPorts", len(listed) - 1, "contractId"))
    return Breach({up: text_of(data)}, [place]), [place, *_inputs]


_UP_TO_DOWN: Final = (
    "source-aligned/trips/taxi-trips",
    "aggregate/mobility/trips-by-zone",
    "consumer-aligned/fleet-planning/shift-forecast",
)


BREACHES: Final[dict[str, st.SearchStrategy[Breach]]] = {
    "reference/access": any_of(below(_grants, "consumer"), st.builds("{}/{}".format, nowhere, names))
    | any_of(below(_grants, "port"), other(["trips", "trip-events", "trips-by-zone", "shift-forecast"]))
    | any_of(below(_grants, "approvedBy"), other(values(TEAMS))),
    "reference/contract": any_of(_ports + _inputs, other(values(_ids))) | any_of(_ports, nothing),
    "reference/domain": any_of(places("DataProduct", called="domain"), other(_domains)),
    "reference/duplicate-id": _twice(),
    "reference/environment": any_of(
        [
            *places("Domain", "Stage", "DataProductDeployment", called="spec/environments/*/name"),
            *(
                place
                for place in places("Domain", "Stage", "DataProductDeployment", called="spec/environments/*")
                if isinstance(values([place])[0], str)
            ),
            *places("DataContract", called="servers/*/environment"),
        ],
        other(_environments),
    ),
    "reference/input-port": _not_offered(),
    "reference/path": any_of(_paths, nowhere | names.map("../{}".format) | names.map("/{}".format)),
    "reference/rule": _rules_said(),
    "reference/team": any_of(OWNERS, other(values(TEAMS))),
    "topology/cycle": _against().map(lambda found: Breach(found[0].files, found[1])),
    "topology/direction": _against().map(lambda found: found[0]),
}
