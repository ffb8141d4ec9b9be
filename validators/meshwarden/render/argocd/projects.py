"""Argo CD's projects: what may be synced where, as little as is rendered, and never beyond the ceiling.

https://argo-cd.readthedocs.io/en/stable/user-guide/projects/. No clusterResourceWhitelist denies all kinds
that belong to no namespace; no namespaceResourceWhitelist allows all that do, so that what is empty is denied
by a blacklist.

Argo CD prunes and deletes only what a project permits at that moment. A project that was cut down to what the
last commit left would keep the grants alive which that commit took away, and keep running what it stopped.
Hence a domain's project always lets in what gives access and what runs, in all environments of the mesh, in
the namespaces that domains share and in those of the ceiling's pattern with the domain's name in it; and
besides all kinds of the targets that it uses, and those that its retired products had.

https://github.com/argoproj/argo-cd/blob/master/controller/state.go, where IsLiveResourcePermitted is asked
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from meshwarden.manifests.settings import Ceiling, Settings
from meshwarden.render.argocd.applications import API_VERSION, FINALIZER, IN_CLUSTER, ROOT_PROJECT
from meshwarden.render.outcome import Beyond
from meshwarden.render.targets.metadata import MANAGED_BY, PREFIX
from meshwarden.render.targets.target import Object, ObjectKind

DEFAULT: Final = "default"
_ALL: Final = [{"group": "*", "kind": "*"}]


@dataclass(frozen=True)
class Fence:
    """What a project is to hold. Spare kinds and namespaces are let in where the ceiling has them."""

    clusters: tuple[Mapping[str, str], ...] = ()
    namespaces: frozenset[str] = frozenset()
    kinds: frozenset[ObjectKind] = frozenset()
    cluster_kinds: frozenset[ObjectKind] = frozenset()
    spare: frozenset[ObjectKind] = frozenset()
    spare_namespaces: frozenset[str] = frozenset()


def bounded(
    fence: Fence, ceiling: Ceiling, project: str, *, domain: str | None
) -> tuple[Fence, tuple[Beyond, ...]]:
    """The fence as far as the ceiling lets it be, and what is beyond.

    A domain has no kinds without a namespace; they are beyond every ceiling of a domain.
    """
    patterns = [
        (pattern, pattern.replace("{domain}", domain) if domain else pattern)
        for pattern in ceiling.namespaces
    ]
    namespaces: set[str] = set()
    beyond: list[Beyond] = []
    for namespace in sorted(fence.namespaces):
        covering = [both for both in patterns if fnmatchcase(namespace, both[1])]
        if not covering:
            beyond.append(Beyond(project, namespace=namespace))
        else:
            namespaces.add(next((whole for pattern, whole in covering if "{domain}" in pattern), namespace))
    if domain:
        namespaces |= {whole for pattern, whole in patterns if "{domain}" in pattern}
    namespaces |= {
        name for name in fence.spare_namespaces if any(fnmatchcase(name, whole) for _, whole in patterns)
    }
    allowed = {kind for kind in fence.kinds | fence.cluster_kinds | fence.spare if _is_below(kind, ceiling)}
    cluster_kinds = frozenset() if domain else fence.cluster_kinds & allowed
    over = (fence.kinds - allowed) | (fence.cluster_kinds - cluster_kinds)
    beyond += (Beyond(project, kind=kind) for kind in _ordered(over))
    kinds = (fence.kinds | fence.spare) & allowed
    return Fence(fence.clusters, frozenset(namespaces), frozenset(kinds), frozenset(cluster_kinds)), tuple(
        beyond
    )


def project(
    settings: Settings, name: str, fence: Fence, *, description: str, labels: Mapping[str, str]
) -> Object:
    """The AppProject that lets just the fence in."""
    destinations = [
        {**cluster, "namespace": namespace}
        for cluster in fence.clusters
        for namespace in sorted(fence.namespaces)
    ]
    spec: dict[str, Any] = {
        "description": description,
        "sourceRepos": [settings.repository_url],
        "destinations": destinations,
    }
    if fence.cluster_kinds:
        spec["clusterResourceWhitelist"] = _listed(fence.cluster_kinds)
    if fence.kinds:
        spec["namespaceResourceWhitelist"] = _listed(fence.kinds)
    else:
        spec["namespaceResourceBlacklist"] = _ALL
    found = _project(settings, name, spec, {PREFIX + key: value for key, value in labels.items() if value})
    # It stays until no Application refers to it: Argo CD cannot delete one whose project is gone.
    found["metadata"]["finalizers"] = [FINALIZER]
    return found


def root_project(settings: Settings) -> Object:
    """The project of the root Application, and of no other: who writes Argo CD's namespace administers it."""
    kinds = [
        ObjectKind("", "ConfigMap"),
        ObjectKind("argoproj.io", "AppProject"),
        ObjectKind("argoproj.io", "ApplicationSet"),
    ]
    spec = {
        "description": "Argo CD's own objects, as meshwarden renders them.",
        "sourceRepos": [settings.repository_url],
        "destinations": [{"server": IN_CLUSTER, "namespace": settings.argocd_namespace}],
        "namespaceResourceWhitelist": _listed(kinds),
    }
    return _project(settings, ROOT_PROJECT, spec, {})


def locked_default(settings: Settings) -> Object:
    """The project that Argo CD comes with, and that allows everything until it is locked."""
    spec: dict[str, Any] = {
        "description": "Locked: nothing is synced outside of the projects that meshwarden renders.",
        "sourceRepos": [],
        "destinations": [],
        "namespaceResourceBlacklist": _ALL,
    }
    return _project(settings, DEFAULT, spec, {})


def _project(settings: Settings, name: str, spec: dict[str, Any], labels: Mapping[str, str]) -> Object:
    metadata = {
        "name": name,
        "namespace": settings.argocd_namespace,
        "labels": {MANAGED_BY: "meshwarden", **labels},
    }
    return {"apiVersion": API_VERSION, "kind": "AppProject", "metadata": metadata, "spec": spec}


def _is_below(kind: ObjectKind, ceiling: Ceiling) -> bool:
    return any(fnmatchcase(f"{kind.group}/{kind.kind}", pattern) for pattern in ceiling.kinds)


def _listed(kinds: Iterable[ObjectKind]) -> Sequence[dict[str, str]]:
    return [{"group": kind.group, "kind": kind.kind} for kind in _ordered(kinds)]


def _ordered(kinds: Iterable[ObjectKind]) -> list[ObjectKind]:
    return sorted(kinds, key=lambda kind: (kind.group, kind.kind))
