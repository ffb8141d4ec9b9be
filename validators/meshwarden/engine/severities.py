"""How severe findings are: by mesh.yaml's settings, until their date, in their domains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from meshwarden.findings import Finding, Severity
from meshwarden.manifests.settings import RuleSetting, Settings
from meshwarden.mesh.records import Mesh


def severities(findings: Sequence[Finding], mesh: Mesh, today: date) -> list[Finding]:
    """The findings with the severities that mesh.yaml sets, those of rules that are off left out."""
    settings = mesh.settings.rule_settings
    if not settings:
        return list(findings)
    folders = {f"{domain.folder}/": domain.name for domain in mesh.domains.values()}
    kept = []
    for finding in findings:
        domain = next((name for folder, name in folders.items() if finding.path.startswith(folder)), None)
        setting = next((found for found in settings if _applies(found, finding, domain, today)), None)
        if setting is None:
            kept.append(finding)
        elif setting.severity is not None:
            kept.append(replace(finding, severity=min(setting.severity, finding.severity)))
    return kept


def _applies(setting: RuleSetting, finding: Finding, domain: str | None, today: date) -> bool:
    if setting.rule not in (finding.rule, finding.rule.partition("/")[0]):
        return False
    if setting.domains and domain not in setting.domains:
        return False
    return setting.since is None or today.isoformat() < setting.since


def fail_level(given: Severity | None, settings: Settings) -> Severity:
    """The least severity that fails the check."""
    return settings.fail_on if given is None else given
