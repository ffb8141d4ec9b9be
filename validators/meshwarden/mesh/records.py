"""What a mesh is made of, as rules and rendering see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests.bitol import Port, SchemaObject, Server
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import MESH_FILE, Settings
from meshwarden.manifests.waivers import Waiver

_UNDER_WAY: Final = ("draft", "proposed")  # statuses of a contract that nobody has agreed to yet
_RETIRED: Final = "retired"  # the status of what is no more offered


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain, by its metadata.name."""

    name: str
    type: str | None
    owner: str | None
    environments: tuple[str, ...]
    overrides: Mapping[str, Mapping[str, Any]]  # by environment
    manifest: Manifest

    @property
    def folder(self) -> str:
        return self.manifest.folder


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a data contract."""

    id: str | None
    version: str | None
    status: str | None
    product: str | None  # the key of the product that it lies with
    objects: tuple[SchemaObject, ...]
    servers: tuple[Server, ...]
    manifest: Manifest

    @property
    def stem(self) -> str:
        """The file's name without its endings: what deployment.yaml calls it."""
        name = self.manifest.path.rpartition("/")[2]
        return name.rpartition(".")[0].removesuffix(".odcs")

    @property
    def under_way(self) -> bool:
        """Whether it is still being agreed on."""
        return (self.status or "").lower() in _UNDER_WAY


@dataclass(frozen=True, slots=True)
class Grant:
    """The producer's consent that a consumer reads one of its ports.

    `environment` is that whose own list it stands in; None in the list for all others.
    """

    consumer: str
    port: str
    purpose: str | None
    expires: str | None
    environment: str | None
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Deployment:
    """A product's deployment.yaml. `environments` is None where it does not say: then the domain's hold.

    `access` are the grants of all its lists.
    """

    environments: tuple[str, ...] | None
    overrides: Mapping[str, Mapping[str, Any]]
    spec: Mapping[str, Any]
    access: tuple[Grant, ...]
    manifest: Manifest

    def list_of(self, environment: str) -> str | None:
        """Whose list of grants holds in an environment: its own if it has one, else that for all others."""
        return environment if "access" in self.overrides.get(environment, {}) else None

    def access_in(self, environment: str) -> tuple[Grant, ...]:
        """The grants that hold in an environment."""
        return tuple(grant for grant in self.access if grant.environment == self.list_of(environment))


@dataclass(frozen=True, slots=True)
class Product:
    """A data product, by domain and folder. Its manifest may be unreadable: it is there all the same."""

    name: str
    domain: str
    folder: str
    id: str | None
    version: str | None
    status: str | None
    owner: str | None
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    contracts: tuple[Contract, ...]
    deployment: Deployment | None
    environments: tuple[str, ...]
    manifest: Manifest

    @property
    def key(self) -> str:
        return f"{self.domain}/{self.name}"

    @property
    def retired(self) -> bool:
        return (self.status or "").lower() == _RETIRED


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane of the platform."""

    name: str
    owner: str | None
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Component:
    """A component of a stage: which kind of source it has, and what it says of it."""

    name: str
    kind: str
    spec: Mapping[str, Any]
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of a plane."""

    name: str
    layer: str | None
    plane: str | None
    folder: str
    owner: str | None
    applied_by: str
    environments: tuple[str, ...]
    overrides: Mapping[str, Mapping[str, Any]]
    needs: tuple[str, ...]
    provides: tuple[str, ...]
    components: tuple[Component, ...]
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class PlatformProduct:
    """A package that the platform offers. `path` is the package's folder below the manifest's."""

    name: str
    plane: str | None
    package: str | None
    path: str | None
    version: str | None
    stability: str | None
    owner: str | None
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Flow:
    """Data that flows between two products, by their keys: the consumer's input port takes it."""

    producer: str
    consumer: str
    port: Port


@dataclass(frozen=True)
class Mesh:
    """A whole mesh.

    `manifests` are all documents that were recognised, also those that could not be read; `files` all paths
    below the mesh's folders, of whatever kind. `owners` tells of manifests, by path, to which product they
    belong, by its key; `providers` of capabilities, which stages provide them.
    """

    settings: Settings
    manifests: tuple[Manifest, ...]
    files: tuple[str, ...] = ()
    domains: Mapping[str, Domain] = field(default_factory=dict)
    products: Mapping[str, Product] = field(default_factory=dict)
    contracts: tuple[Contract, ...] = ()
    planes: tuple[Plane, ...] = ()
    stages: tuple[Stage, ...] = ()
    platform_products: tuple[PlatformProduct, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)
    contracts_by_id: Mapping[str, tuple[Contract, ...]] = field(default_factory=dict)
    flows: tuple[Flow, ...] = ()
    providers: Mapping[str, tuple[Stage, ...]] = field(default_factory=dict)

    def domain_of(self, path: str) -> str | None:
        """The domain of a file, by its name: its product's, else the one in whose folder it lies; or None."""
        if path in self.owners:
            return self.products[self.owners[path]].domain
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if found := self._domain_folders.get(folder):
                return found
        return None

    @cached_property
    def _domain_folders(self) -> Mapping[str, str | None]:
        """The folders of domains, and whose they are: nobody's where several domains share one."""
        found: dict[str, str | None] = {}
        for domain in self.domains.values():
            found[domain.folder] = None if domain.folder in found else domain.name
        return found

    def unread(self, *kinds: str) -> tuple[Manifest, ...]:
        """The manifests that are, or by their path ought to be, of some kinds, and cannot be read as such."""
        return tuple(found for found in self._unread if found.kind and found.kind.name in kinds)

    @cached_property
    def root(self) -> Manifest | None:
        """mesh.yaml, the root manifest; None only of a mesh that was not read from files."""
        return next((found for found in self.manifests if found.path == MESH_FILE), None)

    @cached_property
    def _unread(self) -> tuple[Manifest, ...]:
        """What cannot be read, mostly nothing: rules ask for it product by product."""
        return tuple(found for found in self.manifests if not found.known)

    @property
    def unread_paths(self) -> frozenset[str]:
        """Where all manifests lie that cannot be read as what they ought to be."""
        return frozenset(found.path for found in self.manifests if found.kind and not found.known)

    def of_kind(self, *kinds: str) -> tuple[Manifest, ...]:
        """The manifests of some kinds that can be read and have a known version."""
        return tuple(
            found for found in self.manifests if found.known and found.kind and found.kind.name in kinds
        )
