"""What a check came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from meshwarden.errors import ExitStatus
from meshwarden.findings import Finding, Severity

NOT_YAML: Final = "neither YAML nor JSON"  # why most files that are skipped are


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A file, or a part of one, that a rule or category did not judge, and why."""

    path: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunError:
    """What could not be judged although it should have been: the check could not finish."""

    rule: str
    path: str
    message: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Outcome:
    """The result of a check: findings in the order of reports, and everything that was not judged."""

    findings: tuple[Finding, ...]
    checked: tuple[str, ...]  # the manifests: what has a kind, or by its place ought to
    content: int
    skipped: Mapping[str, str]
    not_judged: tuple[Unjudged, ...]
    errors: tuple[RunError, ...]
    rules: int
    judged: Mapping[str, int] = field(default_factory=dict)  # documents by rule
    nothing: bool = False  # no manifest was found, but for mesh.yaml itself, or no rule runs
    fail_on: Severity = Severity.ERROR

    @property
    def status(self) -> ExitStatus:
        """How the command ends: what could not finish goes first, and nothing checked is no pass."""
        if self.errors:
            return ExitStatus.COULD_NOT_FINISH
        if any(finding.severity >= self.fail_on for finding in self.standing):
            return ExitStatus.FINDINGS
        return ExitStatus.WRONG_USAGE if self.nothing else ExitStatus.CLEAN

    @property
    def standing(self) -> tuple[Finding, ...]:
        """The findings that count: those that are not waived."""
        return tuple(finding for finding in self.findings if finding.waived is None)

    def count(self, severity: Severity) -> int:
        """How many findings that are not waived have just this severity."""
        return sum(finding.severity is severity for finding in self.standing)
