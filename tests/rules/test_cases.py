"""The pages of the rules: each case has just the findings that it shows, and each rule has its cases."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.opening import opened
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.rendered_mesh import rendering_of, with_content
from meshwarden.engine.selection import Selection
from meshwarden.findings import Finding, Severity
from meshwarden.policy.modules import own_modules, policies
from meshwarden.policy.opa import OpaAt
from meshwarden.rules.case_pages import SEED, Case, CaseDocument, cases_of
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import RenderedRule, Rule
from meshwarden.sources.tree import MemoryTree
from meshwarden.tools.find import find
from meshwarden.tools.helm import find_helm

PAGES = SEED.parent
RULES = all_rules(policies(own_modules()))
RENDERED = {rule.id for rule in RULES if isinstance(rule, RenderedRule)}
COMPARED = {"gitops/stale", "gitops/edited", "gitops/orphan"}  # what is committed is older than the case


def _pages() -> list[str]:
    """The ids of the rules that have a page."""
    return sorted(page.relative_to(PAGES).with_suffix("").as_posix() for page in PAGES.glob("*/*.md"))


def _called(case: Case) -> str:
    return f"{case.rule}: {'good' if case.good else 'bad'}: {case.title}"


CASES = [case for rule in _pages() for case in cases_of(rule)]
BAD = [case for case in CASES if not case.good and case.rule not in RENDERED]


def _program(name: str) -> Path:
    tool = find(name)
    assert tool is not None, f"{name} is not installed"
    return tool.path


@cache
def _seed() -> Mapping[str, bytes]:
    files = (path for path in sorted(SEED.rglob("*")) if path.is_file())
    return {path.relative_to(SEED).as_posix(): path.read_bytes() for path in files}


def _rendered(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The files of a mesh, with what is rendered of them."""
    with opened(MemoryTree(files), OpaAt(), Selection()) as mesh:
        return {**files, **rendering_of(mesh, with_content(mesh), find_helm).files}


def _files_of(case: Case) -> Mapping[str, bytes]:
    """The seed with the documents of a case laid over it, rendered if the rule asks for that."""
    documents = {document.path: document.content for document in case.documents}
    if case.rule in COMPARED:
        return {**_rendered(_seed()), **documents}
    return (
        {**_rendered({**_seed(), **documents}), **documents}
        if case.rule in RENDERED
        else {**_seed(), **documents}
    )


def _outcome_of(case: Case, *, select: tuple[str, ...] = ()) -> Outcome:
    """What a check says of the files of a case."""
    renders = case.rule in RENDERED
    options = CheckOptions(
        render=renders,
        selection=Selection(select),
        fail_on=Severity.INFO,
        opa=OpaAt(_program("opa")),
        kustomize=_program("kustomize") if renders else None,
    )
    return check(MemoryTree(_files_of(case)), options)


@pytest.mark.parametrize("case", CASES, ids=_called)
def test_a_case_has_just_the_findings_it_shows(case: Case) -> None:
    outcome = _outcome_of(case)
    assert outcome.errors == ()
    assert list(map(_shown, outcome.standing)) == [
        f"{wanted.path}:{wanted.line}:{wanted.column} {wanted.rule}" for wanted in case.expected
    ]
    for finding, wanted in zip(outcome.standing, case.expected, strict=True):
        assert wanted.message in finding.message
        if wanted.width is not None:
            assert _width(finding) == wanted.width, f"{_shown(finding)}: the carets end elsewhere"


@pytest.mark.parametrize("case", [case for case in CASES if case.rule in RENDERED], ids=_called)
def test_a_rule_about_what_is_rendered_needs_no_other(case: Case) -> None:
    outcome = _outcome_of(case, select=(case.rule,))
    assert outcome.errors == ()
    assert [finding.rule for finding in outcome.standing] == [
        wanted.rule for wanted in case.expected if wanted.rule == case.rule
    ]


def _shown(finding: Finding) -> str:
    return f"{finding.path}:{finding.span.line}:{finding.span.column} {finding.rule}"


def _width(finding: Finding) -> int | None:
    """How many characters a finding covers; None if it does not end in its line."""
    span = finding.span
    return span.end_column - span.column if span.line == span.end_line else None


@pytest.mark.parametrize("case", CASES, ids=_called)
def test_a_case_shows_its_rule(case: Case) -> None:
    assert case.documents
    shown = {wanted.rule for wanted in case.expected}
    assert not shown if case.good else case.rule in shown


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_a_bad_and_a_good_case(rule: Rule) -> None:
    assert {case.good for case in cases_of(rule.id)} == {False, True}


@pytest.mark.parametrize("rule", _pages())
def test_a_page_is_of_a_rule_and_says_so(rule: str) -> None:
    assert rule in {known.id for known in RULES}
    assert (PAGES / f"{rule}.md").read_text("utf-8").startswith(f"# {rule}\n")


@pytest.mark.parametrize("renders", [False, True], ids=["manifests", "rendered"])
def test_the_seed_is_clean(renders: bool) -> None:
    outcome = _outcome_of(Case("gitops/stale" if renders else "yaml/syntax", True, "the seed", (), ()))
    assert outcome.findings == ()
    assert outcome.errors == ()


@pytest.mark.parametrize("case", BAD, ids=_called)
def test_fingerprints_survive_moved_lines(case: Case) -> None:
    moved = replace(
        case,
        documents=tuple(replace(document, content=_lower(document.content)) for document in case.documents),
    )
    before, after = (_outcome_of(either, select=(case.rule,)) for either in (case, moved))
    assert list(_fingerprints(before)) == list(_fingerprints(after))
    assert len(set(_fingerprints(before))) == len(before.findings)


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        ("yaml/duplicate-key", "x: 1, x: 2"),
        ("yaml/ambiguous-scalar", "y: 1"),
        ("yaml/tag", "x: !env X"),
        ("yaml/merge-key", "<<: {x: 1}"),
    ],
)
def test_two_equal_mistakes_are_told_apart(rule: str, mistake: str) -> None:
    path = "platform/infrastructure-utility/01_cluster/stage.yaml"
    variables = f", variables: {{one: {{{mistake}}}, two: {{{mistake}}}}}}}"
    content = _seed()[path].replace(b"{path: terraform}", b"{path: terraform" + variables.encode())
    document = CaseDocument(path, content, "")
    outcome = _outcome_of(Case(rule, False, "twice", (document,), ()), select=(rule,))
    assert len(outcome.findings) == 2
    assert len(set(_fingerprints(outcome))) == 2


def _lower(content: bytes) -> bytes:
    """The text two lines further down. A byte order mark stays where it is."""
    mark = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return mark + b"\n\n" + content.removeprefix(mark)


def _fingerprints(outcome: Outcome) -> Iterator[str]:
    return (finding.fingerprint for finding in outcome.findings)
