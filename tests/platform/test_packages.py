"""Each product of the platform is the package that it says it is, in the version that it says."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from tests.platform.packages import CHECKOUT, Product, product, products

PRODUCTS = products()


def own_version(found: Product) -> str:
    """The version that a package itself says, where its kind says it."""
    if found.package == "helm":
        return str(yaml.safe_load((found.folder / "Chart.yaml").read_bytes())["version"])
    if found.package == "python":
        return str(tomllib.loads((found.folder / "pyproject.toml").read_text())["project"]["version"])
    if found.package == "operator":
        (labels,) = yaml.safe_load((found.folder / "kustomization.yaml").read_bytes())["labels"]
        return str(labels["pairs"]["app.kubernetes.io/version"])
    (line,) = [
        line for line in (found.folder / "versions.tf").read_text().splitlines() if "module_version =" in line
    ]
    return line.partition("=")[2].strip().strip('"')


def test_there_is_a_product_of_each_package() -> None:
    assert {found.package for found in PRODUCTS} == {"helm", "operator", "python", "terraform"}


@pytest.mark.parametrize("found", PRODUCTS, ids=lambda found: found.name)
def test_product_and_package_agree_about_the_version(found: Product) -> None:
    assert own_version(found) == found.version


LIBRARY = product("mesh-contracts")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python in which the library's wheel is installed, and what this environment has besides.

    The wheel is built by the backend that the library names, and unpacked as an installer would: so
    nothing is asked of a registry.
    """
    folder = tmp_path_factory.mktemp("library")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=LIBRARY.folder, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    home = folder / "venv"
    venv.create(home, with_pip=False)
    (site,) = home.glob("lib/python*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    (site / "environment.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin" / "python"


def _run(python: Path, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))}
    return subprocess.run(
        [python, *arguments], cwd=cwd, env=kept, capture_output=True, text=True, check=False
    )


def test_the_library_says_what_it_is(installed: Path, tmp_path: Path) -> None:
    script = (
        "import importlib.metadata as m, mesh_contracts as c;"
        "print(m.version('mesh-contracts'), m.requires('mesh-contracts')[0], c.__file__)"
    )
    done = _run(installed, "-c", script, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    version, needs, file = done.stdout.split()
    assert (version, needs) == (LIBRARY.version, "pyyaml>=6.0.2")
    assert Path(file).is_relative_to(installed.parent.parent)


def test_the_librarys_own_tests_pass(installed: Path, tmp_path: Path) -> None:
    tests = LIBRARY.folder / "tests"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--import-mode=importlib"]
    configuration = LIBRARY.folder / "pyproject.toml"
    done = _run(
        installed,
        "-B",
        "-m",
        "pytest",
        *options,
        "-c",
        configuration,
        "--rootdir",
        tmp_path,
        tests,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout


def test_the_library_reads_the_meshs_own_contracts(installed: Path, tmp_path: Path) -> None:
    contracts = sorted((CHECKOUT / "domains").glob("**/*.odcs.yaml"))
    assert contracts
    for contract in contracts:
        table = yaml.safe_load(contract.read_bytes())["schema"][0]
        rows = tmp_path / "rows.csv"
        rows.write_text(",".join(column["name"] for column in table["properties"]) + "\n")
        done = _run(installed, "-m", "mesh_contracts", contract, table["name"], rows, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (0, "0 violations in 0 rows\n"), done.stderr
