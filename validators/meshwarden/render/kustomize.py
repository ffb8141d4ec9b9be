"""Objects by environment → a Kustomize base, and overlays that hold what differs.

Only fields that Kustomize has not deprecated:
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from meshwarden.render import names
from meshwarden.render.patches import Operation, patch
from meshwarden.render.targets.metadata import PREFIX
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.yaml_writer import write

FILE: Final = "kustomization.yaml"
Key = tuple[str, str]  # apiVersion and kind, name


def kustomization(
    resources: Sequence[str],
    *,
    environment: str | None = None,
    patches: Sequence[Mapping[str, Any]] = (),
    labels: Mapping[str, str] | None = None,
) -> Object:
    """A kustomization. `environment` and `labels` become labels of all objects, but not of selectors."""
    found: Object = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": list(resources),
    }
    pairs = dict(labels or {})
    if environment is not None:
        pairs[PREFIX + "environment"] = environment
    if pairs:
        found["labels"] = [{"pairs": pairs}]
    if patches:
        found["patches"] = list(patches)
    return found


def base_and_overlays(objects: Mapping[str, Sequence[Object]], comment: str) -> dict[str, bytes]:
    """The files of `base/` and `overlays/<environment>/`, by path relative to the unit's folder.

    The base holds each object that all environments have, as it is in the first. There is no base if none is.
    """
    by_environment = {
        environment: {key_of(entry): entry for entry in found} for environment, found in objects.items()
    }
    shared = [key for key in _first(by_environment) if all(key in found for found in by_environment.values())]
    base = {key: _first(by_environment)[key] for key in shared}
    files: dict[str, bytes] = {}
    if base:
        files.update({f"base/{file_of(entry)}": write(entry, comment=comment) for entry in base.values()})
        resources = sorted(map(file_of, base.values()))
        files[f"base/{FILE}"] = write(kustomization(resources), comment=comment)
    for environment, found in by_environment.items():
        overlay = _overlay(environment, base, found, comment)
        files.update({f"overlays/{environment}/{path}": content for path, content in overlay.items()})
    return files


def key_of(entry: Object) -> Key:
    """What tells an object from the others of a unit."""
    return f"{entry['apiVersion']}/{entry['kind']}", entry["metadata"]["name"]


def file_of(entry: Object) -> str:
    """The name of the file that holds an object."""
    return f"{names.shortened(str(entry['kind']).lower() + '-' + entry['metadata']['name'], 200)}.yaml"


def _first(by_environment: Mapping[str, Mapping[Key, Object]]) -> Mapping[Key, Object]:
    return next(iter(by_environment.values()), {})


def _overlay(
    environment: str, base: Mapping[Key, Object], found: Mapping[Key, Object], comment: str
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    resources = ["../../base"] if base else []
    patches = []
    for key in sorted(found):
        entry, name = found[key], file_of(found[key])
        if key not in base:
            files[name] = write(entry, comment=comment)
            resources.append(name)
        elif operations := patch(base[key], entry):
            files[f"patches/{name}"] = _patch_file(operations, comment)
            patches.append({"path": f"patches/{name}", "target": _target(base[key])})
    whole = kustomization(resources, environment=environment, patches=patches)
    return {**files, FILE: write(whole, comment=comment)}


def _patch_file(operations: Sequence[Operation], comment: str) -> bytes:
    return write(list(operations), comment=comment)


def _target(entry: Object) -> dict[str, str]:
    """Just this object: Kustomize takes name and namespace for regular expressions."""
    kind = ObjectKind.of(entry)
    found = {
        "group": kind.group,
        "version": str(entry["apiVersion"]).rpartition("/")[2],
        "kind": kind.kind,
        "name": re.escape(entry["metadata"]["name"]).replace("\\-", "-"),
        "namespace": entry["metadata"].get("namespace", ""),
    }
    return {key: value for key, value in found.items() if value}
