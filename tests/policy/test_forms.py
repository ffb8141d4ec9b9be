"""Policies in conftest's form, and what the text of a Rego file tells of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.policy.conftest import CHECKOUT, document, ids, judged, messages, rego, told

from meshwarden.findings import Severity
from meshwarden.policy import rego as text
from meshwarden.policy.modules import Module, own_modules, policies

CONFTEST = """
    package main

    import rego.v1

    deny contains msg if {
        input.kind == "Deployment"
        not input.spec.template.spec.securityContext.runAsNonRoot
        msg := "Containers must not run as root"
    }

    deny_latest contains msg if {
        some container in input.spec.template.spec.containers
        endswith(container.image, ":latest")
        msg := sprintf("%s: no latest", [container.name])
    }

    violation contains {"msg": "no team label", "details": {"missing": ["team"]}} if {
        not input.metadata.labels.team
    }

    warn contains msg if {
        input.spec.replicas < 2
        msg := "fewer than two replicas"
    }

    warn_names_2 contains "short name" if count(input.metadata.name) < 3
"""
DEPLOYMENT = {
    "kind": "Deployment",
    "metadata": {"name": "a"},
    "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "c", "image": "x:latest"}]}}},
}


def test_conftest_s_forms_run_as_they_are() -> None:
    judgement = judged([rego("policy/k8s.rego", CONFTEST)], [document(DEPLOYMENT)])
    assert not judgement.failures
    found = [(rule, fault.message, fault.severity, fault.place.pointer) for rule, fault in told(judgement)]
    assert sorted(found, key=repr) == [
        ("policy/k8s", "Containers must not run as root", None, ()),
        ("policy/k8s", "fewer than two replicas", Severity.WARNING, ()),
        ("policy/k8s", "no team label", None, ()),
        ("policy/latest", "c: no latest", None, ()),
        ("policy/names-2", "short name", None, ()),
    ]
    (names,) = [found for found in policies([rego("k8s.rego", CONFTEST)]) if found.id == "policy/names-2"]
    assert names.severity is Severity.WARNING


def test_warn_is_at_most_a_warning() -> None:
    module = rego("a.rego", 'package a\n\nwarn contains {"msg": "x", "severity": "error"}\n')
    ((policy, fault),) = judged([module], [document({})]).faults
    assert policy.severity is Severity.WARNING
    assert fault.severity is None


def test_what_metadata_say_goes_before_the_file_s_name() -> None:
    module = rego(
        "a.rego",
        """
        # METADATA
        # title: Title
        # description: Description
        # custom:
        #   id: org/rule
        #   severity: info
        #   kinds: [Domain, Stage]
        #   hint: Hint
        package main

        deny contains "x"
        deny_more contains "y"
        """,
    )
    (policy,) = policies([module])
    assert (policy.id, policy.severity, policy.entries) == ("org/rule", Severity.INFO, ("deny", "deny_more"))
    assert (policy.title, policy.description, policy.hint) == ("Title", "Description", "Hint")
    assert policy.kinds == {"Domain", "Stage"}
    assert messages(judged([module], [document({})])) == ["x", "y"]


@pytest.mark.parametrize(
    ("said", "rule"), [("AVD-AWS-0001", "policy/avd-aws-0001"), ("a/b/c", "policy/a-b-c"), ("org/r", "org/r")]
)
def test_an_id_that_is_none_of_ours_becomes_one(said: str, rule: str) -> None:
    assert list(
        ids([rego("a.rego", f"# METADATA\n# custom:\n#   id: {said}\npackage a\n\ndeny := []\n")])
    ) == [rule]


def test_files_of_one_package_are_one_rule_and_told_once() -> None:
    modules = [
        rego("b/one.rego", 'package main\n\ndeny contains "one"\n\ndeny_x contains "x"\n'),
        rego("a/two.rego", 'package main\n\ndeny contains "two" if helper\n'),
        rego("a/help.rego", "package main\n\nhelper := true\n"),
    ]
    assert ids(modules) == {"policy/main": ("deny",), "policy/x": ("deny_x",)}
    judgement = judged(modules, [document({})])
    assert [(rule, fault.message) for rule, fault in told(judgement)] == [
        *(("policy/main", "one"), ("policy/main", "two"), ("policy/x", "x")),
    ]


def test_files_of_one_package_that_name_their_rule_differently_are_refused() -> None:
    first, second = (
        rego(
            f"{name}.rego",
            f'# METADATA\n# custom:\n#   id: org/{name}\npackage main\n\ndeny contains "{name}"\n',
        )
        for name in ("a", "b")
    )
    judgement = judged([first, second], [document({})])
    (failed,) = judgement.failures
    assert failed.path == "b.rego"
    assert "`deny` of package `main` is one set, which a.rego calls `org/a`" in failed.message
    assert messages(judgement) == ["a"]


def test_two_files_with_one_stem_are_told_apart_or_refused() -> None:
    modules = [
        rego(f"{name}/deny.rego", f'package {name}\n\ndeny contains "{name}"\n') for name in ("k8s", "aws")
    ]
    judgement = judged(modules, [document({})])
    (failed,) = judgement.failures
    assert (failed.rule, failed.path) == ("policy/deny", "k8s/deny.rego")
    assert "is that of aws/deny.rego already" in failed.message


def test_kinds_of_files_that_share_a_package_are_those_of_all() -> None:
    head = "# METADATA\n# custom:\n#   kinds: [{}]\npackage main\n\ndeny contains data.file.path\n"
    both = [rego(f"{kind}.rego", head.format(kind)) for kind in ("Domain", "Stage")]
    documents = [document({}, kind, kind) for kind in ("Domain", "Stage", "Plane")]
    assert messages(judged(both, documents)) == ["Domain", "Stage"]
    one_for_all = rego("all.rego", "package main\n\ndeny contains data.file.path\n")
    assert messages(judged([*both, one_for_all], documents)) == ["Domain", "Plane", "Stage"]


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ("deny contains 1", ["deny"]),
        ("deny[msg] { msg := 1 }", ["deny"]),
        ("  deny contains 1", ["deny"]),
        ("default deny := []", ["deny"]),
        ("ok if { input } deny contains 1", ["deny"]),
        ("ok if { input }; warn contains 1", ["warn"]),
        ("violation_a_1 contains 1\nwarn contains 2\nwarn contains 3", ["violation_a_1", "warn"]),
        ("# deny contains 1", []),
        ("x := `\n  deny contains 1\n`", []),
        ('x := "deny contains 1"', []),
        ('x := "\\" deny"', []),
        ('x := "# no comment" deny contains 1', ["deny"]),
        ("ok if {\n  deny_count := 3\n  deny_count > 2\n}", []),
        ("deny(x) := x", []),
        ("deny_of (x) := x", []),
        ("denying contains 1", []),
        ("x.deny := 1", []),
        ("import data.a.deny", []),
        ("deny.a contains 1", ["deny"]),
        ("x := [1,\n2]\ndeny contains 1", ["deny"]),
        ('x := $"{input["a"]} }"\ndeny contains 1', ["deny"]),
        ("x := {`}`}\ndeny contains 1", ["deny"]),
        ("x := {}}\n\ndeny contains 1", ["deny"]),
        ("deny contains 1\r\nwarn contains 2\r\n", ["deny", "warn"]),
    ],
)
def test_the_names_of_rules_that_yield_results(source: str, entries: list[str]) -> None:
    assert list(text.entries(f"package a\n\n{source}\n")) == entries


def test_a_name_that_is_no_rule_yields_nothing() -> None:
    module = rego("a.rego", 'package a\n\nimport data.file as deny\n\nwarn contains "w" if deny.path\n')
    assert ids([module]) == {"policy/a": ("deny", "warn")}
    judgement = judged([module], [document({})])
    assert (messages(judgement), judgement.failures) == (["w"], [])


@pytest.mark.parametrize(
    ("source", "path", "line"),
    [
        ("package a", ("a",), 1),
        ("package a.b.c # c", ("a", "b", "c"), 1),
        ('package a["b-c"].d', ("a", "b-c", "d"), 1),
        ("\n# package x\n\n  package  a", ("a",), 4),
        ("\ufeffpackage a", ("a",), 1),
        ("# c\r\npackage a\r\n", ("a",), 2),
        ("package\ta.if.contains", ("a", "if", "contains"), 1),
        ("deny := 1\npackage a", None, 1),
        ("", None, 1),
    ],
)
def test_the_package(source: str, path: tuple[str, ...] | None, line: int) -> None:
    assert text.package(source) == path
    assert text.package_line(source) == line


@pytest.mark.parametrize(
    "package", ["a", 'a["b-c"].d', "a.if.contains", 'x["y z"]', "a.deny", "data", "input.a"]
)
def test_policies_of_any_package_are_asked(package: str) -> None:
    module = rego("a.rego", f'package {package}\n\ndeny contains "x"\n')
    assert messages(judged([module], [document({})])) == ["x"]


ODD = {
    "at the top": "# METADATA\n# title: T\n# custom:\n#   id: a/b\npackage a\n",
    "after a comment": "# A licence.\n#\n# More of it.\n\n# METADATA\n# title: T\npackage a\n",
    "right after a comment": "# A licence.\n# METADATA\n# title: T\npackage a\n",
    "blank lines before the package": "# METADATA\n# title: T\n\n\npackage a\n",
    "a comment between": "# METADATA\n# title: T\n\n# custom: {id: a/b}\npackage a\n",
    "blank comment lines": "# METADATA\n# title: T\n#\n#\n# description: |\n#   one\n#\n#   two\npackage a\n",
    "without a blank": "#METADATA\n#title: T\n#custom:\n#  id: a/b\npackage a\n",
    "more blanks": "#   METADATA  \n# title: T  \n# custom:   \n#   id: a/b\t\npackage a\n",
    "Windows line ends": "# METADATA\r\n# title: T\r\n# custom:\r\n#   id: a/b\r\npackage a\r\n",
    "a word more": "# METADATA of this package\n# title: T\npackage a\n",
    "indented, and so none": "  # METADATA\n  # title: T\npackage a\n",
    "of a rule": 'package a\n\n# METADATA\n# title: R\n# custom:\n#   id: r/r\ndeny contains "x"\n',
    "of both": '# METADATA\n# title: T\npackage a\n\n# METADATA\n# title: R\ndeny contains "x"\n',
    "of subpackages first": "# METADATA\n# scope: subpackages\n# METADATA\n# title: T\npackage a\n",
    "of subpackages alone": "# METADATA\n# scope: subpackages\n# title: S\npackage a\n",
    "with a scope": "# METADATA\n# scope: package\n# title: T\npackage a\n",
    "none": "# title: T\npackage a\n",
    "none at all": "package a\n",
    "YAML 1.1 words": "# METADATA\n# title: yes\n# custom: {id: on, kinds: [y, no]}\npackage a\n",
    "a number": "# METADATA\n# title: 2026\n# custom: {id: 1.5}\npackage a\n",
    "flow style": '# METADATA\n# {"title": "T", "custom": {"id": "a/b"}}\npackage a\n',
    "in a text": "package a\n\nx := `\n# METADATA\n# title: X\n`\n",
    "behind code": "package a # METADATA\n# title: X\n",
}


def inspected(opa: Path, folder: Path, below: str = ".") -> dict[str, dict[str, Any]]:
    """What OPA itself says of the packages' annotations, by file."""
    done = subprocess.run(
        [opa, "inspect", "-a", "-f", "json", below], cwd=folder, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr or done.stdout
    found = json.loads(done.stdout).get("annotations") or []
    return {
        item["location"]["file"]: item["annotations"]
        for item in found
        if item["annotations"].get("scope") == "package"
    }


@pytest.mark.parametrize("name", ODD)
def test_metadata_are_read_as_opa_reads_them(opa: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.rego").write_bytes(ODD[name].encode())
    theirs = inspected(opa, tmp_path).get("a.rego", {})
    module = Module("a.rego", f"{ODD[name]}\ndeny contains 1\n", own=False)
    agrees(module, theirs)


def agrees(module: Module, theirs: dict[str, Any]) -> None:
    custom = theirs.get("custom", {})
    ours = module.metadata
    assert str(ours.get("title", "")) == theirs.get("title", "")
    assert (ours.get("description") or "") == theirs.get("description", "")
    assert (ours.get("custom") or {}) == custom
    (policy,) = policies([module])
    assert policy.title == theirs.get("title", module.stem)
    assert policy.kinds == frozenset(custom.get("kinds", []))


def test_metadata_of_our_own_policies_are_read_as_opa_reads_them(opa: Path) -> None:
    theirs = inspected(opa, CHECKOUT, "policies")
    judging = [module for module in own_modules() if module.entries]
    assert judging
    for module in judging:
        agrees(module, theirs[module.path])


def test_metadata_that_are_no_yaml_are_refused_where_they_are() -> None:
    module = rego("a.rego", "# METADATA\n# title: [\n# custom: {\npackage a\n\ndeny contains 1\n")
    (failed,) = judged([module], [document({})]).failures
    assert failed.path == "a.rego"
    assert failed.line in {1, 2, 3}
    assert "yaml" in failed.message


def test_two_metadata_of_one_package_are_refused() -> None:
    module = rego(
        "a.rego", "# METADATA\n# title: T\n\n# METADATA\n# title: U\npackage a\n\ndeny contains 1\n"
    )
    (failed,) = judged([module], [document({})]).failures
    assert "package annotation redeclared: a.rego:1" in failed.message


def test_references_below_data() -> None:
    source = 'package a\n\nimport data.b.c\nx := data["d-e"].f[0]\n# data.g\ny := input.data.h\n'
    assert list(text.references(source)) == [(("b", "c"), True, 3), (("d-e", "f"), False, 4)]


@pytest.mark.parametrize(("source", "line"), [("", 1), ('package main\n\ndeny contains "x" if {\n', 4)])
def test_a_module_that_ends_too_soon_is_told_at_a_line_and_column(source: str, line: int) -> None:
    (failure, *_) = judged([rego("policy/short.rego", source)], [document(DEPLOYMENT)]).failures
    assert (failure.line, failure.column) == (line, 1)
