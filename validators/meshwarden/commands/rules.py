"""`meshwarden rules`: the catalogue of rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from meshwarden.policy.modules import own_modules, policies
from meshwarden.reports.documentation import page_of
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import Rule


def run(*, output_format: str) -> int:
    """Prints the rules that meshwarden knows; returns 0."""
    rules = all_rules(policies(own_modules()))
    sys.stdout.write(_json(rules) if output_format == "json" else _text(rules))
    return 0


def _text(rules: Sequence[Rule]) -> str:
    width = max(len(rule.id) for rule in rules)
    rows = [f"{rule.id:<{width}}  {rule.severity.label:<7}  {rule.title}" for rule in rules]
    return "\n".join([*rows, "", f"{len(rules)} rules. `meshwarden explain RULE` tells more of one."]) + "\n"


def _json(rules: Sequence[Rule]) -> str:
    said = [
        {
            "rule": rule.id,
            "severity": rule.severity.label,
            "title": rule.title,
            "kinds": sorted(rule.kinds),
            "documentation": page_of(rule.id),
        }
        for rule in rules
    ]
    return json.dumps({"version": 1, "rules": said}, indent=2) + "\n"
