"""What must never pass: each of these once ended with status 0."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from tests.reports_read import standing

Run = Callable[..., "CompletedProcess[str]"]
Git = Callable[..., str]
_OPERATORS = "platform/infrastructure-utility/02_operators"
_PROJECT = "rendered/argocd/projects/trips.yaml"


def _check(mesh: Path, meshwarden: Run, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = meshwarden(mesh, "check", "--format", "json", *arguments, **environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def _found(report: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["path"], finding["rule"]) for finding in standing(report)]


def _widen(mesh: Path) -> None:
    """Edits the fence of a domain by hand."""
    path = mesh / _PROJECT
    path.write_text(path.read_text().replace("  sourceRepos:", "  roles: []\n  sourceRepos:"))


def test_a_stray_unreadable_file_of_a_component_hides_no_edit(reference: Path, meshwarden: Run) -> None:
    (reference / _OPERATORS / "kafka/notes.yaml").write_text("a: [\n")
    _widen(reference)

    status, report = _check(reference, meshwarden)

    assert (status, _found(report)) == (1, [(_PROJECT, "gitops/edited")])


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_a_reached_file_that_only_kustomize_reads_is_an_error(
    reference: Path, meshwarden: Run, encoding: str
) -> None:
    path = reference / _OPERATORS / "kafka/kafka.yaml"
    path.write_bytes(("# \u00e9\n" + path.read_text()).encode(encoding))

    status, report = _check(reference, meshwarden)

    assert status == 1
    assert _found(report) == [(f"{_OPERATORS}/kafka/kafka.yaml", "gitops/build")]
    assert meshwarden(reference, "render").returncode == 1


def test_a_component_that_lost_its_kustomization_is_an_error(reference: Path, meshwarden: Run) -> None:
    (reference / _OPERATORS / "kafka/kustomization.yaml").unlink()

    status, report = _check(reference, meshwarden)

    assert (status, _found(report)) == (1, [(f"{_OPERATORS}/stage.yaml", "stage/component")])
    assert meshwarden(reference, "render").returncode == 1


def test_a_link_among_the_rendered_files_is_an_orphan(reference: Path, meshwarden: Run) -> None:
    link = reference / "rendered/domains/trips/evil/overlays/prod/app.json"
    link.parent.mkdir(parents=True)
    link.symlink_to("../../../../../../domains/notes.txt")

    status, report = _check(reference, meshwarden)

    assert (status, [rule for _, rule in _found(report)]) == (1, ["gitops/orphan"])


@pytest.mark.parametrize("program", ["/bin/true", "/bin/false"])
def test_what_is_no_kustomize_is_no_pass_and_no_finding(
    reference: Path, meshwarden: Run, program: str
) -> None:
    status, report = _check(reference, meshwarden, MESHWARDEN_KUSTOMIZE=program)

    assert (status, standing(report)) == (3, [])
    assert [error["rule"] for error in report["errors"]] == ["gitops/build"]


def test_a_lowered_severity_hides_no_edit(reference: Path, meshwarden: Run) -> None:
    mesh = reference / "mesh.yaml"
    setting = "failOn: error\n    settings: [{rule: reference/team, severity: warning}]"
    mesh.write_text(mesh.read_text().replace("failOn: error", setting))
    domain = reference / "domains/source-aligned/trips/domain.yaml"
    domain.write_text(domain.read_text().replace("owner: trips", "owner: trisp"))
    _widen(reference)

    status, report = _check(reference, meshwarden)

    assert status == 1
    assert (_PROJECT, "gitops/edited") in _found(report)


@pytest.mark.parametrize(
    "arguments", [("--select", "gitops", "--no-render"), ("--select", "gitops", "--ignore", "gitops")]
)
def test_no_rule_at_all_is_not_green(reference: Path, meshwarden: Run, arguments: tuple[str, ...]) -> None:
    assert _check(reference, meshwarden, *arguments)[0] == 2


def test_an_unmerged_index_is_not_judged(reference: Path, meshwarden: Run, git: Git) -> None:
    git(reference, "init", "-q", "-b", "main")
    git(reference, "add", "-A")
    git(reference, "commit", "-qm", "base")
    for branch, owner in (("theirs", "mobility"), ("ours", "platform")):
        git(reference, "checkout", "-q", "-b", branch, "main")
        domain = reference / "domains/source-aligned/trips/domain.yaml"
        domain.write_text(domain.read_text().replace("owner: trips", f"owner: {owner}"))
        git(reference, "commit", "-qam", branch)
    with pytest.raises(Exception, match="non-zero"):
        git(reference, "merge", "-q", "theirs")

    done = meshwarden(reference, "check", "--staged")

    assert done.returncode == 3
    assert "is unmerged" in done.stderr


def test_a_broken_mesh_yaml_makes_no_orphans(reference: Path, meshwarden: Run) -> None:
    (reference / "mesh.yaml").write_text("a: [\n")

    _, report = _check(reference, meshwarden)

    assert {rule.partition("/")[0] for path, rule in _found(report) if path.startswith("rendered/")} == set()
    assert ("mesh.yaml", "yaml/syntax") in _found(report)


@pytest.mark.parametrize("name", ["data-product.yaml", "deployment.yaml"])
def test_a_broken_manifest_makes_its_rendered_files_neither_stale_nor_orphans(
    reference: Path, meshwarden: Run, name: str
) -> None:
    path = f"domains/source-aligned/trips/taxi-trips/{name}"
    (reference / path).write_text("a: [\n")

    _, report = _check(reference, meshwarden)

    assert _found(report) == [(path, "yaml/syntax")]
    assert any(one["path"].startswith("rendered/") for one in report["notJudged"])


@pytest.mark.parametrize("said", ["ignore: [yaml/syntax]", "settings: [{rule: yaml, severity: info}]"])
def test_a_broken_manifest_takes_away_nothing_where_the_rule_that_tells_of_it_is_off(
    reference: Path, meshwarden: Run, said: str
) -> None:
    mesh, path = reference / "mesh.yaml", "domains/source-aligned/trips/taxi-trips/data-product.yaml"
    mesh.write_text(mesh.read_text().replace("failOn: error", f"failOn: error\n    {said}"))
    (reference / path).write_text("a: [\n")
    before = sorted(found for found in (reference / "rendered").rglob("*"))

    _, report = _check(reference, meshwarden)
    rendered = meshwarden(reference, "render")

    assert not any(found.startswith("rendered/") for found, _ in _found(report))
    assert (rendered.returncode, sorted((reference / "rendered").rglob("*"))) == (1, before)
    assert path in rendered.stdout


@pytest.mark.parametrize(
    ("path", "status"), [(".git", 1), ("../elsewhere", 1), ("domains/source-aligned", 2)]
)
def test_rendered_files_lie_apart_from_all_else(
    reference: Path, meshwarden: Run, path: str, status: int
) -> None:
    mesh = reference / "mesh.yaml"
    mesh.write_text(mesh.read_text().replace("render: {path: rendered", f"render: {{path: {path}"))

    assert meshwarden(reference, "check", "--no-render").returncode == status
    assert meshwarden(reference, "render").returncode == status


def test_a_file_that_git_ignores_is_not_overwritten(reference: Path, meshwarden: Run, git: Git) -> None:
    git(reference, "init", "-q")
    (reference / ".gitignore").write_text("/rendered/argocd/\n")
    (reference / "rendered/argocd/SHA256SUMS").unlink()
    project = reference / _PROJECT
    project.write_text("somebody's own\n")

    done = meshwarden(reference, "render")

    assert (done.returncode, project.read_text()) == (3, "somebody's own\n")
    assert "was not written by meshwarden, and would be overwritten" in done.stderr


def test_what_is_rendered_and_not_committed_is_taken_away_when_it_has_to(
    reference: Path, meshwarden: Run, git: Git
) -> None:
    git(reference, "init", "-q")
    (reference / ".gitignore").write_text("/out/\n")
    mesh = reference / "mesh.yaml"
    said = "render: {path: rendered, committed: true}"
    mesh.write_text(mesh.read_text().replace(said, "render: {path: out, committed: false}"))
    before = meshwarden(reference, "render").returncode
    deployment = reference / "domains/consumer-aligned/fleet-planning/shift-forecast/deployment.yaml"
    text = deployment.read_text()
    deployment.write_text(text.replace("runtime:\n    kubernetes: {path: manifests}", "runtime: {}"))
    jobs = list((reference / "out").rglob("*cronjob*"))

    done = meshwarden(reference, "render")

    assert (before, done.returncode) == (0, 0)
    assert jobs
    assert not list((reference / "out").rglob("*cronjob*"))


def test_an_environment_that_cannot_be_rendered_is_an_error(reference: Path, meshwarden: Run) -> None:
    mesh = reference / "mesh.yaml"
    mesh.write_text(mesh.read_text().replace("- name: prod", "- name: Prod_1"))

    _, report = _check(reference, meshwarden, "--no-render", "--select", "schema")

    assert _found(report) == [("mesh.yaml", "schema/violation")]


def test_without_a_repository_nothing_is_taken_away(reference: Path, meshwarden: Run) -> None:
    mesh = reference / "mesh.yaml"
    mesh.write_text(mesh.read_text().replace("url: https://git.example.org/city/mesh.git", "url: ''"))

    done = meshwarden(reference, "render")

    assert done.returncode == 1
    assert "mesh.yaml: it has no `spec.repository.url`" in done.stderr
    assert (reference / "rendered/argocd/projects").is_dir()


@pytest.mark.parametrize("folder", ["governence", "/governance", "governance/*.rego", "../governance"])
def test_a_folder_without_policies_is_no_pass(reference: Path, meshwarden: Run, folder: str) -> None:
    _add_a_policy(reference, folder)

    done = meshwarden(reference, "check", "--no-render")

    assert done.returncode == 2
    assert f"`{folder}`" in done.stderr


@pytest.mark.parametrize("folder", ["governance", "./governance/", "."])
def test_a_folder_of_policies_is_found_however_it_is_written(
    reference: Path, meshwarden: Run, folder: str
) -> None:
    _add_a_policy(reference, folder)

    status, report = _check(reference, meshwarden, "--no-render")

    assert status == 1
    assert ("mesh.yaml", "policy/names") in _found(report)


def _add_a_policy(mesh: Path, folder: str) -> None:
    """A policy that denies mesh.yaml, below governance/, and a mesh.yaml that names `folder` for it."""
    (mesh / "governance").mkdir()
    rego = 'package main\n\ndeny contains "no mesh" if input.kind == "Mesh"\n'
    (mesh / "governance/names.rego").write_text(rego)
    text = (mesh / "mesh.yaml").read_text()
    (mesh / "mesh.yaml").write_text(text.replace("  rules:\n", f'  policies: ["{folder}"]\n  rules:\n', 1))


def test_a_chart_without_a_helm_that_works_is_no_pass(
    reference: Path, meshwarden: Run, tmp_path: Path
) -> None:
    broken = tmp_path / "helm"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    status, report = _check(reference, meshwarden, MESHWARDEN_HELM=str(broken))

    assert status == 3
    assert [error["rule"] for error in report["errors"]] == ["gitops/build"]
    assert "died of a chart, or is not Helm" in report["errors"][0]["message"]
    before = {path: path.read_bytes() for path in (reference / "rendered").rglob("*") if path.is_file()}
    assert meshwarden(reference, "render", MESHWARDEN_HELM=str(broken)).returncode == 3
    assert {
        path: path.read_bytes() for path in (reference / "rendered").rglob("*") if path.is_file()
    } == before


def test_a_named_helm_that_is_none_is_no_pass(reference: Path, meshwarden: Run) -> None:
    assert meshwarden(reference, "check", MESHWARDEN_HELM="/nowhere").returncode == 2
    assert meshwarden(reference, "render", MESHWARDEN_HELM="/nowhere").returncode == 2
    assert meshwarden(reference, "check", "--no-render", MESHWARDEN_HELM="/nowhere").returncode == 0


def test_a_chart_that_helm_cannot_render_is_one_finding(reference: Path, meshwarden: Run) -> None:
    chart = reference / "platform/product-experience/products/dataset-api/chart"
    (chart / "templates/more.yaml").write_text("{{ fail `not today` }}\n")

    status, report = _check(reference, meshwarden)

    deployed = "domains/aggregate/mobility/trips-by-zone/deployment.yaml"
    found = [finding for finding in standing(report) if finding["path"] == deployed]
    assert status == 1
    assert [finding["rule"] for finding in found] == ["deployment/not-rendered"]
    assert "not today" in found[0]["message"]
    assert not [path for path, _ in _found(report) if path.startswith("rendered/domains/mobility")]
    assert meshwarden(reference, "render").returncode == 1


def test_values_that_a_chart_refuses_stop_the_rendering(reference: Path, meshwarden: Run) -> None:
    path = "domains/aggregate/mobility/trips-by-zone/values.yaml"
    values = reference / path
    values.write_text(values.read_text().replace("  name: mobility\n", "  name: 5\n"))

    done = meshwarden(reference, "render")

    assert done.returncode == 1
    assert f"{path}:4:9: `name` is a number; wanted a string" in done.stderr
