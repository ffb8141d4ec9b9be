"""What rules said → findings: with lines, with the severities that mesh.yaml sets, and waivers applied."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from meshwarden.engine.judge import Ledger
from meshwarden.engine.locate import Faults, locate
from meshwarden.engine.severities import severities
from meshwarden.engine.waivers import undecided, waive
from meshwarden.findings import Finding, Severity
from meshwarden.manifests.waivers import Waiver
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import RenderedRule, Rule
from meshwarden.rules.run import Run


@dataclass(frozen=True)
class Settled:
    """The findings, those that are waived marked so, and the waivers that did it."""

    findings: tuple[Finding, ...]
    used: frozenset[Waiver]

    def paths_with_errors(self, categories: Collection[str]) -> frozenset[str]:
        """The files with errors of some categories that are not waived."""
        return frozenset(
            found.path
            for found in self.findings
            if found.severity is Severity.ERROR and found.category in categories and found.waived is None
        )


@dataclass(frozen=True)
class Settlement:
    """What it takes to settle: the mesh, all rules by id, and the day of the check."""

    mesh: Mesh
    rules: Mapping[str, Rule]
    today: date

    def of(self, said: Faults) -> Settled:
        """The findings of what was said so far."""
        documents = {manifest.path: manifest.document for manifest in self.mesh.manifests}
        found = severities(locate(said, documents), self.mesh, self.rules, self.today)
        return Settled(*waive(found, self.mesh, self._waivable, self.today))

    def run(self, rules: Sequence[Rule], ledger: Ledger) -> Run:
        """The run as the rules about it see it: with what was said so far. `rules` are all that run."""
        settled = self.of(ledger.said)
        ran = frozenset(rule.id for rule in rules)
        rendered = frozenset(rule.id for rule in rules if isinstance(rule, RenderedRule))
        unsure = undecided(self.mesh.waivers, ran, rendered, settled.findings, ledger)
        return Run(self.mesh, self.today, self._waivable, settled.used, unsure)

    @property
    def _waivable(self) -> dict[str, bool]:
        return {rule.id: rule.waivable for rule in self.rules.values()}
