"""Rego files → what meshwarden knows of each policy: its rule, its severity, the kinds that it judges."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from meshwarden.findings import Severity
from meshwarden.manifests import fields
from meshwarden.shipped import shipped

_PACKAGE: Final = re.compile(r"^package\s+([\w.]+)", re.MULTILINE)
_METADATA: Final = re.compile(
    r"\A(?:\s*#(?! METADATA).*\n|\s*\n)*# METADATA[ \t]*\n((?:#.*\n)+)(?=package\s)"
)
_ENTRY: Final = re.compile(r"^((?:deny|violation|warn)(?:_\w+)?)\b", re.MULTILINE)
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Module:
    """A Rego file. `path` is relative to the mesh's folder, or to meshwarden's own policies/."""

    path: str
    text: str
    own: bool  # meshwarden's own, and not the mesh's

    @property
    def package(self) -> str | None:
        found = _PACKAGE.search(self.text)
        return found[1] if found else None


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule written in Rego. `kinds` is empty for one that sees every manifest."""

    id: str
    severity: Severity
    kinds: frozenset[str]
    title: str
    description: str
    hint: str | None
    package: str
    entries: tuple[str, ...]  # the names of the rules that yield results, such as deny
    module: Module


def own_modules() -> list[Module]:
    """The modules that travel with meshwarden, without their tests."""
    folder = shipped("policies")
    return [
        Module(f"policies/{path.relative_to(folder).as_posix()}", path.read_text("utf-8"), own=True)
        for path in sorted(folder.rglob("*.rego"))
        if not path.name.endswith("_test.rego")
    ]


def mesh_modules(files: Mapping[str, bytes]) -> list[Module]:
    """The mesh's own modules, from the Rego files of the folders that mesh.yaml names."""
    return [
        Module(path, content.decode("utf-8", errors="replace"), own=False)
        for path, content in sorted(files.items())
        if path.endswith(".rego") and not path.endswith("_test.rego")
    ]


def policies(modules: Iterable[Module]) -> list[Policy]:
    """The policies among the modules: those that have a rule called deny, violation or warn."""
    found = []
    for module in modules:
        entries = tuple(dict.fromkeys(_ENTRY.findall(module.text)))
        if module.package and entries:
            found.append(_policy(module, module.package, entries))
    return found


def _policy(module: Module, package: str, entries: tuple[str, ...]) -> Policy:
    said = _metadata(module.text)
    stem = Path(module.path).stem.replace("_", "-")
    severity = str(fields.at(said, "custom", "severity") or "error")
    return Policy(
        id=fields.text(said, "custom", "id") or f"policy/{stem}",
        severity=Severity.of(severity) if severity.upper() in Severity.__members__ else Severity.ERROR,
        kinds=frozenset(fields.texts(said, "custom", "kinds")),
        title=fields.text(said, "title") or stem,
        description=fields.text(said, "description") or "",
        hint=fields.text(said, "custom", "hint"),
        package=package,
        entries=entries,
        module=module,
    )


def _metadata(text: str) -> Any:
    """The METADATA annotation of a module's package, as OPA reads it: YAML behind `# `."""
    found = _METADATA.match(text)
    if not found:
        return {}
    text = "".join(line[1:].removeprefix(" ") for line in found[1].splitlines(keepends=True))
    try:
        return yaml.load(text, _LOADER)  # noqa: S506 -- both are safe loaders
    except yaml.YAMLError:
        return {}
