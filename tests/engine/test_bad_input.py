"""Bad input gets one finding at the spot, and the rest of the mesh is still judged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from tests.reports_read import standing

Run = Callable[..., "CompletedProcess[str]"]
_CONTRACT = "domains/source-aligned/trips/taxi-trips/contracts/trips.odcs.yaml"
_DEPLOYMENT = _CONTRACT.replace("contracts/trips.odcs.yaml", "deployment.yaml")
_DOMAIN = "domains/source-aligned/trips/domain.yaml"


def _check(mesh: Path, meshwarden: Run) -> tuple[int, list[tuple[str, int, int, str]], dict[str, Any]]:
    done = meshwarden(mesh, "check", "--no-render", "--format", "json")
    assert done.stdout, done.stderr
    report = json.loads(done.stdout)
    found = [(one["path"], one["line"], one["column"], one["rule"]) for one in standing(report)]
    return done.returncode, found, report


@pytest.mark.parametrize(
    ("content", "line", "column", "rule"),
    [
        (b"a: b: c\n", 1, 5, "yaml/syntax"),
        (b"\x7fELF\x02\x01\x01\x00", 1, 1, "yaml/encoding"),
        (b"name: caf\xe9\n", 1, 10, "yaml/encoding"),
        (b"", 1, 1, "schema/unknown-kind"),
        (b"- a\n- b\n", 1, 1, "schema/unknown-kind"),
        (b"dataContractSpecification: 1.1.0\nid: x\n", 1, 1, "schema/unknown-kind"),
        (b"apiVersion: v2.2.2\nkind: DataContract\n", 1, 13, "schema/version"),
        (b"[" * 5000, 1, 65, "yaml/depth"),
    ],
)
def test_a_contract_that_cannot_be_read_is_one_finding(
    reference: Path, meshwarden: Run, content: bytes, line: int, column: int, rule: str
) -> None:
    (reference / _CONTRACT).write_bytes(content)
    owner = (reference / _DOMAIN).read_text().replace("owner: trips", "owner: nobody")
    (reference / _DOMAIN).write_text(owner)

    status, found, report = _check(reference, meshwarden)

    assert found == [(_DOMAIN, 10, 10, "reference/team"), (_CONTRACT, line, column, rule)]
    assert status == 1
    assert report["errors"] == []
    assert _CONTRACT in {one["path"] for one in report["notJudged"]}


def test_a_contract_that_breaks_late_is_still_known_by_its_id(reference: Path, meshwarden: Run) -> None:
    path = reference / _CONTRACT
    path.write_text(path.read_text() + "\nbroken: [\n")

    _, found, report = _check(reference, meshwarden)

    assert [rule for *_, rule in found] == ["yaml/syntax"]
    waived = {"waivers.yaml"}  # of what only rendering tells
    assert {one["path"] for one in report["notJudged"]} - waived == {_CONTRACT, _DEPLOYMENT}


@pytest.mark.parametrize("value", ["null", "5", "[]", "{}", "text", "[[]]", "true", "{a: {b: [1]}}"])
@pytest.mark.parametrize("field", ["spec", "metadata", "kind", "apiVersion"])
def test_a_wrong_type_at_the_top_never_stops_the_check(
    reference: Path, meshwarden: Run, field: str, value: str
) -> None:
    lines = [line for line in (reference / "mesh.yaml").read_text().splitlines() if line]
    start = next(index for index, line in enumerate(lines) if line.startswith(f"{field}:"))
    rest = next((at for at in range(start + 1, len(lines)) if lines[at][0] not in " #"), len(lines))
    (reference / "mesh.yaml").write_text(
        "\n".join([*lines[:start], f"{field}: {value}", *lines[rest:]]) + "\n"
    )

    status, found, report = _check(reference, meshwarden)

    assert report["errors"] == []
    assert status == 1
    assert any(path == "mesh.yaml" for path, *_ in found)


def test_an_unreadable_mesh_yaml_is_wrong_usage(reference: Path, meshwarden: Run) -> None:
    (reference / "mesh.yaml").unlink()
    (reference / "mesh.yaml").symlink_to("elsewhere.yaml")

    assert meshwarden(reference, "check").returncode == 2
