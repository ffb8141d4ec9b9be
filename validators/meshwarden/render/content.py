"""What hand-written kustomizations reach and bring, read without building them.

The platform's Argo CD project may hold what the stages bring and no more, and Argo CD looks at an Application
again when one of the folders changes that it is made of: both must be known before anything is built.
"""

from __future__ import annotations

import posixpath
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.kustomizations import FILES
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh
from meshwarden.render.charts.release import Charts
from meshwarden.render.documents import documents_in, items_of, objects_in
from meshwarden.render.outcome import Unreadable
from meshwarden.render.scopes import Scopes, is_cluster_scoped, scopes_of
from meshwarden.render.targets.target import Object
from meshwarden.sources.document import AnomalyKind

_GENERATED: Final = (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret"))
_UNKNOWN: Final = ("helmCharts", "helmChartInflationGenerator", "generators", "transformers")
_DEPTH: Final = 20  # of components that name components: a ring of them does not build
_PLUGINS: Final = ("generators", "transformers", "validators")  # what folders of theirs hold is no object


# A folder, the namespace that what it holds is moved to, and whether that is objects of the cluster.
_Key = tuple[str, str | None, bool]


@dataclass(frozen=True)
class Reached:
    """What a kustomization reaches: folders, objects, and what cannot be known without building it."""

    folders: tuple[str, ...] = ()
    objects: tuple[Object, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()  # the kustomization, and why
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True)
class Content:
    """The documents of a mesh by path, whatever they are, and its Helm charts."""

    manifests: Mapping[str, Manifest]
    charts: Charts

    @classmethod
    def of(cls, mesh: Mesh, charts: Charts) -> Content:
        """The content of a mesh whose index was built with the documents that are not its own as well."""
        return cls({manifest.path: manifest for manifest in mesh.manifests}, charts)

    @cached_property
    def scopes(self) -> Scopes:
        """The scope of each kind that a CustomResourceDefinition defines, by group and kind."""
        return scopes_in(self.manifests.values())

    def kustomization(self, folder: str) -> str | None:
        """The path of the kustomization in `folder`; None if there is none."""
        return next(
            (path for name in FILES if (path := posixpath.join(folder, name)) in self.manifests), None
        )

    def reach(self, folder: str) -> Reached:
        """What the kustomization in `folder` reaches, each folder once."""
        seen: dict[_Key, Reached] = {}
        self._follow((folder, None, True), seen)
        found = seen.values()
        return Reached(
            tuple(dict.fromkeys(folder for folder, _, _ in seen)),
            tuple(entry for reached in found for entry in reached.objects),
            tuple(dict.fromkeys(reason for reached in found for reason in reached.unknown)),
            tuple(dict.fromkeys(one for reached in found for one in reached.unreadable)),
        )

    def below(self, folder: str) -> tuple[str, ...]:
        """The documents below a folder, by path."""
        start = bisect_left(self._paths, f"{folder}/")
        return tuple(takewhile(lambda path: path.startswith(f"{folder}/"), self._paths[start:]))

    @cached_property
    def _paths(self) -> Sequence[str]:
        return sorted(self.manifests)

    def items(self, path: str) -> tuple[Any, ...]:
        """What the documents of a file hold, whatever it is, empty ones left out; none if it is not there."""
        found = self.manifests.get(path)
        return items_of(found.document) if found else ()

    def unreadable(self, path: str) -> tuple[Unreadable, ...]:
        """Why a file that is rendered from cannot be read, or would be read otherwise by other readers."""
        manifest = self.manifests[path]
        return (*_unreadable(manifest), *_ambiguous(manifest))

    def _namespace(self, folder: str, depth: int = 0) -> str | None:
        """Where the kustomization in a folder moves all that it has: so does a component that it names."""
        path = self.kustomization(folder)
        data = self.manifests[path].data if path else None
        if own := fields.text(data, "namespace"):
            return own
        components = (posixpath.join(folder, entry) for entry in fields.texts(data, "components"))
        below = (
            self._namespace(posixpath.normpath(path), depth + 1) for path in components if depth < _DEPTH
        )
        return next(filter(None, reversed([*below])), None)

    def _follow(self, key: _Key, seen: dict[_Key, Reached]) -> None:
        """Adds what the kustomization in a folder reaches, all of it moved by one that names it."""
        folder, moved, applied = key
        path = self.kustomization(folder)
        if key in seen or path is None:
            return
        data = self.manifests[path].data
        namespace = moved or self._namespace(folder)
        unreadable = [*_unreadable(self.manifests[path])]
        objects: list[Object] = []
        unknown = [
            (path, f"its `{name}` bring objects that only a build tells")
            for name in _UNKNOWN
            if fields.at(data, name)
        ]
        seen[key] = Reached()
        below = []
        for entry in (
            *fields.texts(data, "resources"),
            *fields.texts(data, "bases"),
            *fields.texts(data, "components"),
        ):
            target = posixpath.normpath(posixpath.join(folder, entry))
            if target in self.manifests:
                objects.extend(written.data for written in objects_in(self.manifests[target]))
                unreadable += _unreadable(self.manifests[target])
            elif self.kustomization(target):
                below.append(target)
            else:
                unknown.append((path, f"it names `{entry}`, which is not among the mesh's documents"))
        for field, kind in _GENERATED:
            objects.extend(
                {"apiVersion": "v1", "kind": kind, "metadata": dict(entry)}
                for _, entry in fields.mappings(data, field)
            )
        own = tuple(_moved(entry, namespace) for entry in objects) if applied else ()
        seen[key] = Reached((folder,), own, tuple(unknown), tuple(unreadable))
        for target in below:
            self._follow((target, namespace, applied), seen)
        for entry in (text for name in _PLUGINS for text in fields.texts(data, name)):
            self._follow((posixpath.normpath(posixpath.join(folder, entry)), None, False), seen)


def scopes_in(manifests: Iterable[Manifest]) -> Scopes:
    """The scope of each kind that a CustomResourceDefinition among the documents defines."""
    foreign = (found for found in manifests if not found.known)
    return scopes_of(written.data for manifest in foreign for written in objects_in(manifest))


def _unreadable(manifest: Manifest) -> Iterator[Unreadable]:
    """Why a file cannot be read, or not by Kustomize, which refuses two equal keys."""
    for document, above in documents_in(manifest.document):
        for anomaly in document.anomalies:
            if not document.readable or anomaly.kind is AnomalyKind.DUPLICATE_KEY:
                reason, span = anomaly.detail or anomaly.kind.value, anomaly.span
                yield Unreadable(manifest.path, above + span.line, span.column, reason)


def _ambiguous(manifest: Manifest) -> Iterator[Unreadable]:
    """What readers of YAML 1.1, as Kubernetes' own are, take for something else: `0400` is 256 there."""
    for document, above in documents_in(manifest.document):
        for anomaly in document.anomalies:
            if document.readable and anomaly.kind is AnomalyKind.AMBIGUOUS:
                reason, span = f"`{anomaly.text}` is read differently by YAML 1.1 and 1.2", anomaly.span
                yield Unreadable(manifest.path, above + span.line, span.column, reason)


def _moved(entry: Object, namespace: str | None) -> Object:
    """The object after Kustomize's namespace transformer, which leaves alone what has no namespace.

    It knows no scopes but those of Kubernetes' own kinds, and moves all others.
    """
    if namespace is None:
        return entry
    moved = {**entry, "metadata": {**fields.mapping(entry, "metadata"), "namespace": namespace}}
    return entry if is_cluster_scoped(moved) else moved
