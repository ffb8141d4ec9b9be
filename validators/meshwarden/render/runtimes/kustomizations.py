"""What a product's kustomization would do to its objects that is not seen before it is built.

What an object is, and in which namespace, decides whether a product may have it. So a kustomization may not
change either: that would lead past every look at what it names. What it changes else is its own.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.content import Content
from meshwarden.render.documents import items_of
from meshwarden.sources.reader import read

_MAKING: Final = ("generators", "transformers", "validators", "helmCharts", "helmChartInflationGenerator")
_PATCHES: Final = ("patches", "patchesJson6902", "patchesStrategicMerge")
# Places of a JSON patch: what is more than the namespace, and what tells the kind.
_WHOLE: Final = ("", "/", "/metadata")
_KIND: Final = ("/apiVersion", "/kind")


def unseen(content: Content, folder: str, namespace: str) -> Iterator[str]:
    """What the kustomization in a folder does that a product's may not, whose namespace is given."""
    path = content.kustomization(folder)
    data = content.manifests[path].data if path else None
    told = fields.at(data, "namespace")  # also of what other kustomizations reach, or a component belongs to
    if told not in (None, "", namespace):
        yield f"`{path}` puts what it reaches into namespace `{told}`; the product's is `{namespace}`"
    for field in _MAKING:
        if fields.at(data, field):
            yield f"`{path}` has `{field}`, and what these make only a build tells"
    for field in _PATCHES:
        for entry in fields.entries(data, field):
            patches = [*_of(content, folder, entry)]
            if fields.at(entry, "options", "allowKindChange") or any(map(_changes_kind, patches)):
                yield f"`{path}` lets a patch change what kind an object is"
            if any(_moves(patch, namespace) for patch in patches):
                yield f"`{path}` has a patch that tells an object's namespace"
    for entry in fields.entries(data, "replacements"):
        if any(_aims_at_namespace(one) for one in _replacements(content, folder, entry)):
            yield f"`{path}` has a replacement that tells an object's namespace"


def _of(content: Content, folder: str, entry: Any) -> Iterator[Any]:
    """The documents of a patch, which stands in the kustomization or in a file."""
    texts = [entry] if isinstance(entry, str) else [fields.text(entry, "patch"), fields.text(entry, "path")]
    for text in texts:
        path = posixpath.normpath(posixpath.join(folder, text)) if text else ""
        if path in content.manifests:
            yield from content.items(path)
        elif text:
            yield from items_of(read(folder, text.encode("utf-8", "replace")))


def _changes_kind(patch: Any) -> bool:
    """Whether a patch in the form of RFC 6902 does: Kustomize lets it without being told to."""
    operations = patch if isinstance(patch, list) else [patch]
    return any(fields.at(operation, "path") in _KIND for operation in operations)


def _moves(patch: Any, namespace: str) -> bool:
    """Whether a patch, or a part of one, tells another namespace; as a merge, or in the form of RFC 6902."""
    if isinstance(patch, list):
        return any(_moves(part, namespace) for part in patch)
    if not isinstance(patch, dict):
        return False
    place = patch.get("path") if "op" in patch else None
    if isinstance(place, str) and (place.endswith("/namespace") or place in _WHOLE):
        return True
    told = patch.get("namespace", namespace)
    return told != namespace or any(_moves(part, namespace) for part in patch.values())


def _replacements(content: Content, folder: str, entry: Any) -> Iterator[Any]:
    path = fields.text(entry, "path")
    if path is None:
        yield entry
        return
    for item in content.items(posixpath.normpath(posixpath.join(folder, path))):
        yield from item if isinstance(item, list) else [item]


def _aims_at_namespace(replacement: Any) -> bool:
    places = (
        place
        for _, target in fields.mappings(replacement, "targets")
        for place in fields.texts(target, "fieldPaths")
    )
    return any("namespace" in place or place in ("metadata", "kind", "apiVersion") for place in places)
