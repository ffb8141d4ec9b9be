"""The JSON report: version 1 of the interface that MANIFESTS documents for programs."""

from __future__ import annotations

import json
from typing import Any, Final

from meshwarden.engine.outcome import Outcome
from meshwarden.findings import Finding, Severity, Waived
from meshwarden.reports.documentation import page_of

_VERSION: Final = 1


def report(outcome: Outcome) -> str:
    """The outcome as one JSON object, with a final line break."""
    said = {
        "version": _VERSION,
        "findings": [_finding(finding) for finding in outcome.findings],
        "files": {
            "checked": len(outcome.checked),
            "content": outcome.content,
            "skipped": [{"path": path, "reason": reason} for path, reason in sorted(outcome.skipped.items())],
        },
        "notJudged": [
            {"path": found.path, "rule": found.rule, "reason": found.reason} for found in outcome.not_judged
        ],
        "errors": [
            _error(found.rule, found.path, found.message, found.line, found.column)
            for found in outcome.errors
        ],
        "rules": outcome.rules,
        "summary": {
            **{severity.label: outcome.count(severity) for severity in sorted(Severity, reverse=True)},
            "waived": len(outcome.findings) - len(outcome.standing),
        },
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"


def _error(rule: str, path: str, message: str, line: int | None, column: int | None) -> dict[str, Any]:
    where = {"line": line, "column": column} if line is not None else {}
    return {"rule": rule, "path": path, "message": message, **where}


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "message": finding.message,
        "hint": finding.hint,
        "path": finding.path,
        "line": span.line,
        "column": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "pointer": finding.pointer,
        "related": [
            {
                "path": related.path,
                "line": related.span.line,
                "column": related.span.column,
                "message": related.message,
            }
            for related in finding.related
        ],
        "documentation": page_of(finding.rule),
        "fingerprint": finding.fingerprint,
        "fixable": False,
        "waived": _waived(finding.waived) if finding.waived else None,
        "baseline": False,
    }


def _waived(waived: Waived) -> dict[str, Any]:
    return {
        "owner": waived.owner,
        "reason": waived.reason,
        "expires": waived.expires.isoformat(),
        "path": waived.path,
        "line": waived.line,
    }
