"""`rules`, `explain`, `doctor` and the command line itself, as users run them."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.conftest import CHECKOUT

from meshwarden import __version__
from meshwarden.policy.modules import own_modules, policies
from meshwarden.rules.registry import all_rules

Run = Callable[..., "CompletedProcess[str]"]
_RULES = [rule.id for rule in all_rules(policies(own_modules()))]


def test_rules_lists_every_rule_in_both_languages(meshwarden: Run) -> None:
    text = meshwarden(CHECKOUT, "rules").stdout
    listed = json.loads(meshwarden(CHECKOUT, "rules", "--format", "json").stdout)

    assert [entry["rule"] for entry in listed["rules"]] == _RULES
    assert all(f"{rule} " in text for rule in _RULES)
    assert {"yaml/syntax", "ownership/owner"} <= set(_RULES)


@pytest.mark.parametrize("rule", ["reference/contract", "contract/primary-key"])
def test_explain_shows_why_a_bad_example_and_a_good_one(meshwarden: Run, rule: str) -> None:
    done = meshwarden(CHECKOUT, "explain", rule)

    assert done.returncode == 0
    assert done.stdout.startswith(f"{rule} (")
    assert f"^ {rule}" in done.stdout
    assert "To fix it" in done.stdout


def test_explain_of_no_rule_names_the_nearest(meshwarden: Run) -> None:
    done = meshwarden(CHECKOUT, "explain", "reference/contrat")

    assert done.returncode == 2
    assert "Did you mean `reference/contract`?" in done.stderr


def test_doctor_shows_tools_versions_and_origins(meshwarden: Run) -> None:
    done = meshwarden(CHECKOUT, "doctor")

    assert done.returncode == 0
    for tool in ("opa", "kustomize", "helm"):
        assert any(tool in line and "from" in line for line in done.stdout.splitlines())


def test_doctor_shows_whose_schemas_judge_kubernetes_own_kinds(meshwarden: Run) -> None:
    row = next(line for line in meshwarden(CHECKOUT, "doctor").stdout.splitlines() if " kubernetes " in line)

    assert row.startswith("ok") if find_spec("kubernetes_validate") else "meshwarden[kubernetes]" in row


def test_doctor_says_what_is_missing(tmp_path: Path, meshwarden: Run) -> None:
    done = meshwarden(tmp_path, "doctor", MESHWARDEN_OPA=str(tmp_path / "opa"))

    assert done.returncode == 3
    assert [line.split()[:2] for line in done.stdout.splitlines() if line.startswith("missing")] == [
        ["missing", "opa"],
        ["missing", "mesh"],
    ]


def test_version_and_help(meshwarden: Run) -> None:
    assert meshwarden(CHECKOUT, "--version").stdout == f"meshwarden {__version__}\n"
    assert "exit status:" in meshwarden(CHECKOUT, "check", "--help").stdout


def test_c_runs_as_if_started_there(tmp_path: Path, meshwarden: Run) -> None:
    assert meshwarden(tmp_path, "-C", str(CHECKOUT), "check", "--no-render").returncode == 0
    assert meshwarden(tmp_path, "-C", "nowhere", "check").returncode == 2
