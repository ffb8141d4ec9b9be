"""Severities that mesh.yaml sets: until a date, in some domains, or off."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.reports_read import standing

Run = Callable[..., "CompletedProcess[str]"]
_DOMAINS = ("domains/source-aligned/trips/domain.yaml", "domains/aggregate/mobility/domain.yaml")


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("{rule: reference/team, severity: warning}", ["warning", "warning"]),
        ('{rule: reference/team, severity: warning, from: "2020-01-01"}', ["error", "error"]),
        ('{rule: reference/team, severity: warning, from: "2999-01-01"}', ["warning", "warning"]),
        ("{rule: reference/team, severity: info, domains: [trips]}", ["error", "info"]),
        ('{rule: reference, severity: "off"}', []),
    ],
)
def test_a_setting_lowers_a_severity(
    reference: Path, meshwarden: Run, setting: str, expected: list[str]
) -> None:
    for path, owner in zip(_DOMAINS, ("trips", "mobility"), strict=True):
        text = (reference / path).read_text()
        (reference / path).write_text(text.replace(f"owner: {owner}", "owner: nobody"))
    mesh = reference / "mesh.yaml"
    mesh.write_text(
        mesh.read_text().replace("failOn: error", f"failOn: error\n    settings:\n      - {setting}")
    )

    done = meshwarden(reference, "check", "--no-render", "--format", "json")

    report = json.loads(done.stdout)
    assert [one["severity"] for one in standing(report)] == expected
    assert done.returncode == (1 if "error" in expected else 0)
