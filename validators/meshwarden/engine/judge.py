"""Running rules: each by itself, so that one that dies takes no other with it, and is no pass either."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from meshwarden.engine.outcome import RunError, Unjudged
from meshwarden.errors import CouldNotFinish
from meshwarden.findings import Fault, NotJudged
from meshwarden.manifests.recognise import Standing
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.policy.mesh_data import mesh_data, policy_documents
from meshwarden.policy.modules import Policy
from meshwarden.policy.opa import Judgement, Opa, PolicyFailure, judge
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import ManifestRule, MeshRule, PolicyRule, RenderedRule, Rule, RunRule, Said
from meshwarden.rules.run import Run


@dataclass
class Ledger:
    """What the rules said so far, and the account of what each judged."""

    said: list[tuple[Rule, Fault]] = field(default_factory=list)
    not_judged: list[Unjudged] = field(default_factory=list)
    errors: list[RunError] = field(default_factory=list)
    judged: Counter[str] = field(default_factory=Counter)

    def take(self, rule: Rule, path: str, check: Callable[[], Said]) -> None:
        """Runs one check of a rule; a crash becomes an error of the run, at `path`."""
        try:
            for said in check():
                if isinstance(said, NotJudged):
                    self.not_judged.append(Unjudged(said.path, rule.id, said.reason))
                else:
                    self.said.append((rule, said))
        except CouldNotFinish as error:
            self.errors.append(RunError(rule.id, path, error.message))
        except Exception as error:  # noqa: BLE001 -- whatever a rule dies of, the others go on, and it is said
            self.errors.append(RunError(rule.id, path, _crash(error)))


def _crash(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
    return f"the rule died of {type(error).__name__} at {where}: {error}. This is a defect of meshwarden."


def judge_manifests(rules: Sequence[Rule], mesh: Mesh, schemas: SchemaStore, ledger: Ledger) -> None:
    """Rules that look at one document: on every manifest of their kinds that they can read."""
    chosen = [rule for rule in rules if isinstance(rule, ManifestRule)]
    for manifest in mesh.manifests:
        kind = manifest.kind.name if manifest.kind else None
        if manifest.standing is Standing.FOREIGN:
            continue  # what belongs to nothing is one finding, and no rule about manifests is for it
        for rule in chosen:
            if _is_for(rule, kind) and (manifest.known or rule.unread):
                ledger.judged[rule.id] += 1
                ledger.take(rule, manifest.path, partial(rule.check, manifest, schemas))
        if not manifest.known and kind:
            ledger.not_judged.append(Unjudged(manifest.path, "*", f"it is {manifest.standing.value}"))


def judge_mesh(rules: Sequence[Rule], mesh: Mesh, ledger: Ledger) -> None:
    """Rules that look at the whole mesh."""
    kinds = [found.kind.name for found in mesh.manifests if found.kind]
    for rule in rules:
        if isinstance(rule, MeshRule):
            ledger.judged[rule.id] = sum(_is_for(rule, kind) for kind in kinds)
            ledger.take(rule, MESH_FILE, partial(rule.check, mesh))


def judge_rendered(rules: Sequence[Rule], rendered: Rendered, ledger: Ledger) -> None:
    """Rules that look at what is rendered."""
    for rule in rules:
        if isinstance(rule, RenderedRule):
            ledger.judged[rule.id] = len(rendered.rendering.units)
            ledger.take(rule, rendered.mesh.settings.render_path, partial(rule.check, rendered))


def judge_run(rules: Sequence[RunRule], run: Run, ledger: Ledger) -> None:
    """Rules that look at what the mesh says of rules and findings."""
    kinds = [found.kind.name for found in run.mesh.manifests if found.kind]
    for rule in rules:
        ledger.judged[rule.id] = sum(_is_for(rule, kind) for kind in kinds)
        ledger.take(rule, MESH_FILE, partial(rule.check, run))


def judge_policies(
    rules: Sequence[Rule], known: Sequence[Policy], mesh: Mesh, opa: Opa, ledger: Ledger
) -> None:
    """Rules in Rego: all documents in one go, by OPA. `known` are also those that do not run."""
    wanted = {rule.id: rule for rule in rules if isinstance(rule, PolicyRule)}
    if not wanted:
        return
    judgement = Judgement()
    try:
        server, policies, failures = opa.ready()
        left_out = {policy.id for policy in known} - wanted.keys()
        judgement.failures.extend(failed for failed in failures if failed.rule not in left_out)
        run = [policy for policy in policies if policy.id in wanted]
        judge(server, run, policy_documents(mesh), mesh_data(mesh), judgement)
    except CouldNotFinish as error:
        hint = f" {error.hint}" if error.hint else ""
        ledger.errors.extend(
            RunError(rule.id, rule.path, f"{error.message.rstrip('.')}.{hint}") for rule in wanted.values()
        )
    ledger.said.extend((wanted[policy.id], fault) for policy, fault in judgement.faults)
    ledger.judged.update(judgement.judged)
    ledger.errors.extend(_errors(judgement.failures))


def _errors(failures: Iterable[PolicyFailure]) -> Iterable[RunError]:
    for failed in failures:
        where = f" (on {failed.document})" if failed.document else ""
        yield RunError(failed.rule, failed.path, f"{failed.message}{where}", failed.line, failed.column)


def _is_for(rule: Rule, kind: str | None) -> bool:
    return not rule.kinds or kind in rule.kinds
