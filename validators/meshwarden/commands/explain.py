"""`meshwarden explain`: the page of one rule."""

from __future__ import annotations

import sys
from difflib import get_close_matches

from meshwarden.errors import WrongUsage
from meshwarden.policy.modules import own_modules, policies
from meshwarden.reports.colours import Colours, colours_for
from meshwarden.rules.case_pages import Case, cases_of
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import RenderedRule, Rule


def run(name: str) -> int:
    """Prints what a rule finds, why, a bad and a good example; returns 0. `WrongUsage` for no rule."""
    rules = {rule.id: rule for rule in all_rules(policies(own_modules()))}
    if name not in rules:
        near = get_close_matches(name, rules, n=1, cutoff=0.5)
        hint = f"Did you mean `{near[0]}`?" if near else "`meshwarden rules` lists them."
        raise WrongUsage(f"`{name}` is no rule", hint)
    sys.stdout.write(_page(rules[name], colours_for(sys.stdout)))
    return 0


def _page(rule: Rule, colours: Colours) -> str:
    heading = f"{colours.paint(rule.id, bold=True)} ({rule.severity.label}): {rule.title}."
    kinds = ", ".join(sorted(rule.kinds)) or "every manifest"
    judged = f"Judges: {'what is rendered' if isinstance(rule, RenderedRule) else kinds}."
    parts = [heading, judged, rule.explanation]
    parts += [_example(case, colours) for case in cases_of(rule.id)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _example(case: Case, colours: Colours) -> str:
    kind, colour = ("Good", "green") if case.good else ("Bad", "red")
    shown = [f"{document.path}\n{_indented(document.annotated)}" for document in case.documents]
    quoted = [f"{one.path}:{one.line}:{one.column}: {one.message} [{one.rule}]" for one in case.quoted]
    parts = [colours.paint(f"{kind}: {case.title}", colour, bold=True), case.prose, *shown, *quoted]
    return "\n\n".join(part for part in parts if part)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.rstrip("\n").split("\n"))
