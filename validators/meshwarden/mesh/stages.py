"""The platform's side of the index: planes, stages with their components, platform products."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from meshwarden.manifests import fields
from meshwarden.manifests.named_paths import SOURCES
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.environments import environments_of
from meshwarden.mesh.records import Component, Plane, PlatformProduct, Stage


def plane(manifest: Manifest) -> Plane:
    """The plane that a manifest describes."""
    return Plane(_name(manifest), fields.text(manifest.data, "spec", "owner"), manifest)


def stage(manifest: Manifest) -> Stage:
    """The stage that a manifest describes; its path tells layer and plane."""
    spec = fields.mapping(manifest.data, "spec")
    environments, overrides = environments_of(spec)
    components = tuple(
        Component(name, kind, fields.mapping(entry, kind), ("spec", "components", index))
        for index, name, entry in fields.named(spec, "components")
        if (kind := next((source for source in SOURCES if source in entry), None))
    )
    return Stage(
        name=fields.text(manifest.data, "metadata", "name") or manifest.variables.get("stage", ""),
        layer=manifest.variables.get("layer"),
        plane=manifest.variables.get("plane"),
        folder=manifest.folder,
        owner=fields.text(spec, "owner"),
        applied_by=fields.text(spec, "appliedBy") or "cluster",
        environments=environments,
        overrides=overrides,
        needs=fields.texts(spec, "needs"),
        provides=fields.texts(spec, "provides"),
        components=components,
        manifest=manifest,
    )


def platform_product(manifest: Manifest) -> PlatformProduct:
    """The platform product that a manifest describes."""
    spec = fields.mapping(manifest.data, "spec")
    return PlatformProduct(
        name=_name(manifest),
        plane=manifest.variables.get("plane"),
        package=fields.text(spec, "package"),
        path=fields.text(spec, "path"),
        version=fields.text(spec, "version"),
        stability=fields.text(spec, "stability"),
        owner=fields.text(spec, "owner"),
        manifest=manifest,
    )


def providers(stages: Iterable[Stage]) -> Mapping[str, tuple[Stage, ...]]:
    """The stages that provide each capability."""
    found: dict[str, list[Stage]] = defaultdict(list)
    for provider in stages:
        for capability in dict.fromkeys(provider.provides):
            found[capability].append(provider)
    return {capability: tuple(those) for capability, those in found.items()}


def _name(manifest: Manifest) -> str:
    return fields.text(manifest.data, "metadata", "name") or manifest.folder.rpartition("/")[2]
