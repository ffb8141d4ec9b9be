"""An input port takes what no product offers any more, or never did.

A contract is there, but no output port of its product offers it, or the product is retired: what the port
waits for will not come, and nobody promises that it stays as it is.

To fix it, take a contract that is offered, or let its product offer this one by an output port.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.manifests.bitol import Port
from meshwarden.mesh.lineage import lists_outputs, offers
from meshwarden.mesh.records import Contract, Mesh, Product
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    for product in mesh.products.values():
        for port in product.inputs:
            held = mesh.contracts_by_id.get(port.contract or "", ())
            others = tuple(contract for contract in held if contract.product != product.key)
            if others:
                yield from _taken(mesh, product, port, others)


def _taken(mesh: Mesh, consumer: Product, port: Port, held: Sequence[Contract]) -> Said:
    holders = [mesh.products.get(contract.product or "") for contract in held]
    offering = [product for product in holders if product and offers(product, port.contract)]
    unclear = next(filter(None, map(_unclear, held, holders)), None)
    place = Place(consumer.manifest.path, (*port.pointer, "contractId"))
    if not offering and unclear:
        yield NotJudged(consumer.manifest.path, unclear)
    elif not offering:
        message = f"input port `{port.name}` takes contract `{port.contract}`, which no output port offers"
        related = tuple(Related(Place(found.manifest.path, ("id",)), "the contract") for found in held)
        yield Fault(message, place, "Let its product offer it, or take another contract.", related=related)
    elif all(product.retired for product in offering):
        product = offering[0]
        message = (
            f"input port `{port.name}` takes contract `{port.contract}` of `{product.key}`, which is retired"
        )
        where = Related(Place(product.manifest.path, ("status",)), "retired here")
        yield Fault(message, place, "Take a contract of a product that is not retired.", related=(where,))


def _unclear(contract: Contract, product: Product | None) -> str | None:
    """Why it is not known whether a contract is offered; None if it is."""
    if product is None or not any(found is contract for found in product.contracts):
        return f"to which product {contract.manifest.path} belongs is not known"
    return None if _is_clear(product) else f"what {product.manifest.path} offers is not known"


def _is_clear(product: Product) -> bool:
    """Whether it is known what a product offers: a port without a contract of it has its own finding."""
    own = {contract.id for contract in product.contracts}
    return lists_outputs(product) and all(port.contract in own - {None} for port in product.outputs)


RULE: Final = MeshRule(
    "reference/input-port", Severity.ERROR, __doc__, kinds("DataProduct", "DataContract"), check=_check
)
