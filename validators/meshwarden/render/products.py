"""A data product → its objects in each environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Contract, Mesh, Product
from meshwarden.render import contracts, names
from meshwarden.render.capabilities import BY_RUNTIME
from meshwarden.render.outcome import NotRendered
from meshwarden.render.overrides import deployment_in, environment_of
from meshwarden.render.servers import ServerInUse, servers_in
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import Object, ObjectKind, Reader, ServerContext


@dataclass(frozen=True)
class ProductObjects:
    """A product's objects by environment, and the kinds that its targets may bring there."""

    product: Product
    objects: Mapping[str, tuple[Object, ...]]
    kinds: frozenset[ObjectKind]
    not_rendered: tuple[NotRendered, ...]
    clashes: tuple[str, ...] = ()


def product_objects(mesh: Mesh, product: Product) -> ProductObjects:
    """What is rendered of `product` in each of its environments that the mesh has, in the mesh's order."""
    objects: dict[str, tuple[Object, ...]] = {}
    kinds: set[ObjectKind] = set()
    left_out: list[NotRendered] = []
    clashes: list[str] = []
    called = contracts.called(product)
    for environment in mesh.settings.environments or ():
        if environment.name in product.environments and names.is_label(environment.name):
            own = environment_of(mesh.domains.get(product.domain), environment)
            in_it = _InEnvironment(mesh, product, called, environment, own, left_out, kinds, clashes)
            found = in_it.objects()
            if found:
                objects[environment.name] = found
    return ProductObjects(product, objects, frozenset(kinds), tuple(dict.fromkeys(left_out)), tuple(clashes))


def namespace_of(environment: Environment, domain: str, product: str) -> str:
    """The namespace of a product in an environment."""
    pattern = environment.namespace
    for name, value in (("domain", domain), ("product", product), ("environment", environment.name)):
        pattern = pattern.replace("{" + name + "}", value)
    return names.label(pattern)


def service_account_of(product: Product, environment: str) -> str:
    """The service account that a product runs as."""
    return fields.text(deployment_in(product, environment), "runtime", "serviceAccount") or product.name


@dataclass(frozen=True)
class _InEnvironment:
    mesh: Mesh
    product: Product
    called: Mapping[str, str]
    shared: Environment  # as mesh.yaml has it
    environment: Environment  # with what the product's domain overrides
    left_out: list[NotRendered]
    kinds: set[ObjectKind]
    clashes: list[str]

    def objects(self) -> tuple[Object, ...]:
        said = deployment_in(self.product, self.environment.name)
        in_force, problems = contracts.in_force(self.product, self.environment.name)
        deployed = (
            self.product.deployment.manifest.path if self.product.deployment else self.product.manifest.path
        )
        self.left_out.extend(NotRendered(deployed, problem) for problem in problems)
        for runtime in BY_RUNTIME:
            if runtime in fields.mapping(said, "runtime"):
                self.left_out.append(NotRendered(deployed, f"runtime `{runtime}` has no target yet"))
        by_type: dict[str, list[ServerContext]] = defaultdict(list)
        for used in self._servers(in_force):
            by_type[used.server.type].append(self._context(used))
        found = (entry for kind in sorted(by_type) for entry in self._rendered(kind, by_type[kind]))
        return self._without_duplicates(found)

    def _without_duplicates(self, objects: Iterable[Object]) -> tuple[Object, ...]:
        """The objects by kind and name. Two that differ are a clash: one of them would be lost."""
        found: dict[tuple[str, str], Object] = {}
        for entry in objects:
            name = entry["metadata"]["name"]
            if found.setdefault((f"{entry['apiVersion']}/{entry['kind']}", name), entry) != entry:
                where = f"in `{self.environment.name}` by `{self.product.key}`"
                self.clashes.append(f"{entry['kind']} `{name}` is rendered twice, and differently, {where}")
        return tuple(found[key] for key in sorted(found))

    def _rendered(self, kind: str, contexts: list[ServerContext]) -> Iterator[Object]:
        target = TARGETS.get(kind)
        paths = sorted({context.contract.manifest.path for context in contexts})
        if target is None:
            self.left_out.extend(
                NotRendered(path, f"servers of type `{kind}` have no target yet") for path in paths
            )
            return
        missing = [
            f"{system}.{key}" for system, key in target.needs if not self.environment.coordinate(system, key)
        ]
        if missing:
            wanted = ", ".join(f"`{name}`" for name in missing)
            where = f"environment `{self.environment.name}` has no {wanted} in mesh.yaml"
            reason = f"{where}, which servers of type `{kind}` need"
            self.left_out.extend(NotRendered(path, reason) for path in paths)
            return
        found = target.render(contexts)
        self.left_out.extend(
            NotRendered(entry.contract.manifest.path, entry.reason) for entry in found.refused
        )
        if found.objects:
            self.kinds.update(target.kinds)
        yield from found.objects

    def _servers(self, in_force: Sequence[Contract]) -> Iterator[ServerInUse]:
        """The servers that lie in the clusters."""
        used = tuple(servers_in(self.product, self.environment.name))
        served = {found.contract.manifest.path for found in used}
        for contract in in_force:
            if contract.manifest.path not in served:
                reason = f"it has no server for environment `{self.environment.name}`"
                self.left_out.append(NotRendered(contract.manifest.path, reason))
        for found in used:
            if found.outside:
                reason = f"server `{found.server.name}` lies outside the clusters, says deployment.yaml"
                self.left_out.append(NotRendered(found.contract.manifest.path, reason))
            else:
                yield found

    def _context(self, used: ServerInUse) -> ServerContext:
        return ServerContext(
            mesh=self.mesh.settings,
            environment=self.environment,
            product=self.product,
            contract=used.contract,
            name=self.called[used.contract.manifest.path],
            server=used.server,
            settings=used.settings,
            namespace=namespace_of(self.environment, self.product.domain, self.product.name),
            service_account=service_account_of(self.product, self.environment.name),
            readers=tuple(self._readers(used.contract)),
        )

    def _readers(self, contract: Contract) -> Iterator[Reader]:
        """The consumers that are granted access to the contract and run here, by their keys."""
        deployment = self.product.deployment
        if deployment is None:
            return
        ports = {port.name: port.contract for port in self.product.outputs}
        granted: dict[str, Reader] = {}
        for grant in deployment.access:
            if grant.port not in ports or grant.consumer not in self.mesh.products:
                what = f"port `{grant.port}`" if grant.port not in ports else f"consumer `{grant.consumer}`"
                self.left_out.append(
                    NotRendered(deployment.manifest.path, f"access names {what}, which there is not")
                )
                continue
            consumer = self.mesh.products[grant.consumer]
            if (
                contract.id
                and ports[grant.port] == contract.id
                and self.environment.name in consumer.environments
            ):
                namespace = namespace_of(self.environment, consumer.domain, consumer.name)
                account = service_account_of(consumer, self.environment.name)
                own = environment_of(self.mesh.domains.get(consumer.domain), self.shared)
                reader = Reader(
                    consumer.domain, consumer.name, namespace, account, own, grant.purpose, grant.expires
                )
                granted.setdefault(grant.consumer, reader)
        yield from (granted[key] for key in sorted(granted))
