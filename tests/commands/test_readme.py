"""What README shows is what is printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

from tests.conftest import CHECKOUT

Run = Callable[..., "CompletedProcess[str]"]
_SHOWN = re.compile(r"^\$ uv run meshwarden (.+)\n((?:(?!```).*\n)*)```", re.MULTILINE)
_MISTAKES = {
    "domains/source-aligned/trips/domain.yaml": ("owner: trips", "owner: trisp"),
    "domains/aggregate/mobility/trips-by-zone/data-product.yaml": ("d43d1388-", "d43d1389-"),
}


def test_the_outputs_in_readme_are_real(reference: Path, meshwarden: Run) -> None:
    clean, mistaken = _SHOWN.findall((CHECKOUT / "README.md").read_text())

    assert _shown(meshwarden(reference, *clean[0].split()).stdout) == _shown(clean[1])
    for path, (old, new) in _MISTAKES.items():
        text = (reference / path).read_text()
        (reference / path).write_text(text.replace(old, new))
    assert _shown(meshwarden(reference, *mistaken[0].split()).stdout) == _shown(mistaken[1])


def _shown(output: str) -> str:
    """The output, whatever the number of rules: a new rule does not make README wrong."""
    return re.sub(r"\d+ rules", "some rules", output)


def test_the_commands_in_readme_exist(meshwarden: Run) -> None:
    table = re.findall(r"^\| `meshwarden (\w+)", (CHECKOUT / "README.md").read_text(), re.MULTILINE)

    assert table
    for command in table:
        assert meshwarden(CHECKOUT, command, "--help").returncode == 0
