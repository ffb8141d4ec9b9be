"""Objects that two Applications would both apply to one cluster."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from meshwarden.manifests.settings import Settings
from meshwarden.render.argocd.applications import IN_CLUSTER, ROOT_PROJECT, destination
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.collisions import Thing, things
from meshwarden.render.scopes import Scopes, is_cluster_scoped
from meshwarden.render.targets.target import ObjectKind

Cluster = tuple[tuple[str, str], ...]

_IN_CLUSTER_NAME: Final = "in-cluster"  # as Argo CD calls the cluster that it runs in
_ARGOCD: Final[Cluster] = (("server", IN_CLUSTER),)


@dataclass(frozen=True, slots=True)
class Held:
    """An object in an overlay that holds it."""

    built: BuiltObject
    overlay: Overlay

    @property
    def application(self) -> str:
        """The name of the Application that applies it."""
        return self.overlay.application.name if self.overlay.application else ROOT_PROJECT


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An object in two Applications of one cluster; `namespace` is None where it belongs to none."""

    first: Held
    second: Held
    namespace: str | None


def duplicates(objects: Iterable[BuiltObject], settings: Settings, scopes: Scopes) -> Iterator[Duplicate]:
    """The objects that more than one Application of a cluster holds, each with the first that does.

    `scopes` are those of the kinds that the mesh defines. Two that make the same thing outside of Kubernetes
    are left to `render.collisions`.
    """
    holders: dict[tuple[Cluster, ObjectKind, str | None, str], list[Held]] = defaultdict(list)
    for built in objects:
        cluster_scoped = is_cluster_scoped(built.data, scopes)
        for overlay in built.overlays:
            namespace = None if cluster_scoped else _namespace(built, overlay, settings)
            key = (_cluster(overlay, settings), built.kind, namespace, built.name)
            holders[key].append(Held(built, overlay))
    for (_, _, namespace, _), (first, *others) in holders.items():
        for other in others:
            if not _things(first) & _things(other):
                yield Duplicate(first, other, namespace)


def _cluster(overlay: Overlay, settings: Settings) -> Cluster:
    """Where an overlay is applied: Argo CD's own folder is where Argo CD runs."""
    environment = settings.environment(overlay.environment) if overlay.environment else None
    found = (destination(environment) or {}) if environment else {"server": IN_CLUSTER}
    if found.get("name") == _IN_CLUSTER_NAME:
        return _ARGOCD
    return tuple((way, value.rstrip("/")) for way, value in found.items())


def _namespace(built: BuiltObject, overlay: Overlay, settings: Settings) -> str:
    """The namespace of an object: where it names none, Argo CD takes its Application's."""
    own = overlay.application.namespace if overlay.application else settings.argocd_namespace
    return built.namespace or own


def _things(held: Held) -> set[Thing]:
    """What a rendered object makes outside of Kubernetes; nothing of one that was written by hand."""
    try:
        return {*things(held.overlay.environment or "", held.built.data)}
    except (LookupError, TypeError, AttributeError):  # written by hand, with the label of a contract
        return set()
