"""What a target is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from meshwarden.manifests.bitol import Server
from meshwarden.manifests.settings import Environment, Settings
from meshwarden.mesh.records import Contract, Product

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of Kubernetes objects, as Argo CD's projects name it: the core group is the empty text."""

    group: str
    kind: str

    @classmethod
    def of(cls, rendered: Mapping[str, Any]) -> ObjectKind:
        """The kind of an object."""
        group, slash, _ = str(rendered.get("apiVersion", "")).rpartition("/")
        return cls(group if slash else "", str(rendered.get("kind", "")))


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer that the producer lets read a contract: who it is in the cluster, and what for.

    `environment` has the overrides of the consumer's own domain in it.
    """

    domain: str
    product: str
    namespace: str
    service_account: str
    environment: Environment
    purpose: str | None
    expires: str | None


@dataclass(frozen=True)
class ServerContext:
    """A contract's server in an environment, with all that rendering it needs.

    `environment` has the domain's overrides of the mesh's coordinates in it, `settings` is what
    deployment.yaml says of the server there. `name` is what the contract's objects are called by; it does not
    change with the environment or the version. `namespace` and `service_account` are the producer's.
    """

    mesh: Settings
    environment: Environment
    product: Product
    contract: Contract
    name: str
    server: Server
    settings: Mapping[str, Any]
    namespace: str
    service_account: str
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A contract that could not be rendered, or something of it, and why."""

    contract: Contract
    reason: str


@dataclass(frozen=True)
class Rendered:
    """What came of some servers: objects, each with its namespace, and what could not be rendered."""

    objects: tuple[Object, ...] = ()
    refused: tuple[Refused, ...] = ()


class Target(Protocol):
    """A system that servers are rendered to.

    It sees all servers of its type that a product has in an environment, as they may share an object, such as
    a bucket.
    """

    @property
    def kinds(self) -> tuple[ObjectKind, ...]:
        """All kinds that it may render."""

    @property
    def needs(self) -> tuple[tuple[str, str], ...]:
        """The environment's coordinates, by system and key, without which it renders nothing."""

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The objects of the servers, in an environment that has what the target needs."""
