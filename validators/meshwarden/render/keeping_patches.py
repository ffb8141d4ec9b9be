"""Objects that somebody wrote by hand → the patches of a kustomization by which Argo CD keeps them.

A folder with a kustomization of its own is built as it is. What holds data in it is kept as what is rendered
is, unless it says itself whether to prune or to delete it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.keeping import kept_options
from meshwarden.render.targets.metadata import SYNC_OPTIONS
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.yaml_writer import write

# https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/
_UNSAID: Final = {"annotationSelector": f"!{SYNC_OPTIONS}"}

Patch = dict[str, Any]


def patches_that_keep(objects: Iterable[Object]) -> tuple[Patch, ...]:
    """A patch a kind for those without sync options, and one an object for those that have some already."""
    found: dict[tuple[str, ...], Patch] = {}
    for entry in objects:
        own = fields.text(entry, "metadata", "annotations", SYNC_OPTIONS)
        options, kind = kept_options(entry, own), ObjectKind.of(entry)
        if options is not None and options != own:
            name = fields.text(entry, "metadata", "name") if own else None
            found[kind.group, kind.kind, name or ""] = _patch(entry, name, options)
    return tuple(found[key] for key in sorted(found))


def _patch(entry: Object, name: str | None, options: str) -> Patch:
    """The patch for one object, or without a name for all of its kind that say nothing."""
    kind = ObjectKind.of(entry)
    which = {"name": re.escape(name).replace("\\-", "-")} if name else _UNSAID
    target = {"group": kind.group, "kind": kind.kind, **which}
    head = {"name": name or "any", "annotations": {SYNC_OPTIONS: options}}
    change = {"apiVersion": entry["apiVersion"], "kind": kind.kind, "metadata": head}
    return {"patch": write(change).decode(), "target": {key: value for key, value in target.items() if value}}
