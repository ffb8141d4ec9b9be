"""What flows from product to product."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from meshwarden.manifests import fields
from meshwarden.mesh.records import Contract, Flow, Product


def flows(
    products: Mapping[str, Product], contracts_by_id: Mapping[str, tuple[Contract, ...]]
) -> Iterator[Flow]:
    """What each input port takes from another product, in the order of the consumers' keys.

    Only a product that has a contract, and offers it by an output port, is a source of it.
    """
    for key in sorted(products):
        for port in products[key].inputs:
            holders = {found.product for found in contracts_by_id.get(port.contract or "", ())}
            for producer in sorted(holder for holder in holders if holder and holder != key):
                if offers(products.get(producer), port.contract):
                    yield Flow(producer, key, port)


def lists_outputs(product: Product) -> bool:
    """Whether it is known which output ports a product has: one of a wrong type is the schema's to tell."""
    ports = fields.mapping(product.manifest.data).get("outputPorts", [])
    return product.manifest.known and isinstance(ports, list) and len(ports) == len(product.outputs)


def offers(product: Product | None, contract: str | None) -> bool:
    """Whether an output port of the product offers the contract of that id."""
    return product is not None and any(port.contract == contract for port in product.outputs)
