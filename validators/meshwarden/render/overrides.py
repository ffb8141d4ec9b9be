"""Overrides by environment: maps merge, lists and scalars replace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Component, Deployment, Domain, Product, Stage


def merged(below: Any, above: Any) -> Any:
    """`below` with what `above` says over it."""
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return above
    both = {key: merged(below[key], above[key]) for key in below if key in above}
    return {**below, **above, **both}


def environment_of(domain: Domain | None, environment: Environment) -> Environment:
    """The environment with what the domain overrides of the mesh's coordinates."""
    said = domain.overrides.get(environment.name, {}) if domain else {}
    own = {key: value for key, value in said.items() if isinstance(value, Mapping)}
    return replace(environment, coordinates=merged(environment.coordinates, own)) if own else environment


def deployment_in(product: Product, environment: str) -> Mapping[str, Any]:
    """What the product's deployment.yaml says for an environment; empty without one."""
    if product.deployment is None:
        return {}
    spec = {key: value for key, value in product.deployment.spec.items() if key != "environments"}
    found: Mapping[str, Any] = merged(spec, product.deployment.overrides.get(environment, {}))
    return found


def component_in(
    stage: Stage, environment: str, name: str, kind: str, spec: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What a stage says of its component `name` in an environment."""
    for _, called, entry in fields.named(stage.overrides.get(environment, {}), "components"):
        if called == name:
            found: Mapping[str, Any] = merged(spec, fields.mapping(entry, kind))
            return found
    return spec


def place_of_component(stage: Stage, environment: str, component: Component, *keys: str | int) -> Pointer:
    """Where a stage says something of a component, for an environment if it does, else for all.

    What it nowhere says is missing where it tells of the component for all environments.
    """
    data = stage.manifest.data
    for index, called, entry in fields.named(data, "spec", "environments"):
        if called != environment:
            continue
        for number, name, own in fields.named(entry, "components"):
            if name == component.name and has(own, component.kind, *keys):
                return ("spec", "environments", index, "components", number, component.kind, *keys)
    return (*component.pointer, component.kind, *keys)


def has(data: Any, *keys: str | int) -> bool:
    """Whether something stands at `keys`, be it null."""
    above = fields.at(data, *keys[:-1])
    return keys[-1] in above if isinstance(above, Mapping) else fields.at(data, *keys) is not None


def place_of_runtime(deployment: Deployment, name: str, environment: str) -> Pointer:
    """Where deployment.yaml says something of a runtime: for all environments, else for one."""
    data = deployment.manifest.data
    holders: list[Pointer] = [("spec",)]
    for index, called, _ in fields.named(data, "spec", "environments"):
        if called == environment:
            holders.append(("spec", "environments", index))
    held = (holder for holder in holders if name in fields.mapping(data, *holder, "runtime"))
    return (*next(held, ("spec",)), "runtime", name)


def place_in_override(deployment: Deployment, environment: str, *keys: str | int) -> Pointer | None:
    """Where deployment.yaml says something for one environment only; None where that does not say it."""
    for index, called, override in fields.named(deployment.manifest.data, "spec", "environments"):
        if called == environment and fields.at(override, *keys) is not None:
            return ("spec", "environments", index, *keys)
    return None
