"""A port and its contract do not find each other.

An output port offers a contract of its own product, an input port takes one of another product, both by the
contract's `id`. A port that names no contract promises nothing; a contract that no port offers is read by
nobody (a warning).

To fix it, write the `id` of the contract that is meant into `contractId`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.manifests import fields
from meshwarden.mesh.lineage import lists_outputs
from meshwarden.mesh.records import Contract, Mesh, Product
from meshwarden.rules.rule import MeshRule, Said, kinds

_REQUIRED_IN: Final = ("v0.9.0", "v1.0.0")  # versions of ODPS whose schema wants `contractId` of input ports
_OF_ANOTHER: Final = "Write the `id` of a contract that another product offers."


def _check(mesh: Mesh) -> Said:
    by_id = mesh.contracts_by_id
    taken = {port.contract for product in mesh.products.values() for port in product.inputs}
    unread = [contract for contract in mesh.contracts if not contract.id]
    for product in mesh.products.values():
        if not product.manifest.known:
            continue
        faults = [*_outputs(product, by_id), *_inputs(product, by_id, unread)]
        yield from faults
        if not any(isinstance(fault, Fault) for fault in faults) and lists_outputs(product):
            yield from _unoffered(product, taken)
    yield from _without_id(mesh)


def _outputs(product: Product, by_id: Mapping[str, Sequence[Contract]]) -> Iterator[Fault | NotJudged]:
    own = {contract.id for contract in product.contracts}
    for port in product.outputs:
        place = Place(product.manifest.path, (*port.pointer, "contractId"))
        if port.contract is None:
            yield Fault(f"output port `{port.name}` names no contract", place, _own_contracts(product))
        elif port.contract not in own and None in own:
            yield NotJudged(product.manifest.path, f"a contract of {product.key} cannot be read")
        elif port.contract not in own:
            elsewhere = by_id.get(port.contract)
            what = _whose(elsewhere[0]) if elsewhere else "which no contract has"
            message = f"output port `{port.name}` offers contract `{port.contract}`, {what}"
            yield Fault(message, place, _own_contracts(product), related=_defined(elsewhere))


def _whose(contract: Contract) -> str:
    if contract.product is None:
        return "and to which product that belongs cannot be told"
    return f"a contract of `{contract.product}`"


def _inputs(
    product: Product, by_id: Mapping[str, Sequence[Contract]], unread: Sequence[Contract]
) -> Iterator[Fault | NotJudged]:
    for port in product.inputs:
        place = Place(product.manifest.path, (*port.pointer, "contractId"))
        if port.contract is None:
            if not _is_the_schema_s(product, place):
                yield Fault(f"input port `{port.name}` names no contract", place, _OF_ANOTHER)
            continue
        offered = by_id.get(port.contract)
        if not offered and unread:
            yield NotJudged(product.manifest.path, f"{unread[0].manifest.path} cannot be read")
        elif not offered:
            message = f"input port `{port.name}` takes contract `{port.contract}`, which no contract has"
            yield Fault(message, place, _OF_ANOTHER)
        elif all(contract.product == product.key for contract in offered):
            message = f"input port `{port.name}` takes contract `{port.contract}` of its own product"
            yield Fault(
                message, place, "An input port takes another product's contract.", related=_defined(offered)
            )


def _is_the_schema_s(product: Product, place: Place) -> bool:
    """Whether the schema tells of the `contractId` that is missing: from ODPS 1.1 on it does not."""
    data = product.manifest.data
    there = fields.at(data, *(place.pointer or ())) is not None
    return not there and fields.text(data, "apiVersion") in _REQUIRED_IN


def _unoffered(product: Product, taken: Collection[str | None]) -> Iterator[Fault]:
    """Contracts that no port offers; of those that an input port takes, reference/input-port tells."""
    offered = {*taken, *(port.contract for port in product.outputs)}
    for contract in product.contracts:
        if contract.id and contract.id not in offered and contract.manifest.known:
            message = f"contract `{contract.id}` is offered by no output port of `{product.key}`"
            place = Place(contract.manifest.path, ("id",))
            hint = "Offer it by an output port's `contractId`, or delete it."
            yield Fault(message, place, hint, Severity.WARNING)


def _without_id(mesh: Mesh) -> Iterator[Fault]:
    """Contracts whose id is blank, so that no port can name them; without one, the schema says so."""
    for contract in mesh.contracts:
        said = fields.at(contract.manifest.data, "id") if contract.manifest.known else None
        if isinstance(said, str) and contract.id is None:
            hint = "Give it an id that is unique in the mesh, such as a UUID."
            yield Fault("the contract's id is blank", Place(contract.manifest.path, ("id",)), hint)


def _own_contracts(product: Product) -> str:
    ids = [f"`{contract.id}` ({contract.stem})" for contract in product.contracts if contract.id]
    return (
        f"Contracts of `{product.key}`: {', '.join(ids)}." if ids else f"`{product.key}` has no contract yet."
    )


def _defined(contracts: Sequence[Contract] | None) -> tuple[Related, ...]:
    return tuple(Related(Place(found.manifest.path, ("id",)), "the contract") for found in contracts or ())


RULE: Final = MeshRule(
    "reference/contract", Severity.ERROR, __doc__, kinds("DataProduct", "DataContract"), check=_check
)
