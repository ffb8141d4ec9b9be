"""What overlays hold once they are built, and Argo CD would refuse: their project does not let it in.

Projects are computed before anything is built, from what kustomizations name. What these then change, by a
patch or a transformer that moves objects elsewhere, is seen only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Settings
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.outcome import Beyond, Rendering
from meshwarden.render.scopes import Scopes, is_cluster_scoped
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.units import PLATFORM
from meshwarden.sources.reader import read


@dataclass(frozen=True, slots=True)
class Outside:
    """An object that its project does not let in: not in `namespace`, or nowhere where that is None."""

    built: BuiltObject
    overlay: Overlay
    project: str
    namespace: str | None


def outside(
    rendering: Rendering, objects: Sequence[BuiltObject], settings: Settings, scopes: Scopes
) -> Iterator[Outside]:
    """The objects outside of their projects; not those that `rendering.beyond_ceiling` tells of."""
    known = set(rendering.beyond_ceiling)
    projects: dict[str, Mapping[str, object] | None] = {}
    for built in objects:
        cluster_scoped = is_cluster_scoped(built.data, scopes)
        for overlay in built.overlays:
            if overlay.application is None:
                continue
            name = overlay.application.project or PLATFORM
            if name not in projects:
                projects[name] = _project(rendering, f"{settings.render_path}/argocd/projects/{name}.yaml")
            namespace = None if cluster_scoped else built.namespace or overlay.application.namespace
            spec = projects[name]
            told = {Beyond(name, kind=built.kind), Beyond(name, namespace=namespace)}
            if spec is None or told & known:
                continue
            if not _lets_in_kind(spec, built.kind, cluster_scoped=cluster_scoped):
                yield Outside(built, overlay, name, None)
            elif namespace and not _lets_in_namespace(spec, namespace):
                yield Outside(built, overlay, name, namespace)


def _project(rendering: Rendering, path: str) -> Object | None:
    content = rendering.files.get(path)
    return dict(fields.mapping(read(path, content).data, "spec")) if content else None


def _lets_in_kind(spec: Mapping[str, object], kind: ObjectKind, *, cluster_scoped: bool) -> bool:
    key = "clusterResourceWhitelist" if cluster_scoped else "namespaceResourceWhitelist"
    return any(
        (one.get("group"), one.get("kind")) == (kind.group, kind.kind)
        for _, one in fields.mappings(spec, key)
    )


def _lets_in_namespace(spec: Mapping[str, object], namespace: str) -> bool:
    patterns = {fields.text(one, "namespace") or "" for _, one in fields.mappings(spec, "destinations")}
    return any(fnmatchcase(namespace, pattern) for pattern in patterns)
