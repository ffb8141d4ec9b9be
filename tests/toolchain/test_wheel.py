"""The wheel of meshwarden holds all that it runs with, and nothing else."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Build the wheel, and return the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        return frozenset(archive.namelist())


@pytest.mark.parametrize(("folder", "pattern"), [("policies", "*.rego"), ("schemas", "*.json")])
def test_policies_and_schemas_travel_in_the_wheel(folder: str, pattern: str, names: frozenset[str]) -> None:
    files = {
        f"meshwarden/{folder}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in (ROOT / folder).rglob(pattern)
    }
    assert files, f"{folder}/ holds {pattern}"
    assert files <= names


def test_the_package_is_typed_and_whole(names: frozenset[str]) -> None:
    package = ROOT / "validators" / "meshwarden"
    modules = {f"meshwarden/{path.relative_to(package).as_posix()}" for path in package.rglob("*.py")}
    assert modules | {"meshwarden/py.typed"} <= names


def test_nothing_lies_beside_the_package(names: frozenset[str]) -> None:
    assert {name.split("/")[0] for name in names} == {"meshwarden", "meshwarden-0.1.0.dist-info"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_nothing_that_a_machine_wrote_is_in_the_wheel(names: frozenset[str]) -> None:
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
