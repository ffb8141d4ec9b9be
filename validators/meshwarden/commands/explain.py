"""`meshwarden explain`: the page of one rule."""

from __future__ import annotations

import sys
from pathlib import Path

from meshwarden.commands.known_rules import known_rules
from meshwarden.errors import WrongUsage
from meshwarden.manifests.hints import nearest
from meshwarden.reports.colours import Colours, colours_for
from meshwarden.rules.case_pages import Case, cases_of
from meshwarden.rules.rule import RenderedRule, Rule


def run(start: Path, name: str) -> int:
    """Prints what a rule finds, why, how to fix and to waive it, and examples; returns 0.

    The rules are those of the mesh around `start`, or meshwarden's own. `WrongUsage` for no rule.
    """
    rules = {rule.id: rule for rule in known_rules(start)}
    if name not in rules:
        meant = nearest(name, rules, cutoff=0.5)
        hint = f"Did you mean `{meant}`?" if meant else "`meshwarden rules` lists them."
        raise WrongUsage(f"`{name}` is no rule", hint)
    sys.stdout.write(_page(rules[name], colours_for(sys.stdout)))
    return 0


def _page(rule: Rule, colours: Colours) -> str:
    heading = f"{colours.paint(rule.id, bold=True)} ({rule.severity.label}): {rule.title}."
    kinds = ", ".join(sorted(rule.kinds)) or "every manifest"
    judged = f"Judges: {'what is rendered' if isinstance(rule, RenderedRule) else kinds}."
    parts = [heading, judged, rule.explanation, _waiver(rule)]
    parts += [_example(case, colours) for case in cases_of(rule.id)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _waiver(rule: Rule) -> str:
    """How to waive what a rule finds."""
    if not rule.waivable:
        return "It cannot be waived."
    lines = (
        f"- rule: {rule.id}",
        "  target: path/of/the/file.yaml       # or a glob; `#/json/pointer` after it narrows it",
        "  owner: team                         # of mesh.yaml, who answers for it",
        "  reason: why it is accepted",
        "  expires: YYYY-MM-DD                 # the last day",
    )
    return "To waive it until a day, add to `spec.waivers` in waivers.yaml:\n\n" + _indented("\n".join(lines))


def _example(case: Case, colours: Colours) -> str:
    kind, colour = ("Good", "green") if case.good else ("Bad", "red")
    shown = [f"{document.path}\n{_indented(document.annotated)}" for document in case.documents]
    quoted = [f"{one.path}:{one.line}:{one.column}: {one.message} [{one.rule}]" for one in case.quoted]
    parts = [colours.paint(f"{kind}: {case.title}", colour, bold=True), case.prose, *shown, *quoted]
    return "\n\n".join(part for part in parts if part)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
