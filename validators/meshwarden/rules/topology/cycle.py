"""A circle of data products.

Products that wait for each other are never right at the same time: an error goes round and round, and none of
them can be changed, moved or retired before the others.

To fix it, take one of the ports in the circle away: let its product take what it needs from further upstream.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from meshwarden.findings import Fault, Place, Related, Severity
from meshwarden.mesh.circles import circles
from meshwarden.mesh.records import Flow, Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    ports: dict[tuple[str, str], Flow] = {}
    downstream: dict[str, set[str]] = {}
    for flow in mesh.flows:
        ports.setdefault((flow.producer, flow.consumer), flow)
        downstream.setdefault(flow.producer, set()).add(flow.consumer)
    for circle in circles(downstream):
        yield _fault(mesh, tuple(_flows_of(circle, ports)))


def _flows_of(circle: tuple[str, ...], ports: Mapping[tuple[str, str], Flow]) -> Iterator[Flow]:
    for producer, consumer in zip(circle, (*circle[1:], circle[0]), strict=True):
        yield ports[producer, consumer]


def _fault(mesh: Mesh, flows: tuple[Flow, ...]) -> Fault:
    *way, last = flows
    shown = " → ".join(f"`{key}`" for key in (*(flow.producer for flow in flows), flows[0].producer))
    related = tuple(Related(_place(mesh, flow), f"takes from `{flow.producer}`") for flow in way)
    hint = "Take one of these ports away, or let its product take the data from further upstream."
    return Fault(f"data flows in a circle: {shown}", _place(mesh, last), hint, related=related)


def _place(mesh: Mesh, flow: Flow) -> Place:
    return Place(mesh.products[flow.consumer].manifest.path, (*flow.port.pointer, "contractId"))


RULE: Final = MeshRule("topology/cycle", Severity.ERROR, __doc__, kinds("DataProduct"), check=_check)
