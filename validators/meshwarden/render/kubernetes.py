"""The schemas of Kubernetes' own kinds, as the package kubernetes-validate ships them.

It is an extra, as it holds the schemas of many versions of Kubernetes. Only its files are read: importing it
would bring another validator along. https://github.com/willthames/kubernetes-validate
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from meshwarden.errors import CouldNotFinish
from meshwarden.render.object_schemas import ObjectSchema
from meshwarden.render.targets.target import ObjectKind

_PACKAGE: Final = "kubernetes_validate"
_FOLDER: Final = re.compile(r"v(\d+)\.(\d+)\.\d+-local-strict")  # strict: unknown fields are refused
_FILE: Final = "_definitions.json"
_REFERENCE: Final = "#/$defs/"
_GVK: Final = "x-kubernetes-group-version-kind"
_SHARED: Final = (
    "io.k8s.apimachinery."  # what is sent beside objects, in all groups: DeleteOptions and the like
)

Version = tuple[int, int]


@dataclass(frozen=True)
class Release:
    """A minor release of Kubernetes, and the kinds that it knows."""

    version: Version
    folder: Path

    def __str__(self) -> str:
        return ".".join(map(str, self.version))

    @cached_property
    def _definitions(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads((self.folder / _FILE).read_bytes())["$defs"]
        except (OSError, ValueError, LookupError) as error:
            message = f"the schemas of Kubernetes {self} cannot be read: {error}"
            raise CouldNotFinish(message, "Install meshwarden[kubernetes] again.") from error
        return found

    @cached_property
    def kinds(self) -> Mapping[ObjectKind, Mapping[str, str]]:
        """The names of the definitions by kind and version."""
        found: dict[ObjectKind, dict[str, str]] = {}
        for name, definition in self._definitions.items():
            if not name.startswith(_SHARED):
                for entry in definition.get(_GVK, ()):
                    kind = ObjectKind(entry["group"], entry["kind"])
                    found.setdefault(kind, {})[entry["version"]] = name
        return found

    def knows_group(self, group: str) -> bool:
        """Whether an API group is Kubernetes' own: others are called by a domain."""
        return "." not in group or any(kind.group == group for kind in self.kinds)

    def schema(self, definition: str) -> ObjectSchema:
        """The schema of a definition with all that it refers to."""
        parts: dict[str, Any] = {}
        wanted = [definition]
        while wanted:
            name = wanted.pop()
            if name not in parts:
                parts[name] = _plain(self._definitions[name])
                wanted.extend(_references(parts[name]))
        return ObjectSchema({"$ref": f"{_REFERENCE}{definition}", "$defs": parts})


def releases() -> tuple[Release, ...]:
    """The releases whose schemas are installed, the oldest first; none without kubernetes-validate."""
    spec = find_spec(_PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or ()
    found = (
        Release((int(match[1]), int(match[2])), path)
        for folder in folders
        for path in (Path(folder) / "kubernetes-json-schema").glob("*")
        if (match := _FOLDER.fullmatch(path.name))
    )
    return tuple(sorted(found, key=lambda release: release.version))


def nearest(known: tuple[Release, ...], wanted: str | None) -> Release:
    """The release that is wanted, or else the newest before it, or else the oldest; the newest for None."""
    version = _version(wanted) if wanted else None
    before = [release for release in known if version is None or release.version <= version]
    return before[-1] if before else known[0]


def _version(text: str) -> Version | None:
    match = re.match(r"(\d{1,9})\.(\d{1,9})", text)
    return (int(match[1]), int(match[2])) if match else None


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A schema as Kubernetes means it.

    The package lets everything be null, and has a union of types as a `oneOf` of which null fits both.
    """
    found = {key: value for key, value in schema.items() if key not in {"description", "oneOf", _GVK}}
    for key in ("items", "additionalProperties"):
        if isinstance(found.get(key), dict):
            found[key] = _plain(found[key])
    if "properties" in found:
        found["properties"] = {name: _plain(below) for name, below in found["properties"].items()}
    types = [name for branch in (schema, *schema.get("oneOf", ())) for name in _types(branch)]
    return {**found, "type": types if len(types) > 1 else types[0]} if types else found


def _types(schema: Mapping[str, Any]) -> list[str]:
    said = schema.get("type", [])
    return [name for name in (said if isinstance(said, list) else [said]) if name != "null"]


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _references(item)
    elif isinstance(schema, dict):
        for key, value in schema.items():
            if key == "$ref" and isinstance(value, str):
                yield value.removeprefix(_REFERENCE)
            else:
                yield from _references(value)
