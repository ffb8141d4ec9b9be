"""`rules` and `explain`: the catalogue, what is in force for a file, and the pages of rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Run = Callable[..., "CompletedProcess[str]"]

DOMAIN = "domains/source-aligned/trips/domain.yaml"
CONTRACT = "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"
OWN = """\
# METADATA
# title: A domain without a description
# custom:
#   kinds: [Domain]
package main

deny contains "say what the domain is for" if not input.spec.description
"""


def in_force(meshwarden: Run, mesh: Path, path: str) -> dict[str, Any]:
    done = meshwarden(mesh, "rules", "--path", path, "--format", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_the_rules_for_a_file(reference: Path, meshwarden: Run) -> None:
    found = in_force(meshwarden, reference, DOMAIN)
    rules = {entry["rule"]: entry for entry in found["rules"]}
    assert found["what"] == "Domain of domain trips"
    assert rules["ownership/owner"] == {"rule": "ownership/owner", "severity": "error", "reasons": []}
    assert "contract/primary-key" in found["others"]
    assert "yaml/syntax" in rules


def test_settings_and_waivers_are_told_with_their_lines(reference: Path, meshwarden: Run) -> None:
    mesh = reference / "mesh.yaml"
    replace_in(
        mesh,
        "    failOn: error\n",
        "    failOn: error\n"
        "    ignore: [topology/cycle]\n"
        "    settings:\n"
        "      - {rule: contract, severity: info, domains: [trips]}\n"
        '      - {rule: sla/required, severity: "off", from: 2999-01-01}\n'
        "      - {rule: classification/required, severity: warning, from: 2020-01-01}\n",
    )
    first = mesh.read_text("utf-8").split("\n").index("    ignore: [topology/cycle]") + 1
    waiver = (
        "    - rule: reference/contract\n"
        "      target: domains/source-aligned/trips/**#/id\n"
        "      owner: trips\n"
        "      reason: It comes with the next release.\n"
        "      expires: 2020-01-31\n"
    )
    replace_in(reference / "waivers.yaml", "  waivers:\n", f"  waivers:\n{waiver}")
    line = (reference / "waivers.yaml").read_text("utf-8").split("\n").index(
        "    - rule: reference/contract"
    ) + 1

    reason = "It comes with the next release."
    rules = {entry["rule"]: entry for entry in in_force(meshwarden, reference, CONTRACT)["rules"]}

    def said(rule: str) -> tuple[str, list[str]]:
        return rules[rule]["severity"], rules[rule]["reasons"]

    assert said("contract/primary-key") == ("info", [f"set for trips by mesh.yaml:{first + 2}"])
    assert said("sla/required") == (
        "off",
        [f"set until 2999-01-01, then warning, by mesh.yaml:{first + 3}"],
    )
    assert said("classification/required") == ("error", [f"error since 2020-01-01, by mesh.yaml:{first + 4}"])
    assert said("reference/contract") == (
        "error",
        [
            f"waived at /id and below until 2020-01-31, which is over, by waivers.yaml:{line}: {reason}",
        ],
    )
    product = "domains/source-aligned/trips/taxi-trips/data-product.yaml"
    ignored = {entry["rule"]: entry for entry in in_force(meshwarden, reference, product)["rules"]}
    assert ignored["topology/cycle"]["reasons"] == [f"ignored by mesh.yaml:{first}"]


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("mesh.yaml", "Mesh"),
        ("README.md", "skipped: it lies outside of the mesh and its folders"),
        (
            "platform/infrastructure-utility/02_operators/kafka/kafka.yaml",
            "content of platform/infrastructure-utility/02_operators/stage.yaml",
        ),
        ("rendered/argocd/root.yaml", "a rendered file"),
    ],
)
def test_what_a_file_is(reference: Path, meshwarden: Run, path: str, what: str) -> None:
    (reference / "README.md").write_text("# A mesh\n")
    assert in_force(meshwarden, reference, path)["what"] == what


def test_a_file_that_is_not_there(reference: Path, meshwarden: Run) -> None:
    done = meshwarden(reference, "rules", "--path", "domains/none.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "domains/none.yaml is no file of the mesh" in done.stderr


def test_the_mesh_s_own_policies_are_listed_and_explained(reference: Path, meshwarden: Run) -> None:
    (reference / "own").mkdir()
    (reference / "own/described.rego").write_text(OWN)
    replace_in(reference / "mesh.yaml", "  rules:\n", "  policies: [own]\n\n  rules:\n")

    listed = meshwarden(reference, "rules")
    assert "policy/described" in listed.stdout
    explained = meshwarden(reference, "explain", "policy/described")
    assert explained.returncode == 0
    assert explained.stdout.startswith("policy/described (error): A domain without a description.")
    assert "      - rule: policy/described" not in explained.stdout
    assert "    - rule: policy/described\n" in explained.stdout
    assert meshwarden(reference.parent, "explain", "policy/described").returncode == 2


def test_what_cannot_be_waived_says_so(reference: Path, meshwarden: Run) -> None:
    assert "It cannot be waived." in meshwarden(reference, "explain", "yaml/syntax").stdout


def test_a_waiver_cannot_write_to_the_terminal(reference: Path, meshwarden: Run) -> None:
    hostile = """\
    - rule: reference/team
      target: "**"
      owner: trips
      reason: "\\e[2Jno\\nthing"
      expires: 2020-01-31
"""
    replace_in(reference / "waivers.yaml", "  waivers:\n", f"  waivers:\n{hostile}")
    done = meshwarden(reference, "rules", "--path", DOMAIN)
    assert "\ufffd[2Jno thing" in done.stdout
    assert "\x1b" not in done.stdout
