"""Rego files → what meshwarden knows of each policy: its rule, its severity, the kinds that it judges."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Final

from meshwarden.findings import Severity
from meshwarden.manifests import fields
from meshwarden.policy import rego
from meshwarden.shipped import shipped

_LIBRARY: Final = "policy/*"  # whose failure it is where a module is no policy's
_RULE_ID: Final = re.compile(r"[a-z0-9-]+/[a-z0-9-]+\Z")
_NO_LABEL: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Module:
    """A Rego file. `path` is relative to the mesh's folder, or to the folder that holds meshwarden's own."""

    path: str
    text: str
    own: bool  # meshwarden's own, and not the mesh's

    @cached_property
    def package(self) -> rego.Path | None:
        return rego.package(self.text)

    @cached_property
    def entries(self) -> tuple[str, ...]:
        return rego.entries(self.text)

    @cached_property
    def metadata(self) -> Mapping[str, Any]:
        return rego.metadata(self.text)

    @property
    def stem(self) -> str:
        """The file's name as a part of a rule's id."""
        return _label(PurePosixPath(self.path).stem)


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule written in Rego. `kinds` is empty for one that sees every manifest."""

    id: str
    severity: Severity
    kinds: frozenset[str]
    title: str
    description: str
    hint: str | None
    package: rego.Path
    entries: tuple[str, ...]  # the names of the rules that yield results, such as deny
    module: Module


@dataclass(frozen=True, slots=True)
class PolicyFailure:
    """A policy that could not judge: all its documents (`document` is None), or one."""

    rule: str
    path: str  # of the policy's file
    line: int
    column: int
    message: str
    document: str | None = None


def own_modules() -> list[Module]:
    """The modules that travel with meshwarden, without their tests."""
    folder = shipped("policies")
    return [
        Module(f"policies/{path.relative_to(folder).as_posix()}", path.read_text("utf-8"), own=True)
        for path in sorted(folder.rglob("*.rego"))
        if not path.name.endswith("_test.rego")
    ]


def mesh_modules(files: Mapping[str, bytes]) -> list[Module]:
    """The mesh's own modules, from the Rego files of the folders that mesh.yaml names.

    Bytes that are no UTF-8 become lone surrogates, which no OPA gets to see: such a module is refused.
    """
    return [
        Module(path, content.decode("utf-8", errors="surrogateescape"), own=False)
        for path, content in sorted(files.items())
        if path.endswith(".rego") and not path.endswith("_test.rego")
    ]


def policies(modules: Iterable[Module]) -> list[Policy]:
    """The policies among the modules: those that have a rule called deny, violation or warn.

    No two have one id: of several that claim it the first is given, meshwarden's own before the mesh's.
    """
    return list({policy.id: policy for policy in reversed(claims(modules))}.values())[::-1]


def claims(modules: Iterable[Module]) -> list[Policy]:
    """All policies, also where several claim one id; meshwarden's own first."""
    by_package: dict[rego.Path, list[Module]] = defaultdict(list)
    for module in sorted(modules, key=lambda found: (not found.own, found.path)):
        if module.package and module.entries:
            by_package[module.package].append(module)
    return [policy for together in by_package.values() for policy in _of_package(together)]


def rules_of(modules: Iterable[Module]) -> Callable[[Module], str]:
    """Under which rule what is wrong with a module is told."""
    ids = {policy.module: policy.id for policy in reversed(claims(modules))}
    return lambda module: ids.get(module, _LIBRARY)


def _of_package(modules: Sequence[Module]) -> Iterator[Policy]:
    """The policies of one package.

    OPA makes one set of what its files call `deny`: so that is one rule, named by the file where there is
    one, and by the package where there are several.
    """
    taken: set[str] = set()
    shared = {entry for entry, files in Counter(e for m in modules for e in m.entries).items() if files > 1}
    for module in modules:
        policy = _policy(module)
        by_id: dict[str, list[str]] = defaultdict(list)
        for entry in module.entries:
            if entry not in taken:
                by_id[_id(policy, entry, is_shared=entry in shared)].append(entry)
        taken.update(module.entries)
        for rule, entries in by_id.items():
            kinds = policy.kinds if shared.isdisjoint(entries) else _kinds(modules)
            severity = policy.severity
            if all(entry.startswith("warn") for entry in entries):
                severity = min(severity, Severity.WARNING)
            yield replace(policy, id=rule, entries=tuple(entries), kinds=kinds, severity=severity)


def _id(policy: Policy, entry: str, *, is_shared: bool) -> str:
    """The rule's id: what METADATA says, else `policy/<name>` of `deny_<name>`, else by file or package."""
    name = entry.partition("_")[2]
    if policy.id:
        return policy.id if _RULE_ID.match(policy.id) else f"policy/{_label(policy.id)}"
    return f"policy/{_label(name or (policy.package[-1] if is_shared else policy.module.stem))}"


def _kinds(modules: Iterable[Module]) -> frozenset[str]:
    """The kinds that any of the modules judges; empty, for all, where one of them judges all."""
    said = [_policy(module).kinds for module in modules]
    return frozenset().union(*said) if all(said) else frozenset()


def _policy(module: Module) -> Policy:
    """The module's policy as its METADATA says it; the id is empty where they say none."""
    said = module.metadata
    severity = str(fields.at(said, "custom", "severity") or "error")
    kinds = fields.at(said, "custom", "kinds")
    return Policy(
        id=fields.text(said, "custom", "id") or "",
        severity=Severity.of(severity) if severity.upper() in Severity.__members__ else Severity.ERROR,
        kinds=frozenset([kinds] if isinstance(kinds, str) else fields.texts(said, "custom", "kinds")),
        title=_text(said, "title") or module.stem,
        description=_text(said, "description") or "",
        hint=fields.text(said, "custom", "hint"),
        package=module.package or (),
        entries=module.entries,
        module=module,
    )


def _text(said: Any, key: str) -> str | None:
    value = fields.at(said, key)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _label(text: str) -> str:
    return _NO_LABEL.sub("-", text.lower()).strip("-") or "unnamed"
