"""A server that the contracts do not have, or one that nothing can be rendered for.

deployment.yaml tells of a contract's servers what ODCS has no field for. What it says of a server that there
is not has no effect; and a server of a type that meshwarden cannot render would be promised by the contract
and made by nobody.

To fix it, call the server by its type, its name, or `<contract file's stem>/<name>`. Of one that lies outside
the clusters, say `outside: true` in deployment.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.mesh.records import Contract, Deployment, Mesh, Product
from meshwarden.render.capabilities import BY_SERVER_TYPE
from meshwarden.render.servers import keys_of, servers_in
from meshwarden.rules.rule import MeshRule, Said, kinds

_RENDERED: Final = (
    f"Rendered are servers of type {', '.join(f'`{kind}`' for kind in sorted(BY_SERVER_TYPE))}."
)


def _check(mesh: Mesh) -> Said:
    for product in mesh.products.values():
        if product.deployment is not None:
            yield from _unknown(product, product.deployment)
        yield from _without_a_way(mesh, product)


def _unknown(product: Product, deployment: Deployment) -> Said:
    """What deployment.yaml says of servers that no contract of the product has."""
    path = deployment.manifest.path
    unread = next((found for found in product.contracts if not _is_readable(found)), None)
    known = {
        key
        for contract in product.contracts
        for server in contract.servers
        for key in keys_of(contract, server)
    }
    for pointer, _ in _said(deployment.manifest.data):
        name = str(pointer[-1])
        if name in known:
            continue
        if unread:
            yield NotJudged(path, f"the servers of {unread.manifest.path} cannot be read")
            continue
        near = get_close_matches(name, known, n=1)
        called = ", ".join(f"`{key}`" for key in sorted(known)) or "none"
        hint = f"Did you mean `{near[0]}`?" if near else f"Servers may be called: {called}."
        message = f"no contract of `{product.key}` has a server `{name}`"
        yield Fault(message, Place(path, pointer, on_key=True), hint)


def _is_readable(contract: Contract) -> bool:
    """Whether it is known which servers a contract has: those of a wrong type are the schema's to tell."""
    servers = fields.mapping(contract.manifest.data).get("servers", [])
    return (
        contract.manifest.known
        and isinstance(servers, list)
        and all(isinstance(fields.at(server, "type"), str) for server in servers)
    )


def _said(data: Any) -> Iterator[tuple[Pointer, Any]]:
    places: list[Pointer] = [("spec",)]
    places += [("spec", "environments", index) for index, _ in fields.mappings(data, "spec", "environments")]
    for place in places:
        for name, said in fields.mapping(data, *place, "servers").items():
            yield (*place, "servers", name), said


def _without_a_way(mesh: Mesh, product: Product) -> Iterator[Fault]:
    """Servers in use, in environments of the mesh, of types that are not rendered."""
    found: dict[tuple[str, Pointer], Fault] = {}
    for environment in mesh.settings.environment_names:
        if environment not in product.environments:
            continue
        for used in servers_in(product, environment):
            kind = used.server.type
            if kind not in BY_SERVER_TYPE and not used.outside:
                place = Place(used.contract.manifest.path, (*used.server.pointer, "type"))
                outside = f"`servers: {{{used.server.name}: {{outside: true}}}}`."
                message = f"server `{used.server.name}` is of type `{kind}`, which cannot be rendered"
                hint = f"{_RENDERED} If it lies outside the clusters, say in deployment.yaml: {outside}"
                found.setdefault((place.path, used.server.pointer), Fault(message, place, hint))
    yield from found.values()


RULE: Final = MeshRule(
    "deployment/server",
    Severity.ERROR,
    __doc__,
    kinds("DataProductDeployment", "DataContract"),
    check=_check,
)
