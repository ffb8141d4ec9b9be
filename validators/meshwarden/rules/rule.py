"""What a rule is: its identity, its explanation, and a check that only says what is wrong."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from meshwarden.findings import Fault, NotJudged, Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.run import Run

Said = Iterable[Fault | NotJudged]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. `text` is its page: the first line says what it finds, the rest why and how to mend it.

    `kinds` are the kinds of manifests that it judges; empty for all. Severity is its highest: a finding may
    say less. Waiving is refused for what keeps a document from being read, and for findings about waivers.
    """

    id: str
    severity: Severity
    text: str
    kinds: frozenset[str] = frozenset()
    waivable: bool = True

    @property
    def category(self) -> str:
        return self.id.partition("/")[0]

    @property
    def title(self) -> str:
        return inspect.cleandoc(self.text).partition("\n")[0].rstrip(".")

    @property
    def explanation(self) -> str:
        return inspect.cleandoc(self.text).partition("\n")[2].strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRule(Rule):
    """Judges one document by itself.

    `unread` tells that it also judges documents that are broken, or of an unknown kind or version.
    """

    check: Callable[[Manifest, SchemaStore], Said]
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshRule(Rule):
    """Judges the whole mesh at once."""

    check: Callable[[Mesh], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedRule(Rule):
    """Judges what is rendered from the mesh, and what lies in the folder of the rendered files.

    `builds` tells that it judges what Kustomize builds of that.
    """

    check: Callable[[Rendered], Said]
    builds: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRule(Rule):
    """Judges what the mesh says of rules and findings, when all others have judged."""

    check: Callable[[Run], Said]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule(Rule):
    """Written in Rego: OPA judges. `path` is the policy's file."""

    path: str


def kinds(*names: str) -> frozenset[str]:
    """The kinds that a rule judges."""
    return frozenset(names)
