"""An object that a target made → the server of the contract that it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshwarden.findings import Place
from meshwarden.manifests import fields
from meshwarden.mesh.records import Product
from meshwarden.render.servers import ServerInUse, servers_in
from meshwarden.render.targets.metadata import PREFIX
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import ObjectKind


def place_of_object(product: Product, environment: str, entry: Mapping[str, Any]) -> Place:
    """Where the server stands that an object was made of; where none is, what the product is deployed by."""
    found = server_of_object(product, environment, entry)
    if found is None:
        return Place((product.deployment or product).manifest.path)
    return Place(found.contract.manifest.path, found.server.pointer)


def server_of_object(product: Product, environment: str, entry: Mapping[str, Any]) -> ServerInUse | None:
    """The server of the contract that an object says it is of, in a system that has such objects."""
    kind, name = ObjectKind.of(entry), contract_of_object(entry)
    for used in servers_in(product, environment):
        target = TARGETS.get(used.system)
        if name and name in (used.contract.id, used.contract.stem) and target and kind in target.kinds:
            return used
    return None


def contract_of_object(entry: Mapping[str, Any]) -> str | None:
    """What an object says of its contract: the id, or what the file is called; None of one by no target."""
    key = f"{PREFIX}contract"
    return fields.text(entry, "metadata", "labels", key) or fields.text(entry, "metadata", "annotations", key)
