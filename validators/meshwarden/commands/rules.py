"""`meshwarden rules`: the catalogue of rules, or what is in force for one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from meshwarden.commands.known_rules import known_rules
from meshwarden.commands.where import files_of, mesh_root, paths_in
from meshwarden.engine.in_force import FileRules, InForce, rules_for
from meshwarden.reports.colours import Colours, colours_for
from meshwarden.reports.documentation import page_of
from meshwarden.reports.printable import printable
from meshwarden.rules.rule import Rule


def run(start: Path, *, output_format: str, path: str | None) -> int:
    """Prints the rules of the mesh around `start`, or meshwarden's own where there is none; returns 0.

    With a path it prints what is in force for that file. `WrongUsage` for one that is none of the mesh.
    """
    if path is None:
        rules = known_rules(start)
        sys.stdout.write(_json(rules) if output_format == "json" else _text(rules))
        return 0
    root = mesh_root(start)
    (named,) = paths_in(root, [path], start)
    found = rules_for(files_of(root, staged=False), named, datetime.now(UTC).date())
    sys.stdout.write(
        _file_json(found) if output_format == "json" else _file_text(found, colours_for(sys.stdout))
    )
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


def _file_text(found: FileRules, colours: Colours) -> str:
    width = max((len(entry.rule) for entry in found.rules), default=0)
    heading = f"{colours.paint(printable(found.path), bold=True)}: {printable(found.what)}"
    rows = [row for entry in found.rules for row in _rows(entry, width)]
    judged = f"{len(found.rules)} rules judge it" if found.rules else "No rule judges it"
    return "\n".join([heading, *rows, f"{judged}; {len(found.others)} rules are for others."]) + "\n"


def _rows(entry: InForce, width: int) -> Sequence[str]:
    """A rule with its severity and the first reason; more reasons below it."""
    label = entry.severity.label if entry.severity else "off"
    first, *more = map(printable, entry.reasons or ("",))
    rows = [f"  {entry.rule:<{width}}  {label:<7}  {first}".rstrip()]
    return [*rows, *(f"  {'':<{width}}  {'':<7}  {reason}" for reason in more)]


def _file_json(found: FileRules) -> str:
    rules: list[dict[str, Any]] = [
        {
            "rule": entry.rule,
            "severity": entry.severity.label if entry.severity else "off",
            "reasons": list(entry.reasons),
        }
        for entry in found.rules
    ]
    said = {
        "version": 1,
        "path": found.path,
        "what": found.what,
        "rules": rules,
        "others": list(found.others),
    }
    return json.dumps(said, indent=2, ensure_ascii=False) + "\n"
