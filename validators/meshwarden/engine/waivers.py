"""Waivers: which findings they accept on the day of the check, and which of them do nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from meshwarden.engine.judge import Ledger
from meshwarden.engine.outcome import Unjudged
from meshwarden.findings import Finding, Severity, Waived
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.manifests.waivers import Waiver
from meshwarden.mesh.records import Mesh
from meshwarden.sources.document import Document

_BREAKING: Final = ("yaml", "schema")  # categories of errors that hide what other rules would say


def waive(
    findings: Sequence[Finding], mesh: Mesh, waivable: Mapping[str, bool], today: date
) -> tuple[tuple[Finding, ...], frozenset[Waiver]]:
    """The findings, those that a waiver accepts until its day marked so, and the waivers that met any."""
    in_force: dict[str, list[Waiver]] = defaultdict(list)
    for waiver in mesh.waivers:
        if waivable.get(waiver.rule) and waiver.expires >= today:
            in_force[waiver.rule].append(waiver)
    if not in_force:
        return tuple(findings), frozenset()
    documents = {manifest.path: manifest.document for manifest in mesh.manifests}
    used: set[Waiver] = set()
    marked = []
    for finding in findings:
        meeting = [one for one in in_force[finding.rule] if one.meets(finding.path, finding.pointer)]
        used.update(meeting)
        marked.append(replace(finding, waived=_waived(meeting[0], documents)) if meeting else finding)
    return tuple(marked), frozenset(used)


def _waived(waiver: Waiver, documents: Mapping[str, Document]) -> Waived:
    line = documents[waiver.path].span(waiver.pointer).line
    return Waived(waiver.owner, waiver.reason, waiver.expires, waiver.path, line)


def undecided(
    waivers: Iterable[Waiver],
    ran: frozenset[str],
    rendered: frozenset[str],
    findings: Sequence[Finding],
    ledger: Ledger,
) -> dict[Waiver, str]:
    """The waivers of which it cannot be said whether they waive something, each with the reason.

    `ran` are the rules that ran, `rendered` those among them about what is rendered: of a file with an error
    less may be.
    """
    died = {error.rule for error in ledger.errors}
    wrong = sorted({one.path for one in findings if one.severity is Severity.ERROR and one.waived is None})
    broken = sorted(
        {one.path for one in findings if one.severity is Severity.ERROR and one.category in _BREAKING}
    )
    found = {}
    for waiver in waivers:
        left = next((one for one in ledger.not_judged if _is_about(one, waiver)), None)
        if waiver.rule not in ran or waiver.rule in died:
            found[waiver] = "the rule did not run"
        elif left:
            found[waiver] = f"{left.path} was not judged"
        elif path := next((path for path in broken if waiver.meets(path, waiver.below)), None):
            found[waiver] = f"{path} has an error that hides others"
        elif path := next((one for one in wrong if _hides(one, waiver, rendered)), None):
            found[waiver] = f"{path} has an error, for which it may be rendered otherwise"
    return found


def _hides(path: str, waiver: Waiver, rendered: frozenset[str]) -> bool:
    """Whether for an error in a file something is rendered otherwise that the waiver is about."""
    return waiver.rule in rendered and (path == MESH_FILE or waiver.meets(path, waiver.below))


def _is_about(unjudged: Unjudged, waiver: Waiver) -> bool:
    """Whether a waiver might have met what was not judged; if mesh.yaml is the reason, that is anything."""
    if unjudged.rule not in (waiver.rule, f"{waiver.rule.partition('/')[0]}/*", "*"):
        return False
    return unjudged.path == MESH_FILE or waiver.meets(unjudged.path, waiver.below)
