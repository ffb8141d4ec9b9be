"""Objects by environment → a Kustomize base, and overlays that hold what differs.

Only fields that Kustomize has not deprecated:
https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Resources:
    """What an environment has of a unit: objects that are rendered, and folders that are built as they are.

    Folders hold kustomizations written by hand; `folders` are their paths in the mesh.
    """

    objects: Mapping[Key, Object]
    folders: tuple[str, ...] = ()

    @classmethod
    def of(cls, objects: Sequence[Object], folders: Sequence[str] = ()) -> Resources:
        """The resources, each once."""
        return cls({key_of(entry): entry for entry in objects}, tuple(dict.fromkeys(folders)))

    def shared(self, others: Collection[Resources]) -> Resources:
        """What the others have as well."""
        objects = {
            key: entry for key, entry in self.objects.items() if all(key in other.objects for other in others)
        }
        folders = (path for path in self.folders if all(path in other.folders for other in others))
        return Resources(objects, tuple(folders))


def base_and_overlays(
    unit: str,
    resources: Mapping[str, Resources],
    comment: str,
    labels: Mapping[str, str],
    keeping: Mapping[str, Sequence[Mapping[str, Any]]],
) -> dict[str, bytes]:
    """The files of `base/` and `overlays/<environment>/`, by path relative to the folder of the unit.

    The base holds what all environments have, as it is in the first; there is no base if nothing is. `labels`
    are those of objects in folders written by hand, `keeping` the patches that keep such of each folder.
    """
    base = next(iter(resources.values())).shared(resources.values())
    called = _files_of({key: entry for found in resources.values() for key, entry in found.objects.items()})
    files: dict[str, bytes] = {}
    own = {called[key]: entry for key, entry in base.objects.items()}
    if base.objects or base.folders:
        files.update({f"base/{name}": write(entry, comment=comment) for name, entry in own.items()})
        whole = kustomization(
            [*_relative(base.folders, f"{unit}/base"), *sorted(own)],
            labels=labels if base.folders else None,
            patches=_each_once(keeping, base.folders),
        )
        files[f"base/{FILE}"] = write(whole, comment=comment)
    for environment, found in resources.items():
        folders = [path for path in found.folders if path not in base.folders]
        hand_written = _relative(folders, f"{unit}/overlays/{environment}")
        kept = _each_once(keeping, folders)
        objects = {called[key]: found.objects[key] for key in sorted(found.objects)}
        there = own if base.objects or base.folders else None
        overlay = _overlay(environment, there, objects, hand_written, comment, labels, kept)
        files.update({f"overlays/{environment}/{path}": content for path, content in overlay.items()})
    return files


def _each_once(
    keeping: Mapping[str, Sequence[Mapping[str, Any]]], folders: Iterable[str]
) -> list[Mapping[str, Any]]:
    found = [one for folder in folders for one in keeping.get(folder, ())]
    return [one for index, one in enumerate(found) if one not in found[:index]]


def _relative(folders: Sequence[str], start: str) -> list[str]:
    return [posixpath.relpath(path, start) for path in folders]


def key_of(entry: Object) -> Key:
    """What tells an object from the others of a unit."""
    return f"{entry['apiVersion']}/{entry['kind']}", entry["metadata"]["name"]


def file_of(entry: Object, *, with_group: bool = False) -> str:
    """The name of the file that holds an object."""
    kind = ObjectKind.of(entry)
    what = f"{kind.kind}.{kind.group}" if with_group and kind.group else kind.kind
    return f"{names.shortened(what.lower() + '-' + entry['metadata']['name'], 200)}.yaml"


def _files_of(objects: Mapping[Key, Object]) -> dict[Key, str]:
    """The names of the files by the objects' keys: with the group where another group has such a kind."""
    short = Counter(file_of(entry) for entry in objects.values())
    return {key: file_of(entry, with_group=short[file_of(entry)] > 1) for key, entry in objects.items()}


def _overlay(
    environment: str,
    base: Mapping[str, Object] | None,
    found: Mapping[str, Object],
    hand_written: Sequence[str],
    comment: str,
    labels: Mapping[str, str],
    keeping: Sequence[Mapping[str, Any]],
) -> dict[str, bytes]:
    """The files of an overlay. Objects are by the names of their files; `base` is None if there is none."""
    files: dict[str, bytes] = {}
    resources = [] if base is None else ["../../base"]
    resources += hand_written
    patches = [*keeping]
    shared = base or {}
    for name, entry in found.items():
        if name not in shared:
            files[name] = write(entry, comment=comment)
            resources.append(name)
        elif operations := patch(shared[name], entry):
            files[f"patches/{name}"] = _patch_file(operations, comment)
            patches.append({"path": f"patches/{name}", "target": _target(shared[name])})
    whole = kustomization(
        resources, environment=environment, patches=patches, labels=labels if hand_written else None
    )
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
