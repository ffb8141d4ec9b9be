"""Which servers of its contracts a product has in an environment, and what deployment.yaml says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Server
from meshwarden.mesh.records import Contract, Product
from meshwarden.render import contracts
from meshwarden.render.overrides import deployment_in, has, merged
from meshwarden.render.requirements import BY_SYSTEM

_POSTGRES: Final = ("postgres", "postgresql")
_OWN_POSTGRES: Final = "postgres-own"
GCS: Final = "gcs"  # Google's Cloud Storage, for which ODCS has no type: its servers are of type s3
# https://cloud.google.com/storage/docs/request-endpoints; a regional one is `storage.<region>.rep.…`.
_GOOGLE: Final = re.compile(
    r"https?://(?:[-_.a-z0-9]+\.)?storage(?:\.[a-z0-9-]+\.rep)?\.googleapis\.com(?:[:/]|\Z)", re.IGNORECASE
)

# Of servers that are rendered.
TYPES: Final = tuple(sorted({*BY_SYSTEM, *_POSTGRES, "athena"} - {GCS, _OWN_POSTGRES}))


@dataclass(frozen=True, slots=True)
class ServerInUse:
    """A server of a contract that is in force, and what deployment.yaml says of it."""

    contract: Contract
    server: Server
    settings: Mapping[str, Any]

    @property
    def system(self) -> str:
        """The system that it is rendered to."""
        return system_of(self.server, self.settings)

    @property
    def outside(self) -> bool:
        """Whether it lies outside the clusters: nothing is rendered for it."""
        return self.settings.get("outside") is True


def servers_in(product: Product, environment: str) -> Iterator[ServerInUse]:
    """The servers of the contracts in force that count in an environment, by contract."""
    said = fields.mapping(deployment_in(product, environment), "servers")
    in_force, _ = contracts.in_force(product, environment)
    for contract in in_force:
        for server in contract.servers:
            if server.environment in (None, environment):
                yield ServerInUse(contract, server, settings_of(contract, server, said))


def system_of(server: Server, settings: Mapping[str, Any]) -> str:
    """The system that a server is rendered to: that of its type, but for Google's buckets.

    Athena's tables are those of Glue's catalogue.

    What deployment.yaml says of it decides between a database of its own and a shared one.
    """
    if server.type in _POSTGRES:
        return _OWN_POSTGRES if settings.get("cluster") == "own" else "postgres"
    location, endpoint = (fields.text(server.fields, key) or "" for key in ("location", "endpointUrl"))
    if server.type == "s3" and (location.startswith("gs://") or is_googles(endpoint)):
        return GCS
    return "glue" if server.type == "athena" else server.type


def is_googles(endpoint: str) -> bool:
    """Whether an endpoint is that of Google's Cloud Storage."""
    return _GOOGLE.match(endpoint) is not None


def settings_of(contract: Contract, server: Server, said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What deployment.yaml says of a server: by contract and name over by name over by type."""
    found: Mapping[str, Any] = {}
    for key in keys_of(contract, server):
        found = merged(found, fields.mapping(said, key))
    return found


def place_in_deployment(
    product: Product, contract: Contract, server: Server, environment: str, *keys: str | int
) -> Pointer:
    """Where deployment.yaml says something of a server in an environment, or would have to."""
    data = product.deployment.manifest.data if product.deployment else {}
    holders: list[Pointer] = [
        ("spec", "environments", index, "servers")
        for index, called, _ in fields.named(data, "spec", "environments")
        if called == environment
    ]
    holders.append(("spec", "servers"))
    places = [(*holder, key) for key in reversed(keys_of(contract, server)) for holder in holders]
    exact = (place for place in places if has(data, *place, *keys))
    whole = (place for place in reversed(places) if has(data, *place))
    return (*next(exact, next(whole, ("spec", "servers"))), *keys)


def keys_of(contract: Contract, server: Server) -> tuple[str, str, str]:
    """What deployment.yaml may call a server, the less exact first."""
    return server.type, server.name, f"{contract.stem}/{server.name}"
