"""mesh.yaml speaks of a rule or domain that is none, or of a rule that is always judged.

A rule that is ignored or given another severity under a mistyped name goes on as it was, and nobody is told.
What keeps a document from being read, and what is said of waivers, is always judged and in full: mesh.yaml
can neither ignore nor lower it.

To fix it, write the rule's id or category as `meshwarden rules` shows it, and the domain's name as its
domain.yaml does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.hints import offer
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run

_RULES: Final = ("spec", "rules")


def _check(run: Run) -> Said:
    known = {*run.waivable, *(rule.partition("/")[0] for rule in run.waivable)}
    if run.mesh.root is None or not run.mesh.root.known:
        return
    for pointer, name in _named(run.mesh.root.data):
        if name.removesuffix("/*") not in known:
            yield _fault(f"`{name}` is no rule and no category", pointer, name, known)
        elif not any(waivable for rule, waivable in run.waivable.items() if _means(name, rule)):
            message = f"`{name}` is always judged, and in full"
            yield Fault(message, Place(MESH_FILE, pointer), "Remove it, and mend what it finds.")
    yield from _domains(run, run.mesh.root.data)


def _named(data: object) -> Iterator[tuple[Pointer, str]]:
    for index, name in enumerate(fields.entries(data, *_RULES, "ignore")):
        if isinstance(name, str):
            yield (*_RULES, "ignore", index), name
    for index, entry in fields.mappings(data, *_RULES, "settings"):
        if isinstance(name := entry.get("rule"), str):
            yield (*_RULES, "settings", index, "rule"), name


def _means(name: str, rule: str) -> bool:
    return name.removesuffix("/*") in (rule, rule.partition("/")[0])


def _domains(run: Run, data: object) -> Said:
    unread = run.mesh.unread("Domain")
    for index, entry in fields.mappings(data, *_RULES, "settings"):
        for at, name in enumerate(fields.entries(entry, "domains")):
            if not isinstance(name, str) or name in run.mesh.domains:
                continue
            if unread:
                yield NotJudged(MESH_FILE, f"{unread[0].path} cannot be read")
            else:
                pointer = (*_RULES, "settings", index, "domains", at)
                yield _fault(f"`{name}` is no domain of the mesh", pointer, name, run.mesh.domains)


def _fault(message: str, pointer: Pointer, name: str, known: Collection[str]) -> Fault:
    return Fault(message, Place(MESH_FILE, pointer), offer(name, known, "There are"))


RULE: Final = RunRule("reference/rule", Severity.ERROR, __doc__, kinds("Mesh"), check=_check)
