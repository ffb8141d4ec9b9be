"""How severe findings are: by mesh.yaml's settings, until their date, in their domains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from meshwarden.engine.selection import means
from meshwarden.findings import Finding, Severity
from meshwarden.manifests.settings import RuleSetting, Settings
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import Rule


def severities(
    findings: Sequence[Finding], mesh: Mesh, rules: Mapping[str, Rule], today: date
) -> list[Finding]:
    """The findings with the severities that mesh.yaml sets, those of rules that are off left out.

    What a rule says with less than its own severity stays less. Rules that cannot be waived are as they are.
    """
    if not mesh.settings.rule_settings:
        return list(findings)
    kept = []
    for finding in findings:
        rule = rules[finding.rule]
        setting = setting_for(rule, mesh.domain_of(finding.path), mesh.settings)
        if setting is None or is_over(setting, today):
            kept.append(finding)
        elif setting.severity is not None:
            whole = finding.severity is rule.severity
            severity = setting.severity if whole else min(setting.severity, finding.severity)
            kept.append(replace(finding, severity=severity))
    return kept


def setting_for(rule: Rule, domain: str | None, settings: Settings) -> RuleSetting | None:
    """The setting that decides about a rule in a domain, whether it is over or not; None if none does.

    One that names the domain goes before one for all, and one of the rule before one of its category: so the
    first ring is judged in full when its own date has come, whatever holds for the others. Of equals, the
    first.
    """
    meant = [
        setting
        for setting in settings.rule_settings
        if rule.waivable
        and means(setting.rule, rule.id)
        and (not setting.domains or domain in setting.domains)
    ]
    return max(meant, key=lambda setting: (bool(setting.domains), setting.rule == rule.id), default=None)


def is_over(setting: RuleSetting, today: date) -> bool:
    """Whether the day has come from which the rule has its own severity again."""
    return setting.since is not None and today >= setting.since


def fail_level(given: Severity | None, settings: Settings) -> Severity:
    """The least severity that fails the check."""
    return settings.fail_on if given is None else given
