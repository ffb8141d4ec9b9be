"""A check, from top to bottom: sources → manifests → mesh → rules, policies → rendering → lines → outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from meshwarden.engine.build_options import BuildOptions
from meshwarden.engine.judge import (
    Ledger,
    judge_manifests,
    judge_mesh,
    judge_policies,
    judge_rendered,
    judge_run,
)
from meshwarden.engine.opening import Opened, opened
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.scan import Scan
from meshwarden.engine.selection import Selection
from meshwarden.engine.settlement import Settled, Settlement
from meshwarden.engine.severities import fail_level
from meshwarden.errors import WrongUsage
from meshwarden.findings import Finding, Severity
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.policy.opa import OpaAt
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import RenderedRule, Rule, RunRule
from meshwarden.sources.tree import Listing, Tree
from meshwarden.tools.helm import FindHelm, find_helm


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """What is asked of a check. `paths` narrow what is reported, never what is known; empty for all."""

    paths: tuple[str, ...] = ()
    render: bool = True
    selection: Selection = field(default_factory=Selection)
    fail_on: Severity | None = None
    opa: OpaAt = field(default_factory=OpaAt)
    kustomize: Path | None = None
    find_helm: FindHelm = find_helm
    today: date = field(default_factory=lambda: datetime.now(UTC).date())


def check(tree: Tree, options: CheckOptions) -> Outcome:
    """Judge the mesh that `tree` holds.

    Raises `WrongUsage` where there is no mesh or something named is not there, `CouldNotFinish` where the
    files cannot be read; whatever else cannot be judged stands in the outcome.
    """
    with opened(tree, options.opa, options.selection) as mesh:
        return judged(mesh, options)


def judged(opened_mesh: Opened, options: CheckOptions) -> Outcome:
    """Judge a mesh that is open. Raises as `check` does."""
    known = all_rules(opened_mesh.policies)
    rules = _rules_to_run(known, opened_mesh, options)
    _must_be_there(options.paths, opened_mesh.listing)
    scanned = opened_mesh.scanned
    ledger = Ledger()
    settlement = Settlement(scanned.mesh, {rule.id: rule for rule in known}, options.today)
    judge_manifests(rules, scanned.mesh, SchemaStore(), ledger)
    judge_mesh(rules, scanned.mesh, ledger)
    judge_policies(rules, opened_mesh.policies, scanned.mesh, opened_mesh.opa, ledger)
    if any(isinstance(rule, RenderedRule) for rule in rules):
        # Imported here: a check of one file renders nothing, and the renderer is half of all imports.
        from meshwarden.engine.rendered_mesh import STOPPING, rendered_mesh  # noqa: PLC0415

        # What cannot be read is broken, whether or not mesh.yaml lets a rule say so.
        broken = settlement.of(ledger.said).paths_with_errors(STOPPING) | scanned.mesh.unread_paths
        rendered = rendered_mesh(opened_mesh, broken, ledger, _build_with(rules, options))
        if rendered is not None:
            judge_rendered(rules, rendered, ledger)
    _judge_run(rules, settlement, ledger)
    return _outcome(scanned, rules, ledger, settlement.of(ledger.said), options)


def _rules_to_run(known: Sequence[Rule], opened_mesh: Opened, options: CheckOptions) -> tuple[Rule, ...]:
    options.selection.must_name([rule.id for rule in known])
    settings = opened_mesh.settings
    chosen = (rule for rule in known if options.selection.holds(rule.id, settings, ignorable=rule.waivable))
    renders = options.render and not options.paths
    return tuple(rule for rule in chosen if renders or not isinstance(rule, RenderedRule))


def _judge_run(rules: Sequence[Rule], settlement: Settlement, ledger: Ledger) -> None:
    """Rules about waivers come last, as a waiver may be for what another rule about rules finds."""
    for waivable in (True, False):
        chosen = [rule for rule in rules if isinstance(rule, RunRule) and rule.waivable is waivable]
        if chosen:
            judge_run(chosen, settlement.run(rules, ledger), ledger)


def _build_with(rules: Sequence[Rule], options: CheckOptions) -> BuildOptions:
    wanted = any(isinstance(rule, RenderedRule) and rule.builds for rule in rules)
    return BuildOptions(options.kustomize, wanted, options.find_helm)


def _must_be_there(paths: Sequence[str], listing: Listing) -> None:
    known = {*listing.files, *listing.skipped}
    for path in paths:
        if path and path not in known and not any(found.startswith(f"{path}/") for found in known):
            raise WrongUsage(
                f"{path} is no file or folder of the mesh", "Paths are as they stand from where you are."
            )


def _outcome(
    scanned: Scan, rules: Sequence[Rule], ledger: Ledger, settled: Settled, options: CheckOptions
) -> Outcome:
    mesh = scanned.mesh
    checked = tuple(
        found.path for found in mesh.manifests if found.kind and _is_named(found.path, options.paths)
    )
    return Outcome(
        findings=tuple(sorted(_reported(settled.findings, options.paths), key=lambda found: found.order)),
        checked=checked,
        content=sum(_is_named(path, options.paths) for path in scanned.content),
        skipped={path: why for path, why in scanned.skipped.items() if _is_named(path, options.paths)},
        not_judged=tuple(
            sorted(set(ledger.not_judged), key=lambda found: (found.path, found.rule, found.reason))
        ),
        errors=tuple(ledger.errors),
        rules=len(rules),
        judged={rule.id: ledger.judged[rule.id] for rule in rules},
        nothing=not checked or not rules or (not options.paths and checked == (MESH_FILE,)),
        fail_on=fail_level(options.fail_on, mesh.settings),
    )


def _reported(findings: Sequence[Finding], paths: Sequence[str]) -> list[Finding]:
    return [finding for finding in findings if _is_named(finding.path, paths)]


def _is_named(path: str, paths: Sequence[str]) -> bool:
    """Whether a path is among those named, or below one of them; all are where none is named."""
    return not paths or any(path == named or not named or path.startswith(f"{named}/") for named in paths)
