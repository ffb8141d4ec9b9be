"""Runtime kubernetes → the objects that a product brings along, as plain manifests or as a kustomization.

A kustomization is built as it is. Plain manifests become objects of the product's own: with labels that say
whose they are, and in its namespace. Neither may hold what lies in another namespace or in none, as a domain
has no such rights, nor what is secret.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render import names
from meshwarden.render.content import Content
from meshwarden.render.keeping import kept_options
from meshwarden.render.runtimes.kustomizations import unseen
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.scopes import Scopes, is_cluster_scoped
from meshwarden.render.secrets import holds_secret
from meshwarden.render.targets.metadata import MANAGED_BY, SYNC_OPTIONS, foreign, ownership
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, Why

_ENDINGS: Final = (".yaml", ".yml", ".json")
_API_VERSION: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?v[0-9][a-z0-9]*\Z")
_KIND: Final = re.compile(r"[A-Z][A-Za-z0-9]*\Z")
_KUSTOMIZE: Final = "kustomize.config.k8s.io/"


class Kubernetes:
    """Kubernetes manifests in a folder below the product's."""

    kinds: tuple[ObjectKind, ...] = ()

    def render(self, context: RuntimeContext) -> Rendered:
        """The folder where it holds a kustomization, else the objects of its manifests."""
        root = context.deployment.manifest.folder
        folder = posixpath.normpath(posixpath.join(root, fields.text(context.settings, "path") or "."))
        if not folder.startswith(f"{root}/"):
            return _refused(context, "it names no folder below the product's")
        if context.content.kustomization(folder):
            return _kustomization(context, folder)
        if not context.content.below(folder):
            return _refused(context, f"`{folder}` is not there", why=Why.ELSEWHERE)
        return _plain(context, folder)


def _refused(context: RuntimeContext, *reasons: str, why: Why = Why.REFUSED) -> Rendered:
    return Rendered(refused=tuple(_at(context, reason, why) for reason in dict.fromkeys(reasons)))


def _at(context: RuntimeContext, reason: str, why: Why = Why.REFUSED) -> NotRendered:
    return context.at("path", reason=reason, why=why)


def _kustomization(context: RuntimeContext, folder: str) -> Rendered:
    """The folder, if nothing that it reaches is refused: a build cannot leave out one object."""
    scopes, reached = context.content.scopes, context.content.reach(folder)
    root = f"{context.deployment.manifest.folder}/"
    reasons = [
        f"`{folder}` reaches `{other}`, which is none of the product's"
        for other in reached.folders
        if not other.startswith(root)
    ]
    reasons += [why for other in reached.folders for why in unseen(context.content, other, context.namespace)]
    reasons += [f"`{folder}` {why}" for entry in reached.objects for why in _why_not(context, entry, scopes)]
    reasons = reasons or [f"`{path}`: {why}" for path, why in reached.unknown]
    return _refused(context, *reasons) if reasons else Rendered(folders=(folder,))


def _plain(context: RuntimeContext, folder: str) -> Rendered:
    """The objects of all manifests below the folder, but for those that are refused."""
    scopes = context.content.scopes
    files = tuple(path for path in context.content.below(folder) if path.lower().endswith(_ENDINGS))
    objects: list[Object] = []
    reasons: list[str] = [] if files else [f"`{folder}` holds no manifests"]
    for path, item in _items(context.content, files):
        why = _why_no_object(item) or next(_why_not(context, item, scopes), None)
        if why:
            reasons.append(f"`{path}` {why}")
        else:
            objects.append(_owned(context, item))
    return Rendered(tuple(objects), _refused(context, *reasons).refused, files=files)


def _items(content: Content, files: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    """What the files hold that can be read; of those that cannot, the rendering tells itself."""
    for path in files:
        if not content.unreadable(path):
            yield from ((path, item) for item in content.items(path))


def _why_no_object(item: Any) -> str | None:
    """Why something is no Kubernetes object; None if it is one. Its names become those of files."""
    api_version, kind = fields.text(item, "apiVersion") or "", fields.text(item, "kind") or ""
    name = fields.text(item, "metadata", "name")
    if api_version.startswith(_KUSTOMIZE):
        return "is a kustomization, and the folder that deployment.yaml names has none"
    if not (_API_VERSION.match(api_version) and _KIND.match(kind) and name):
        return "holds something without the apiVersion, kind and metadata.name of a Kubernetes object"
    if not names.is_subdomain(name):
        return f"holds {kind} `{name}`, which is not called by an RFC 1123 subdomain"
    return None


def _why_not(context: RuntimeContext, entry: Mapping[str, Any], scopes: Scopes) -> Iterator[str]:
    """Why an object may not be one of a data product's."""
    called = f"holds {fields.text(entry, 'kind')} `{fields.text(entry, 'metadata', 'name')}`"
    namespace = fields.text(entry, "metadata", "namespace")
    # A custom resource that names no namespace, and of which no CRD is known, is taken to belong to one.
    inside = {**entry, "metadata": {**fields.mapping(entry, "metadata"), "namespace": context.namespace}}
    if is_cluster_scoped(inside, scopes):
        yield f"{called}, which belongs to no namespace: that is the platform's to bring"
    elif namespace and namespace != context.namespace:
        yield f"{called} in namespace `{namespace}`; the product's is `{context.namespace}`"
    if holds_secret(entry):
        yield f"{called} with what is secret: let it be made in the cluster, and only name it here"


def _owned(context: RuntimeContext, item: Mapping[str, Any]) -> Object:
    """The object in the product's namespace, with labels that say whose it is, and no others of that prefix.

    What holds data is kept, unless it says otherwise itself.
    """
    product = context.product
    head = fields.mapping(item, "metadata")
    owned = ownership(owner=product.owner, domain=product.domain, product=product.name)
    labels = {**foreign(head, "labels"), **owned["labels"]}
    labels[MANAGED_BY] = str(fields.at(head, "labels", MANAGED_BY) or owned["labels"][MANAGED_BY])
    annotations = {**foreign(head, "annotations"), **owned.get("annotations", {})}
    if options := kept_options(item, fields.text(annotations, SYNC_OPTIONS)):
        annotations[SYNC_OPTIONS] = options
    metadata = {**head, "namespace": context.namespace, "labels": labels}
    if annotations:
        metadata["annotations"] = annotations
    return {**item, "metadata": metadata}
