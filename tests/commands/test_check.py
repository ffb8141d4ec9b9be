"""`meshwarden check` as users run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from tests.conftest import CHECKOUT
from tests.reports_read import standing

Run = Callable[..., "CompletedProcess[str]"]
_DOMAIN = "domains/source-aligned/trips/domain.yaml"
_PRODUCT = "domains/source-aligned/trips/taxi-trips/data-product.yaml"


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def _report(done: CompletedProcess[str]) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_the_reference_mesh_is_clean_under_every_rule(meshwarden: Run) -> None:
    done = meshwarden(CHECKOUT, "check", "--fail-on", "info", "--format", "json")

    report = _report(done)
    assert (done.returncode, standing(report), report["errors"]) == (0, [], [])
    assert report["files"]["checked"] > 10
    assert report["rules"] > 20


def test_a_mistake_is_shown_with_its_line_a_caret_and_what_to_do(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: trisp")

    done = meshwarden(reference, "check", "--no-render")

    assert done.returncode == 1
    assert "error: owner `trisp` is no team of the mesh [reference/team]" in done.stdout
    shown = done.stdout.splitlines()
    caret = next(line for line in shown if "^" in line)
    source = shown[shown.index(caret) - 1]
    assert source[caret.index("^") : caret.rindex("^") + 1] == "trisp"
    assert "hint: Did you mean `trips`?" in done.stdout


def test_without_mesh_yaml_there_is_no_mesh(tmp_path: Path, meshwarden: Run) -> None:
    done = meshwarden(tmp_path, "check")

    assert done.returncode == 2
    assert "there is no mesh.yaml" in done.stderr
    assert "hint:" in done.stderr


def test_nothing_checked_is_not_green(tmp_path: Path, meshwarden: Run) -> None:
    (tmp_path / "mesh.yaml").write_text((CHECKOUT / "mesh.yaml").read_text())

    done = meshwarden(tmp_path, "check", "--no-render")

    assert done.returncode == 2
    assert "nothing was checked" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--select", "reference/contracts"], "is no rule and no category"),
        (["nowhere.yaml"], "is no file or folder of the mesh"),
        (["../elsewhere.yaml"], "outside of the mesh"),
        (["--staged"], "--staged needs a Git repository"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(
    reference: Path, meshwarden: Run, arguments: list[str], said: str
) -> None:
    done = meshwarden(reference, "check", "--no-render", *arguments)

    assert done.returncode == 2
    assert said in done.stderr


def test_a_path_narrows_the_report_and_not_what_is_known(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")
    _edit(reference / _PRODUCT, "contractId: ", "contractId: x")

    done = meshwarden(reference / "domains/source-aligned", "check", "trips/taxi-trips", "--format", "json")

    report = _report(done)
    assert [finding["rule"] for finding in standing(report)] == ["reference/contract"]
    assert done.returncode == 1


def test_select_and_ignore(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")

    assert meshwarden(reference, "check", "--no-render", "--select", "yaml,schema").returncode == 0
    assert meshwarden(reference, "check", "--no-render", "--ignore", "reference/team").returncode == 0
    assert meshwarden(reference, "check", "--no-render", "--select", "reference").returncode == 1


def test_a_rule_that_mesh_yaml_ignores_does_not_run(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")
    _edit(reference / "mesh.yaml", "    failOn: error", "    failOn: error\n    ignore: [reference/team]")

    assert meshwarden(reference, "check", "--no-render").returncode == 0


def test_without_opa_the_other_rules_still_judge_and_it_is_no_pass(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")

    done = meshwarden(reference, "check", "--no-render", "--format", "json", MESHWARDEN_OPA="/no/opa")

    report = _report(done)
    assert done.returncode == 3
    assert [finding["rule"] for finding in standing(report)] == ["reference/team"]
    assert {error["rule"] for error in report["errors"]} >= {"ownership/owner", "naming/metadata-name"}


def test_without_kustomize_the_build_is_not_judged_and_it_is_no_pass(
    reference: Path, meshwarden: Run
) -> None:
    done = meshwarden(reference, "check", "--format", "json", MESHWARDEN_KUSTOMIZE="/no/kustomize")

    report = _report(done)
    assert done.returncode == 3
    assert [error["rule"] for error in report["errors"]] == ["gitops/build"]


def test_a_policy_of_the_mesh_that_does_not_compile_is_told_at_its_line(
    reference: Path, meshwarden: Run
) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")
    _edit(reference / "mesh.yaml", "  render:", "  policies: [rules]\n\n  render:")
    (reference / "rules").mkdir()
    (reference / "rules/broken.rego").write_text(
        "package broken\n\ndeny contains msg if {\n\tmsg := nothing\n}\n"
    )

    done = meshwarden(reference, "check", "--no-render", "--format", "json")

    report = _report(done)
    assert done.returncode == 3
    assert [(error["path"], error["line"]) for error in report["errors"]] == [("rules/broken.rego", 4)]
    assert [finding["rule"] for finding in standing(report)] == ["reference/team"]


def test_a_policy_of_the_mesh_that_fails_as_it_runs_is_told_at_its_line(
    reference: Path, meshwarden: Run
) -> None:
    _edit(reference / "mesh.yaml", "  render:", "  policies: [rules]\n\n  render:")
    (reference / "rules").mkdir()
    (reference / "rules/fails.rego").write_text(
        'package fails\n\ndeny contains "big" if {\n'
        '\tinput.kind == "Mesh"\n\tto_number(input.metadata.name) > 1\n}\n'
    )

    done = meshwarden(reference, "check", "--no-render", "--format", "json")

    report = _report(done)
    assert done.returncode == 3
    assert {(error["rule"], error["path"], error["line"]) for error in report["errors"]} == {
        ("policy/fails", "rules/fails.rego", 5)
    }


def test_stats_say_for_each_rule_how_many_documents_it_judged(meshwarden: Run) -> None:
    done = meshwarden(CHECKOUT, "check", "--no-render", "--stats")

    rows = dict(
        line.rsplit(maxsplit=1) for line in done.stdout.splitlines() if line[:6] in ("owners", "contra")
    )
    assert int(rows["ownership/owner"]) > int(rows["contract/primary-key"]) > 0


def test_staged_judges_the_index_alone(reference: Path, meshwarden: Run, git: Callable[..., str]) -> None:
    git(reference, "init", "-q")
    git(reference, "add", "-A")
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")

    assert meshwarden(reference, "check", "--staged").returncode == 0
    git(reference, "add", "-A")
    _edit(reference / _DOMAIN, "owner: nobody", "owner: trips")
    assert meshwarden(reference, "check", "--staged").returncode == 1


def test_colour_is_for_terminals_only(reference: Path, meshwarden: Run) -> None:
    _edit(reference / _DOMAIN, "owner: trips", "owner: nobody")

    assert "\x1b" not in meshwarden(reference, "check", "--no-render").stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_no_pass(reference: Path) -> None:
    command = [sys.executable, "-m", "meshwarden", "check", "--no-render"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command, cwd=reference, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert done.stderr == "meshwarden: the output could not be written: No space left on device\n"


def test_content_alone_is_not_checked(reference: Path, meshwarden: Run) -> None:
    done = meshwarden(reference, "check", "platform/infrastructure-utility/02_operators/kafka")
    assert done.returncode == 2
    assert (
        "These files are content, which is judged with the whole mesh, so nothing was checked." in done.stdout
    )
