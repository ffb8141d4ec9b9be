"""No stage provides what a data product's resources need.

A bucket is made by an operator, in a cluster that Argo CD syncs. Where no stage provides the operator in an
environment, the product's resources are rendered there and never made. That nobody provides the cluster or
Argo CD itself is a warning, once for the mesh: they may be kept elsewhere.

To fix it, add the capability to a stage's `provides`, with the component that brings it, in that environment;
or deploy the product only where it is provided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.environments import are_clear, of_mesh
from meshwarden.mesh.records import Mesh, Product
from meshwarden.render.overrides import deployment_in, environment_of, place_of_runtime
from meshwarden.render.requirements import BY_RUNTIME, BY_SYSTEM, OF_ALL, Requirements, capabilities_in
from meshwarden.render.servers import servers_in
from meshwarden.rules.rule import MeshRule, Said, kinds
from meshwarden.rules.stage.needs import nearest, unclear_stage


@dataclass(frozen=True, slots=True)
class _Need:
    """What something of a product needs of the platform in an environment."""

    capability: str
    what: str
    environment: str
    place: Place


def _check(mesh: Mesh) -> Said:
    known, unclear = of_mesh(mesh), unclear_stage(mesh)
    if not known or not (mesh.stages or unclear):
        missing = "stage: what its clusters hold is not known" if known else "environment that can be read"
        yield NotJudged(MESH_FILE, f"the mesh has no {missing}")
        return
    rendered: set[str] = set()
    for product in mesh.products.values():
        needs = list(_needs(mesh, product))
        rendered.update(need.environment for need in needs)
        yield from _judged(mesh, needs, unclear, _faults)
    yield from _judged(mesh, list(_of_all(mesh, rendered)), unclear, _warnings)


def _judged(
    mesh: Mesh,
    needs: Iterable[_Need],
    unclear: Manifest | None,
    tell: Callable[[Mesh, Iterable[_Need]], Iterator[Fault]],
) -> Said:
    """What is told of needs that are not met, but for those that a stage may meet that is not all known."""
    missing = []
    for need in needs:
        if _is_provided(mesh, need):
            continue
        if hiding := unclear or _unclear_provider(mesh, need.capability):
            yield NotJudged(need.place.path, f"what {hiding.path} provides, and where, is not known")
        else:
            missing.append(need)
    yield from tell(mesh, missing)


def _unclear_provider(mesh: Mesh, capability: str) -> Manifest | None:
    """A stage that provides it in environments that are not all known."""
    manifests = (stage.manifest for stage in mesh.providers.get(capability, ()))
    known = of_mesh(mesh)
    return next((found for found in manifests if not are_clear(found.data, known)), None)


def _needs(mesh: Mesh, product: Product) -> Iterator[_Need]:
    for environment in mesh.settings.environments or ():
        if environment.name not in product.environments:
            continue
        own = environment_of(mesh.domains.get(product.domain), environment)
        for used in servers_in(product, environment.name):
            if not used.outside:
                what = f"server `{used.server.name}`"
                place = Place(used.contract.manifest.path, (*used.server.pointer, "type"))
                for capability in capabilities_in(BY_SYSTEM.get(used.system, Requirements()), own):
                    yield _Need(capability, what, environment.name, place)
        yield from _of_runtime(product, own)


def _of_runtime(product: Product, environment: Environment) -> Iterator[_Need]:
    if product.deployment is None:
        return
    said = fields.mapping(deployment_in(product, environment.name), "runtime")
    for runtime, requirements in BY_RUNTIME.items():
        pointer = place_of_runtime(product.deployment, runtime, environment.name)
        place = Place(product.deployment.manifest.path, pointer, on_key=True)
        for capability in capabilities_in(requirements, environment) if runtime in said else ():
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
    near = nearest(capability, mesh.providers)
    return f"Did a stage mean it by `{near}`?" if near else "Add it to what a stage provides."


def _of_all(mesh: Mesh, rendered: Collection[str]) -> Iterator[_Need]:
    """What every product needs in the environments where something is rendered."""
    for index, name in enumerate(mesh.settings.environment_names):
        for capability in OF_ALL if name in rendered else ():
            place = Place(MESH_FILE, ("spec", "environments", index, "name"))
            yield _Need(capability, "", name, place)


def _warnings(mesh: Mesh, missing: Iterable[_Need]) -> Iterator[Fault]:
    for need in missing:
        message = (
            f"no stage provides `{need.capability}` in `{need.environment}`, where products are rendered"
        )
        yield Fault(message, need.place, _hint(mesh, need.capability), Severity.WARNING)


def _is_provided(mesh: Mesh, need: _Need) -> bool:
    return any(need.environment in stage.environments for stage in mesh.providers.get(need.capability, ()))


RULE: Final = MeshRule(
    "deployment/capability",
    Severity.ERROR,
    __doc__,
    kinds("DataContract", "DataProductDeployment", "Stage", "Mesh"),
    check=_check,
)
