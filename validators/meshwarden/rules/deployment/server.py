"""A server that the contracts do not have, or one that nothing can be rendered for.

deployment.yaml tells of a contract's servers what ODCS has no field for. What it says of a server that there
is not has no effect; and a server of a type that meshwarden cannot render would be promised by the contract
and made by nobody.

To fix it, call the server by its type, its name, or `<contract file's stem>/<name>`. Of one that lies outside
the clusters, say `outside: true` in deployment.yaml.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Server
from meshwarden.manifests.hints import offer
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.environments import of_mesh
from meshwarden.mesh.records import Contract, Mesh, Product
from meshwarden.render.requirements import BY_SYSTEM
from meshwarden.render.servers import TYPES, keys_of, servers_in
from meshwarden.rules.rule import MeshRule, Said, kinds

_RENDERED: Final = f"Rendered are servers of type {', '.join(f'`{kind}`' for kind in TYPES)}."


def _check(mesh: Mesh) -> Said:
    known = of_mesh(mesh)
    if not known:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    for product in mesh.products.values():
        if product.deployment is not None:
            yield from _unknown(product, product.deployment.manifest, known)
            yield from _unknown_objects(product, product.deployment.manifest)
        yield from _without_a_way(mesh, product)
    for contract in mesh.contracts:
        if contract.product is None:
            yield NotJudged(contract.manifest.path, "to which data product it belongs is not known")


def _unknown(product: Product, manifest: Manifest, environments: Collection[str]) -> Said:
    """What deployment.yaml says of servers that no contract has, or not in that environment."""
    unread = next((found for found in product.contracts if not _is_readable(found)), None)
    for environment, pointer in _said(manifest.data):
        name = str(pointer[-1])
        known = set(_called(product, environment, environments))
        if name in known:
            continue
        if unread:
            yield NotJudged(manifest.path, f"the servers of {unread.manifest.path} cannot be read")
            continue
        hint = offer(name, known, "Servers may be called")
        where = f" in `{environment}`" if name in _called(product, None, environments) else ""
        message = f"no contract of `{product.key}` has a server `{name}`{where}"
        yield Fault(message, Place(manifest.path, pointer, on_key=True), hint)


def _unknown_objects(product: Product, manifest: Manifest) -> Iterator[Fault]:
    """What deployment.yaml says of schema objects that no contract with such a server has."""
    for _, pointer in _said(manifest.data):
        having = [
            contract
            for contract in product.contracts
            if any(pointer[-1] in keys_of(contract, server) for server in contract.servers)
        ]
        known = {entry.name for contract in having for entry in contract.objects}
        for name in fields.mapping(manifest.data, *pointer, "objects") if having else ():
            if name not in known:
                message = f"no contract of `{product.key}` with such a server has a schema object `{name}`"
                place = Place(manifest.path, (*pointer, "objects", name), on_key=True)
                yield Fault(message, place, offer(name, known, "Schema objects are"))


def _called(product: Product, environment: str | None, environments: Collection[str]) -> Iterator[str]:
    """What the servers of one environment, or of all, may be called.

    One of an environment that is not there may be meant for any.
    """
    for contract in product.contracts:
        for server in contract.servers:
            if environment in (None, server.environment) or server.environment not in environments:
                yield from keys_of(contract, server)


def _is_readable(contract: Contract) -> bool:
    """Whether it is known which servers a contract has: those of a wrong type are the schema's to tell."""
    servers = fields.mapping(contract.manifest.data).get("servers", [])
    return (
        contract.manifest.known
        and isinstance(servers, list)
        and all(isinstance(fields.at(server, "type"), str) for server in servers)
    )


def _said(data: Any) -> Iterator[tuple[str | None, Pointer]]:
    """Where deployment.yaml says something of a server, and of which environment; None for all."""
    places: list[tuple[str | None, Pointer]] = [(None, ("spec",))]
    for index, name, _ in fields.named(data, "spec", "environments"):
        places.append((name, ("spec", "environments", index)))
    for environment, place in places:
        for name in fields.mapping(data, *place, "servers"):
            yield environment, (*place, "servers", name)


def _without_a_way(mesh: Mesh, product: Product) -> Iterator[Fault]:
    """Types of servers in use that are not rendered: one fault for all of a type in a contract."""
    found: dict[tuple[str, str], dict[str, Server]] = {}
    for environment in mesh.settings.environment_names:
        for used in servers_in(product, environment) if environment in product.environments else ():
            if used.system not in BY_SYSTEM and not used.outside:
                alike = found.setdefault((used.contract.manifest.path, used.server.type), {})
                alike[used.server.name] = used.server
    for (path, kind), servers in found.items():
        first = next(iter(servers.values()))
        names = " and ".join(f"`{name}`" for name in servers)
        is_of = "server {} is" if len(servers) == 1 else "servers {} are"
        message = f"{is_of.format(names)} of type `{kind}`, which cannot be rendered"
        outside = f"`servers: {{{kind}: {{outside: true}}}}`"
        hint = (
            f"{_RENDERED} If it lies outside the clusters, say {outside} in deployment.yaml; else waive this."
        )
        yield Fault(message, Place(path, (*first.pointer, "type")), hint)


RULE: Final = MeshRule(
    "deployment/server",
    Severity.ERROR,
    __doc__,
    kinds("DataProductDeployment", "DataContract"),
    check=_check,
)
