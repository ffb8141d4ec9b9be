"""Data that flows against the direction of the mesh.

Source-aligned domains tell the facts of their systems, aggregate ones combine facts of several domains, and
consumer-aligned ones serve one use. A domain that takes from what is made for a use, or from what is made of
its own facts, depends on decisions that others may change at will.

To fix it, take the data from where it comes from, or move this product to a domain of another type.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.mesh.records import Flow, Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds

# What a domain of each type may not take from; within one domain nothing flows between types.
_REFUSED: Final = {
    "sourceAligned": ("aggregate", "consumerAligned"),
    "aggregate": ("consumerAligned",),
}
_WORDS: Final = {
    "sourceAligned": "source-aligned",
    "aggregate": "aggregate",
    "consumerAligned": "consumer-aligned",
}


def _check(mesh: Mesh) -> Said:
    unread = {manifest.path for manifest in mesh.unread("Domain")}
    for flow in mesh.flows:
        consumer, producer = _type(mesh, flow.consumer), _type(mesh, flow.producer)
        if producer in _REFUSED.get(consumer or "", ()):
            yield _fault(mesh, flow, _WORDS[consumer or ""], _WORDS[producer or ""])
        elif unread and None in (consumer, producer):
            path = mesh.products[flow.consumer].manifest.path
            yield NotJudged(path, f"{min(unread)} cannot be read")


def _type(mesh: Mesh, product: str) -> str | None:
    domain = mesh.domains.get(mesh.products[product].domain)
    return domain.type if domain else None


def _fault(mesh: Mesh, flow: Flow, consumer: str, producer: str) -> Fault:
    place = Place(mesh.products[flow.consumer].manifest.path, (*flow.port.pointer, "contractId"))
    message = f"{consumer} `{flow.consumer}` takes from {producer} `{flow.producer}`"
    offered = next(
        port for port in mesh.products[flow.producer].outputs if port.contract == flow.port.contract
    )
    where = Place(mesh.products[flow.producer].manifest.path, (*offered.pointer, "contractId"))
    hint = f"Take the data from where `{flow.producer}` has it from."
    return Fault(message, place, hint, related=(Related(where, "offered here"),))


RULE: Final = MeshRule(
    "topology/direction", Severity.ERROR, __doc__, kinds("DataProduct", "Domain"), check=_check
)
