"""A data product → its objects in each environment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Contract, Deployment, Mesh, Product
from meshwarden.render import contracts, names
from meshwarden.render.content import Content
from meshwarden.render.identity import identity_of, namespace_of, service_account_of
from meshwarden.render.keeping import is_kept
from meshwarden.render.one_place import one_place_each
from meshwarden.render.outcome import Collision
from meshwarden.render.overrides import deployment_in, environment_of, place_of_runtime
from meshwarden.render.readers import granted
from meshwarden.render.requirements import BY_RUNTIME, BY_SYSTEM, Requirements, missing_in
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.server_of_object import place_of_object
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
    clashes: tuple[Collision, ...] = ()
    files: tuple[str, ...] = ()


def product_objects(mesh: Mesh, product: Product, content: Content) -> ProductObjects:
    """What is rendered of `product` in each of its environments that the mesh has, in the mesh's order.

    Of one that is retired it is what holds data: nothing runs any more, and nobody has access.
    """
    called = contracts.called(product)
    found = {
        environment.name: _InEnvironment(
            mesh,
            content,
            product,
            called,
            environment,
            environment_of(mesh.domains.get(product.domain), environment),
        ).found()
        for environment in mesh.settings.environments or ()
        if environment.name in product.environments and names.is_label(environment.name)
    }
    rendered = {name: one.rendered for name, one in found.items()}
    return ProductObjects(
        product,
        {name: one for name, one in rendered.items() if one.objects or one.folders},
        frozenset(kind for one in found.values() for kind in one.kinds),
        tuple(dict.fromkeys(entry for one in rendered.values() for entry in one.refused)),
        tuple(clash for one in found.values() for clash in one.clashes),
        tuple(sorted({path for one in rendered.values() for path in one.files})),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a product has in an environment; objects that differ and have one name are `clashes`."""

    rendered: Rendered
    kinds: frozenset[ObjectKind] = frozenset()
    clashes: tuple[Collision, ...] = ()


@dataclass(frozen=True)
class _InEnvironment:
    mesh: Mesh
    content: Content
    product: Product
    called: Mapping[str, str]
    shared: Environment  # as mesh.yaml has it
    environment: Environment  # with what the product's domain overrides

    def found(self) -> _Found:
        in_force, problems = contracts.in_force(self.product, self.environment.name)
        deployed = (self.product.deployment or self.product).manifest.path
        left_out = [NotRendered(deployed, problem, why=Why.ELSEWHERE) for problem in problems]
        used = tuple(servers_in(self.product, self.environment.name))
        left_out += self._without_place(in_force, used)
        by_system: dict[str, list[ServerContext]] = defaultdict(list)
        for one in used:
            if not one.outside:
                who = granted(self.mesh, self.product, one.contract, self.shared)
                left_out += who.left_out
                by_system[one.system].append(self._context(one, who.readers))
        made = [*(self._of_system(name, by_system[name]) for name in sorted(by_system)), *self._of_runtimes()]
        return self._together(made, left_out)

    def _together(self, made: Sequence[_Found], left_out: Sequence[NotRendered]) -> _Found:
        rendered = [one.rendered for one in made]
        objects, clashes = self._without_duplicates(entry for one in rendered for entry in one.objects)
        refused = (*left_out, *(entry for one in rendered for entry in one.refused))
        files = tuple(path for one in rendered for path in one.files)
        folders = tuple(folder for one in rendered for folder in one.folders)
        kinds = {kind for one in made if one.rendered.objects for kind in one.kinds}
        if self.product.retired:
            kinds |= self._let_go(objects, folders)
            objects, folders = tuple(filter(is_kept, objects)), ()
        return _Found(Rendered(objects, refused, folders, files), frozenset(kinds), clashes)

    def _let_go(self, objects: Iterable[Object], folders: Iterable[str]) -> set[ObjectKind]:
        """What a retired product had: Argo CD takes away only what the domain's project still lets in."""
        own = (entry for folder in folders for entry in self.content.reach(folder).objects)
        return {ObjectKind.of(entry) for entry in (*objects, *own)}

    def _without_duplicates(
        self, objects: Iterable[Object]
    ) -> tuple[tuple[Object, ...], tuple[Collision, ...]]:
        """The objects by kind and name. Two that differ are a clash: one of them would be lost."""
        found: dict[tuple[str, str], Object] = {}
        clashes = []
        for entry in objects:
            name = entry["metadata"]["name"]
            if found.setdefault((f"{entry['apiVersion']}/{entry['kind']}", name), entry) != entry:
                where = f"in `{self.environment.name}` by `{self.product.key}`"
                message = f"{entry['kind']} `{name}` is rendered twice, and differently, {where}"
                place = place_of_object(self.product, self.environment.name, entry)
                clashes.append(Collision(place, message))
        return tuple(found[key] for key in sorted(found)), tuple(clashes)

    def _of_system(self, system: str, contexts: list[ServerContext]) -> _Found:
        """What comes of the servers in a system; nothing where another rule tells what is missing."""
        target, kind = TARGETS.get(system), contexts[0].server.type
        if target is None:
            reason = f"servers of type `{kind}` have no target yet"
            return _none(one.at_server(reason, why=Why.ELSEWHERE) for one in contexts)
        if missing := self._missing(BY_SYSTEM[system]):
            reason = f"{missing}, which servers of type `{kind}` need"
            return _none(one.at_server(reason, why=Why.COORDINATES) for one in contexts)
        kept, others = one_place_each(target, contexts)
        found = target.render(kept)
        return _Found(replace(found, refused=(*found.refused, *others)), frozenset(target.kinds))

    def _of_runtimes(self) -> Iterator[_Found]:
        """What runs the product, if deployment.yaml says so."""
        deployment = self.product.deployment
        said = fields.mapping(deployment_in(self.product, self.environment.name), "runtime")
        for name in BY_RUNTIME if deployment else ():
            if deployment is None or name not in said:
                continue
            context = self._runtime_context(deployment, name, fields.mapping(said, name))
            runtime = RUNTIMES.get(name)
            if runtime is None:
                yield _none([context.at(reason=f"runtime `{name}` has no target yet")])
            elif missing := self._missing(BY_RUNTIME[name]):
                reason = f"{missing}, which runtime `{name}` needs"
                yield _none([context.at(reason=reason, why=Why.COORDINATES)])
            else:
                yield _Found(runtime.render(context), frozenset(runtime.kinds))

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

    def _without_place(
        self, in_force: Sequence[Contract], used: Sequence[ServerInUse]
    ) -> Iterator[NotRendered]:
        """The contracts that no server holds here, and the servers that lie outside the clusters."""
        served = {found.contract.manifest.path for found in used}
        for contract in in_force:
            if contract.manifest.path not in served:
                reason = f"it has no server for environment `{self.environment.name}`"
                yield NotRendered(contract.manifest.path, reason, why=Why.ELSEWHERE)
        for found in used:
            if found.outside:
                reason = f"server `{found.server.name}` lies outside the clusters, says deployment.yaml"
                yield NotRendered(found.contract.manifest.path, reason, found.server.pointer, Why.ELSEWHERE)

    def _context(self, used: ServerInUse, readers: tuple[Reader, ...]) -> ServerContext:
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
            readers=readers,
            module=module_of_product(self.mesh, self.content, fields.text(used.settings, "product")),
        )


def _none(reasons: Iterable[NotRendered]) -> _Found:
    return _Found(Rendered(refused=tuple(reasons)))
