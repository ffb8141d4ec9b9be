"""An environment without the coordinates that something rendered there needs.

A bucket lies in an account and a region, a topic in a cluster of Kafka, the state of Terraform in a bucket of
its own: mesh.yaml tells them for each environment, and a domain may override them. Without them nothing is
rendered of the server, or of the stage's component, there.

To fix it, add the field to the environment in mesh.yaml; or deploy the product or the stage only where it is
known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Related, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE, Environment
from meshwarden.mesh.environments import of_mesh
from meshwarden.mesh.records import Mesh, Product, Stage
from meshwarden.render.overrides import deployment_in, environment_of, place_of_runtime
from meshwarden.render.requirements import BY_RUNTIME, BY_SYSTEM, Requirements, missing_in, of_component
from meshwarden.render.servers import servers_in
from meshwarden.rules.rule import MeshRule, Said, kinds


@dataclass(frozen=True, slots=True)
class _Need:
    """What needs something of a system that the environment does not tell, and where it is asked for."""

    system: str
    keys: tuple[str, ...]
    what: str
    place: Place


def _check(mesh: Mesh) -> Said:
    if not of_mesh(mesh):
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    for index, environment in enumerate(mesh.settings.environments or ()):
        by_system: dict[str, list[_Need]] = defaultdict(list)
        for product in mesh.products.values():
            if environment.name in product.environments:
                own = environment_of(mesh.domains.get(product.domain), environment)
                for need in _needs(product, own):
                    by_system[need.system].append(need)
        for stage in mesh.stages:
            for need in _of_stage(stage, environment) if environment.name in stage.environments else ():
                by_system[need.system].append(need)
        for system, needs in by_system.items():
            yield _fault(mesh, (index, environment.name), system, needs)


def _needs(product: Product, environment: Environment) -> Iterator[_Need]:
    """What a product has in an environment that lacks coordinates for it."""
    for used in servers_in(product, environment.name):
        if used.system in BY_SYSTEM and not used.outside:
            what = f"server `{used.server.name}` of `{product.key}`"
            place = Place(used.contract.manifest.path, (*used.server.pointer, "type"))
            yield from _lacking(BY_SYSTEM[used.system], environment, what, place)
    if product.deployment is None:
        return
    said = fields.mapping(deployment_in(product, environment.name), "runtime")
    for name, requirements in BY_RUNTIME.items():
        if name in said:
            pointer = place_of_runtime(product.deployment, name, environment.name)
            place = Place(product.deployment.manifest.path, pointer, on_key=True)
            yield from _lacking(requirements, environment, f"runtime `{name}` of `{product.key}`", place)


def _of_stage(stage: Stage, environment: Environment) -> Iterator[_Need]:
    """The same of a stage's components."""
    for component in stage.components:
        what = f"component `{component.name}` of stage `{stage.name}`"
        place = Place(stage.manifest.path, (*component.pointer, component.kind), on_key=True)
        yield from _lacking(of_component(stage, component), environment, what, place)


def _lacking(
    requirements: Requirements, environment: Environment, what: str, place: Place
) -> Iterator[_Need]:
    by_system: dict[str, list[str]] = defaultdict(list)
    for system, key in missing_in(requirements, environment):
        by_system[system].append(key)
    for system, keys in by_system.items():
        yield _Need(system, tuple(keys), what, place)


def _fault(mesh: Mesh, environment: tuple[int, str], system: str, needs: list[_Need]) -> Fault:
    """One fault a system, at the block of mesh.yaml that lacks something, whoever needs it."""
    index, name = environment
    pointer: Pointer = ("spec", "environments", index)
    said = fields.mapping(mesh.root.data, *pointer, system) if mesh.root else {}
    keys = tuple(dict.fromkeys(key for need in needs for key in need.keys))
    lacking = ", ".join(f"`{system}.{key}`" for key in keys)
    more = f" and {len(needs) - 1} more need" if len(needs) > 1 else " needs"
    missing = (system, *keys[0].split(".")) if said else (system,)
    return Fault(
        f"environment `{name}` has no {lacking}, which {needs[0].what}{more}",
        Place(MESH_FILE, (*pointer, *missing)),
        f"Say it under `{system}` of the environment in mesh.yaml, or of the domain.",
        related=(Related(needs[0].place, "needed here"),),
    )


RULE: Final = MeshRule(
    "deployment/coordinates",
    Severity.ERROR,
    __doc__,
    kinds("Mesh", "DataContract", "DataProductDeployment", "Stage"),
    check=_check,
)
