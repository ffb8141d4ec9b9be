"""The files and folders that kustomizations reach from the folders of components and packages.

Overlays lie beside the base that they are made of, which no component names: it belongs to the first that
reaches it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping

from meshwarden.engine.reading import read_manifest
from meshwarden.manifests.kustomizations import FILES, named_in
from meshwarden.manifests.layout import Layout
from meshwarden.sources.tree import Tree


def reached_from(
    owners: Mapping[str, str], tree: Tree, layout: Layout, there: Collection[str], taken: Collection[str]
) -> dict[str, str]:
    """The manifest that owns each file and folder that is reached from those of `owners`.

    `there` are all files and folders. Whatever is in `taken`, the folders of manifests, is none of them: it
    would make content of manifests.
    """
    found: dict[str, str] = {}
    to_do = list(owners.items())
    seen = set(owners)
    tree.prefetch([path for folder in owners if (path := _kustomization(folder, there))])
    while to_do:
        folder, owner = to_do.pop(0)
        path = _kustomization(folder, there)
        for entry in named_in(read_manifest(tree, path, layout).data) if path else ():
            target = posixpath.normpath(posixpath.join(folder, entry)) if "\n" not in entry else ""
            if target in there and target not in seen and target not in taken:
                seen.add(target)
                found[target] = owner
                to_do.append((target, owner))
    return found


def _kustomization(folder: str, there: Collection[str]) -> str | None:
    return next((path for name in FILES if (path := f"{folder}/{name}") in there), None)
