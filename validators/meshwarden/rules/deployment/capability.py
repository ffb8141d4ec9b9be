"""No stage provides what a data product's resources need.

A bucket is made by an operator, in a cluster that Argo CD syncs. Where no stage provides the operator in an
environment, the product's resources are rendered there and never made. That nobody provides the cluster or
Argo CD itself is a warning, once for the mesh: they may be kept elsewhere.

To fix it, add the capability to a stage's `provides`, with the component that brings it, in that environment;
or deploy the product only where it is provided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.records import Mesh, Product
from meshwarden.render.capabilities import BY_RUNTIME, BY_SERVER_TYPE, OF_ALL, in_environment
from meshwarden.render.overrides import deployment_in, environment_of
from meshwarden.render.servers import servers_in
from meshwarden.rules.rule import MeshRule, Said, kinds


@dataclass(frozen=True, slots=True)
class _Need:
    """What something of a product needs of the platform in an environment."""

    capability: str
    what: str
    environment: str
    place: Place


def _check(mesh: Mesh) -> Said:
    unread = mesh.unread("Stage")
    if unread:
        yield NotJudged(unread[0].path, "it cannot be read")
        return
    if not mesh.stages:
        yield NotJudged(MESH_FILE, "the mesh has no stage: what its clusters hold is not known")
        return
    rendered: set[str] = set()
    for product in mesh.products.values():
        needs = list(_needs(mesh, product))
        rendered.update(need.environment for need in needs)
        yield from _faults(mesh, [need for need in needs if not _is_provided(mesh, need)])
    yield from _of_all(mesh, rendered)


def _needs(mesh: Mesh, product: Product) -> Iterator[_Need]:
    for environment in mesh.settings.environments or ():
        if environment.name not in product.environments:
            continue
        own = environment_of(mesh.domains.get(product.domain), environment)
        for used in servers_in(product, environment.name):
            if not used.outside:
                what = f"server `{used.server.name}`"
                place = Place(used.contract.manifest.path, (*used.server.pointer, "type"))
                for capability in in_environment(BY_SERVER_TYPE.get(used.server.type, ()), own):
                    yield _Need(capability, what, environment.name, place)
        yield from _of_runtime(product, own)


def _of_runtime(product: Product, environment: Environment) -> Iterator[_Need]:
    if product.deployment is None:
        return
    said = fields.mapping(deployment_in(product, environment.name), "runtime")
    for runtime, capabilities in BY_RUNTIME.items():
        place = Place(product.deployment.manifest.path, ("spec", "runtime", runtime))
        for capability in in_environment(capabilities, environment) if runtime in said else ():
            yield _Need(capability, f"runtime `{runtime}`", environment.name, place)


def _faults(mesh: Mesh, missing: Iterable[_Need]) -> Iterator[Fault]:
    """One fault a capability, where a product needs it first, with all the environments that lack it."""
    by_capability: dict[str, list[_Need]] = defaultdict(list)
    for need in missing:
        by_capability[need.capability].append(need)
    for capability, needs in by_capability.items():
        where = " and ".join(f"`{name}`" for name in dict.fromkeys(need.environment for need in needs))
        message = f"{needs[0].what} needs `{capability}`, which no stage provides in {where}"
        yield Fault(message, needs[0].place, _hint(mesh, capability))


def _hint(mesh: Mesh, capability: str) -> str:
    if providers := mesh.providers.get(capability):
        return f"Stage `{providers[0].name}` provides it elsewhere: add the environment there."
    near = get_close_matches(capability, mesh.providers, n=1)
    return f"Did a stage mean it by `{near[0]}`?" if near else "Add it to what a stage provides."


def _of_all(mesh: Mesh, rendered: Collection[str]) -> Iterator[Fault]:
    """What every product needs in the environments where something is rendered."""
    for index, environment in enumerate(mesh.settings.environments or ()):
        for capability in OF_ALL if environment.name in rendered else ():
            if not _is_provided(mesh, _Need(capability, "", environment.name, Place(MESH_FILE))):
                message = (
                    f"no stage provides `{capability}` in `{environment.name}`, where products are rendered"
                )
                yield Fault(
                    message,
                    Place(MESH_FILE, ("spec", "environments", index, "name")),
                    _hint(mesh, capability),
                    Severity.WARNING,
                )


def _is_provided(mesh: Mesh, need: _Need) -> bool:
    return any(need.environment in stage.environments for stage in mesh.providers.get(need.capability, ()))


RULE: Final = MeshRule(
    "deployment/capability",
    Severity.ERROR,
    __doc__,
    kinds("DataContract", "DataProductDeployment", "Stage", "Mesh"),
    check=_check,
)
