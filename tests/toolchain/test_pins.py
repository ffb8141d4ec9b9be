"""The toolchain wheel carries what `toolchain/` pins."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import meshwarden
import meshwarden_toolchain
from meshwarden.tools.command import Command
from meshwarden.tools.find import Origin, Tool, version_of

ROOT = Path(__file__).resolve().parents[2]


def project(folder: str) -> dict[str, Any]:
    """Return the `pyproject.toml` of a folder of this repository."""
    return tomllib.loads((ROOT / folder / "pyproject.toml").read_text())


def pinned_version(name: str) -> str:
    """Return the version that the tool's go.mod requires of the module that holds the tool."""
    go_mod = (ROOT / "toolchain" / name / "go.mod").read_text()
    tool = re.search(r"^tool (\S+)$", go_mod, re.MULTILINE)
    assert tool is not None, "a go.mod names one tool"
    required = re.search(rf"^\s+{re.escape(tool[1])} v(\S+)", go_mod, re.MULTILINE)
    assert required is not None, "the tool's module is required"
    return required[1]


@pytest.mark.parametrize("name", meshwarden_toolchain.NAMES)
def test_the_binary_tells_the_version_that_is_pinned(name: str) -> None:
    tool = Tool(name, meshwarden_toolchain.path(name), Origin.TOOLCHAIN)
    assert version_of(tool) == pinned_version(name)


@pytest.mark.parametrize("name", meshwarden_toolchain.NAMES)
def test_every_dependency_has_its_checksum(name: str) -> None:
    folder = ROOT / "toolchain" / name
    sums = (folder / "go.sum").read_text()
    required = re.findall(r"^\s+(\S+ v\S+)", (folder / "go.mod").read_text(), re.MULTILINE)
    assert required
    assert [module for module in required if f"{module} h1:" not in sums] == []


def test_the_names_are_the_modules_that_are_pinned() -> None:
    assert sorted(meshwarden_toolchain.NAMES) == sorted(
        path.parent.name for path in (ROOT / "toolchain").glob("*/go.mod")
    )


@pytest.mark.parametrize("name", meshwarden_toolchain.NAMES)
def test_the_path_is_absolute_and_executable(name: str) -> None:
    path = meshwarden_toolchain.path(name)
    assert path.is_absolute()
    assert os.access(path, os.X_OK)


def test_another_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="terraform"):
        meshwarden_toolchain.path("terraform")


def test_opa_evaluates() -> None:
    opa = str(meshwarden_toolchain.path("opa"))
    done = Command((opa, "eval", "--format=raw", "--stdin-input", "input.x + 1"), input=b'{"x": 41}').run()
    assert done.text.strip() == "42"


def test_kustomize_builds(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text("resources: [topic.yaml]\n")
    (tmp_path / "topic.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: topic\n")
    kustomize = str(meshwarden_toolchain.path("kustomize"))
    assert "name: topic" in Command((kustomize, "build", str(tmp_path))).run().text


def test_the_extra_asks_for_this_toolchain() -> None:
    version = project("toolchain")["project"]["version"]
    assert project(".")["project"]["optional-dependencies"]["toolchain"] == [
        f"meshwarden-toolchain=={version}"
    ]


def test_the_package_tells_its_distribution_s_version() -> None:
    assert meshwarden.__version__ == project(".")["project"]["version"]


def test_the_hooks_bring_the_helm_that_the_extra_pins() -> None:
    extras = project(".")["project"]["optional-dependencies"]
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text()):
        assert hook["additional_dependencies"] == ["./toolchain", *extras["helm"]]
