"""Kustomize's own files: what they are called, and the files and folders that they name.

https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from meshwarden.manifests import fields

FILES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_FILES_OR_FOLDERS: Final = ("resources", "bases", "components", "generators", "transformers", "validators")
_FILES: Final = ("patchesStrategicMerge", "configurations", "crds")
_OF_ENTRIES: Final = ("patches", "patchesJson6902", "replacements")
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")


def named_in(data: Any) -> Iterator[str]:
    """What a kustomization names, as it writes it; some are no paths, but URLs or patches in place."""
    for field in (*_FILES_OR_FOLDERS, *_FILES):
        yield from fields.texts(data, field)
    for field in _OF_ENTRIES:
        yield from (path for _, entry in fields.mappings(data, field) if (path := fields.text(entry, "path")))
    for field in _GENERATORS:
        for _, entry in fields.mappings(data, field):
            yield from (said.rpartition("=")[2] for said in fields.texts(entry, "files"))
            yield from fields.texts(entry, "envs")
    if schema := fields.text(data, "openapi", "path"):
        yield schema
