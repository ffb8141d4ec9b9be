"""Who may read a contract in an environment: the consumers that the producer's `access` names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from meshwarden.manifests.settings import Environment
from meshwarden.mesh.clearance import beyond_clearance
from meshwarden.mesh.records import Contract, Grant, Mesh, Product
from meshwarden.render.identity import identity_of
from meshwarden.render.overrides import environment_of
from meshwarden.render.targets.target import NotRendered, Reader, Why

_NEVER: Final = "9999"  # after all dates, as these are written


@dataclass(frozen=True, slots=True)
class Granted:
    """The readers of a contract, by the keys of their products; and the grants that cannot be given."""

    readers: tuple[Reader, ...] = ()
    left_out: tuple[NotRendered, ...] = ()


def granted(mesh: Mesh, product: Product, contract: Contract, environment: Environment) -> Granted:
    """Who may read a contract of `product` in an environment: of several grants the last to end counts.

    A product that is retired lets nobody in: a grant may be a part of what holds the data, and is kept.
    """
    deployment = None if product.retired else product.deployment
    readers: dict[str, Reader] = {}
    left_out: list[NotRendered] = []
    for grant in deployment.access_in(environment.name) if deployment else ():
        found = _reader_or_reason(mesh, product, contract, environment, grant)
        if isinstance(found, Reader):
            before = readers.get(grant.consumer, found)
            readers[grant.consumer] = max(before, found, key=lambda one: one.expires or _NEVER)
        elif found and deployment:
            path = deployment.manifest.path
            left_out.append(NotRendered(path, found, grant.pointer, Why.ELSEWHERE))
    return Granted(tuple(readers[key] for key in sorted(readers)), tuple(left_out))


def _reader_or_reason(
    mesh: Mesh, product: Product, contract: Contract, environment: Environment, grant: Grant
) -> Reader | str | None:
    """The reader that a grant makes, or why it makes none; None if it is about something else."""
    ports = {port.name: port.contract for port in product.outputs}
    consumer = mesh.products.get(grant.consumer)
    if grant.port not in ports:
        return f"access names port `{grant.port}`, which there is not"
    if consumer is None:
        return f"access names consumer `{grant.consumer}`, which there is not"
    if not contract.id or ports[grant.port] != contract.id or consumer.retired:
        return None
    if beyond := beyond_clearance(mesh.settings, contract, consumer.owner):
        return f"access grants `{grant.consumer}` class `{beyond.name}`, beyond its team's clearance"
    return _reader(mesh, grant, consumer, environment) if environment.name in consumer.environments else None


def _reader(mesh: Mesh, grant: Grant, consumer: Product, environment: Environment) -> Reader:
    own = environment_of(mesh.domains.get(consumer.domain), environment)
    identity = identity_of(consumer, own)
    return Reader(
        consumer.domain,
        consumer.name,
        identity.namespace,
        identity.service_account,
        own,
        grant.purpose,
        grant.expires,
    )
