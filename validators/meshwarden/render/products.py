"""A data product → its objects in each environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.clearance import beyond_clearance
from meshwarden.mesh.records import Contract, Deployment, Grant, Mesh, Product
from meshwarden.render import contracts, names
from meshwarden.render.content import Content
from meshwarden.render.identity import identity_of, namespace_of, service_account_of
from meshwarden.render.keeping import is_kept
from meshwarden.render.overrides import deployment_in, environment_of, place_of_runtime
from meshwarden.render.requirements import BY_RUNTIME, BY_SYSTEM, Requirements, missing_in
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.servers import ServerInUse, servers_in
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import (
    NotRendered,
    Object,
    ObjectKind,
    Reader,
    Rendered,
    ServerContext,
    Why,
)
from meshwarden.render.terraform.modules import module_of_product


@dataclass(frozen=True)
class ProductObjects:
    """What a product has in each environment, and the kinds that its targets may bring there.

    `files` are what it brings along and objects are read from.
    """

    product: Product
    rendered: Mapping[str, Rendered]
    kinds: frozenset[ObjectKind]
    not_rendered: tuple[NotRendered, ...]
    clashes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def product_objects(mesh: Mesh, product: Product, content: Content) -> ProductObjects:
    """What is rendered of `product` in each of its environments that the mesh has, in the mesh's order.

    Of one that is retired it is what holds data: nothing runs any more, and nobody has access.
    """
    rendered: dict[str, Rendered] = {}
    kinds: set[ObjectKind] = set()
    left_out: list[NotRendered] = []
    clashes: list[str] = []
    files: set[str] = set()
    called = contracts.called(product)
    for environment in mesh.settings.environments or ():
        if environment.name in product.environments and names.is_label(environment.name):
            own = environment_of(mesh.domains.get(product.domain), environment)
            in_it = _InEnvironment(mesh, content, product, called, environment, own, left_out, kinds, clashes)
            found = in_it.rendered()
            files.update(found.files)
            if found.objects or found.folders:
                rendered[environment.name] = found
    reasons = tuple(dict.fromkeys(left_out))
    return ProductObjects(product, rendered, frozenset(kinds), reasons, tuple(clashes), tuple(sorted(files)))


@dataclass(frozen=True)
class _InEnvironment:
    mesh: Mesh
    content: Content
    product: Product
    called: Mapping[str, str]
    shared: Environment  # as mesh.yaml has it
    environment: Environment  # with what the product's domain overrides
    left_out: list[NotRendered]
    kinds: set[ObjectKind]
    clashes: list[str]

    def rendered(self) -> Rendered:
        in_force, problems = contracts.in_force(self.product, self.environment.name)
        deployed = (self.product.deployment or self.product).manifest.path
        self._leave_out(NotRendered(deployed, problem, why=Why.ELSEWHERE) for problem in problems)
        by_system: dict[str, list[ServerContext]] = defaultdict(list)
        for used in self._servers(in_force):
            by_system[used.system].append(self._context(used))
        found = [
            *(self._of_system(system, by_system[system]) for system in sorted(by_system)),
            *self._of_runtimes(),
        ]
        self._leave_out(entry for one in found for entry in one.refused)
        objects = self._without_duplicates(entry for one in found for entry in one.objects)
        if self.product.retired:
            return Rendered(tuple(filter(is_kept, objects)))
        return Rendered(
            objects,
            folders=tuple(folder for one in found for folder in one.folders),
            files=tuple(path for one in found for path in one.files),
        )

    def _leave_out(self, reasons: Iterable[NotRendered]) -> None:
        self.left_out.extend(reasons)

    def _without_duplicates(self, objects: Iterable[Object]) -> tuple[Object, ...]:
        """The objects by kind and name. Two that differ are a clash: one of them would be lost."""
        found: dict[tuple[str, str], Object] = {}
        for entry in objects:
            name = entry["metadata"]["name"]
            if found.setdefault((f"{entry['apiVersion']}/{entry['kind']}", name), entry) != entry:
                where = f"in `{self.environment.name}` by `{self.product.key}`"
                self.clashes.append(f"{entry['kind']} `{name}` is rendered twice, and differently, {where}")
        return tuple(found[key] for key in sorted(found))

    def _of_system(self, system: str, contexts: list[ServerContext]) -> Rendered:
        """What comes of the servers in a system; nothing where another rule tells what is missing."""
        target, kind = TARGETS.get(system), contexts[0].server.type
        reason = f"servers of type `{kind}` have no target yet"
        if target is None:
            return Rendered(refused=tuple(one.at_server(reason, why=Why.ELSEWHERE) for one in contexts))
        if missing := self._missing(BY_SYSTEM[system]):
            reason = f"{missing}, which servers of type `{kind}` need"
            return Rendered(refused=tuple(one.at_server(reason, why=Why.COORDINATES) for one in contexts))
        found = target.render(contexts)
        if found.objects:
            self.kinds.update(target.kinds)
        return found

    def _of_runtimes(self) -> Iterator[Rendered]:
        """What runs the product, if deployment.yaml says so."""
        deployment = self.product.deployment
        said = fields.mapping(deployment_in(self.product, self.environment.name), "runtime")
        for name in BY_RUNTIME if deployment else ():
            if deployment is None or name not in said:
                continue
            context = self._runtime_context(deployment, name, fields.mapping(said, name))
            runtime = RUNTIMES.get(name)
            missing = self._missing(BY_RUNTIME[name])
            if runtime is None:
                yield Rendered(refused=(context.at(reason=f"runtime `{name}` has no target yet"),))
            elif missing:
                reason = f"{missing}, which runtime `{name}` needs"
                yield Rendered(refused=(context.at(reason=reason, why=Why.COORDINATES),))
            else:
                found = runtime.render(context)
                if found.objects:
                    self.kinds.update(runtime.kinds)
                yield found

    def _missing(self, requirements: Requirements) -> str | None:
        """The coordinates that the environment lacks, in words; deployment/coordinates tells of them."""
        missing = ", ".join(f"`{system}.{key}`" for system, key in missing_in(requirements, self.environment))
        return f"environment `{self.environment.name}` has no {missing} in mesh.yaml" if missing else None

    def _runtime_context(
        self, deployment: Deployment, name: str, settings: Mapping[str, Any]
    ) -> RuntimeContext:
        return RuntimeContext(
            mesh=self.mesh,
            content=self.content,
            environment=self.environment,
            product=self.product,
            deployment=deployment,
            settings=settings,
            pointer=place_of_runtime(deployment, name, self.environment.name),
            namespace=namespace_of(self.environment, self.product.domain, self.product.name),
            service_account=service_account_of(self.product, self.environment.name),
        )

    def _servers(self, in_force: Sequence[Contract]) -> Iterator[ServerInUse]:
        """The servers that lie in the clusters."""
        used = tuple(servers_in(self.product, self.environment.name))
        served = {found.contract.manifest.path for found in used}
        for contract in in_force:
            if contract.manifest.path not in served:
                reason = f"it has no server for environment `{self.environment.name}`"
                self.left_out.append(NotRendered(contract.manifest.path, reason, why=Why.ELSEWHERE))
        for found in used:
            if found.outside:
                reason = f"server `{found.server.name}` lies outside the clusters, says deployment.yaml"
                path = found.contract.manifest.path
                self.left_out.append(NotRendered(path, reason, found.server.pointer, Why.ELSEWHERE))
            else:
                yield found

    def _context(self, used: ServerInUse) -> ServerContext:
        identity = identity_of(self.product, self.environment)
        return ServerContext(
            mesh=self.mesh.settings,
            environment=self.environment,
            product=self.product,
            contract=used.contract,
            name=self.called[used.contract.manifest.path],
            server=used.server,
            settings=used.settings,
            namespace=namespace_of(self.environment, self.product.domain, self.product.name),
            service_account=identity.service_account,
            service_account_namespace=identity.namespace,
            readers=tuple(self._readers(used.contract)),
            module=module_of_product(self.mesh, self.content, fields.text(used.settings, "product")),
        )

    def _readers(self, contract: Contract) -> Iterator[Reader]:
        """The consumers that are granted access to the contract and run here, by their keys."""
        granted: dict[str, Reader] = {}
        for deployment, grant, consumer in self._grants(contract):
            if beyond := beyond_clearance(self.mesh.settings, contract, consumer.owner):
                reason = (
                    f"access grants `{grant.consumer}` class `{beyond.name}`, beyond its team's clearance"
                )
                self.left_out.append(
                    NotRendered(deployment.manifest.path, reason, grant.pointer, Why.ELSEWHERE)
                )
            elif self.environment.name in consumer.environments:
                granted.setdefault(grant.consumer, self._reader(grant, consumer))
        yield from (granted[key] for key in sorted(granted))

    def _grants(self, contract: Contract) -> Iterator[tuple[Deployment, Grant, Product]]:
        """What deployment.yaml grants of a contract, and to whom; what names nobody is left out."""
        deployment = self.product.deployment
        if deployment is None:
            return
        ports = {port.name: port.contract for port in self.product.outputs}
        for grant in deployment.access:
            consumer = self.mesh.products.get(grant.consumer)
            if grant.port not in ports or consumer is None:
                what = f"port `{grant.port}`" if grant.port not in ports else f"consumer `{grant.consumer}`"
                reason = f"access names {what}, which there is not"
                self.left_out.append(
                    NotRendered(deployment.manifest.path, reason, grant.pointer, Why.ELSEWHERE)
                )
            elif contract.id and ports[grant.port] == contract.id and not consumer.retired:
                yield deployment, grant, consumer

    def _reader(self, grant: Grant, consumer: Product) -> Reader:
        own = environment_of(self.mesh.domains.get(consumer.domain), self.shared)
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
