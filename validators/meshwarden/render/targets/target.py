"""What a target is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from meshwarden.findings import Pointer, Span
from meshwarden.manifests.bitol import Server
from meshwarden.manifests.settings import Environment, Settings
from meshwarden.mesh.records import Contract, Product
from meshwarden.render.terraform.module import Module

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


class Why(Enum):
    """Why something of a manifest is not rendered: which rule tells of it."""

    REFUSED = "refused"  # it was asked for, and cannot be made: deployment/not-rendered
    NOT_EXPRESSED = "not expressed"  # the system has no way to say it: deployment/not-expressed
    RETENTION = "retention"  # the storage keeps its data for another time: sla/retention
    TYPE = "type"  # no type of the system can hold it: contract/physical-type
    CHART = "chart"  # Helm cannot render what a product runs by: deployment/not-rendered
    VALUES = "values"  # a chart's schema refuses its values: helm/values
    COORDINATES = "coordinates"  # mesh.yaml lacks something that it needs: deployment/coordinates
    COMPONENT = "component"  # a stage's component is not what it says: stage/component
    ELSEWHERE = "elsewhere"  # nothing is wrong with it, or another rule tells what is


@dataclass(frozen=True, slots=True, order=True)
class NotRendered:
    """What a manifest asks for and rendering leaves out, and why.

    `pointer` is the place in the manifest at `path`; in a file that is no manifest, `span` is.
    """

    path: str
    reason: str
    pointer: Pointer = ()
    why: Why = field(default=Why.REFUSED, compare=False)
    span: Span | None = field(default=None, compare=False)
    hint: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Reader:
    """A consumer that the producer lets read a contract: who it is in the cluster, and what for.

    `namespace` and `service_account` are those of the account that its requests come from: NiFi's where NiFi
    runs it. `environment` has the overrides of the consumer's own domain in it.
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
    change with the environment or the version. `namespace` is the producer's, where its objects lie; who it
    is when it writes tell `service_account` and `service_account_namespace`: NiFi where NiFi runs it.
    `module` is that of the platform's product which deployment.yaml names for the server, if it does.
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
    service_account_namespace: str
    readers: tuple[Reader, ...]
    module: Module | None = None

    def at_server(self, reason: str, *keys: str, why: Why = Why.REFUSED) -> NotRendered:
        """What is not rendered because of the server, or of one of its fields."""
        return self.at((*self.server.pointer, *keys), reason, why=why)

    def at(self, pointer: Pointer, reason: str, *, why: Why = Why.REFUSED) -> NotRendered:
        """What is not rendered because of something in the contract."""
        return NotRendered(self.contract.manifest.path, reason, pointer, why)


@dataclass(frozen=True)
class Rendered:
    """What came of some servers, of a runtime or of a component, and what could not be rendered.

    `objects` have their namespaces. `folders` hold kustomizations that were written by hand, `files` are
    those that objects were read from.
    """

    objects: tuple[Object, ...] = ()
    refused: tuple[NotRendered, ...] = ()
    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


class Target(Protocol):
    """A system that servers are rendered to.

    It sees all servers that a product has in the system in an environment, as they may share an object, such
    as a bucket.
    """

    @property
    def kinds(self) -> tuple[ObjectKind, ...]:
        """All kinds that it may render."""

    def render(self, contexts: Sequence[ServerContext]) -> Rendered:
        """The objects of the servers, in an environment that has the coordinates that the system needs."""
