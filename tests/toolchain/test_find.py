"""Which executable is run: the user's word, then PATH, then the toolchain wheel."""

import subprocess
import sys
from pathlib import Path

import pytest

import meshwarden
import meshwarden_toolchain
from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.tools.find import Origin, Tool, find, version_of


def executable(path: Path, says: str = "") -> Path:
    """Write a program that prints `says`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def without_toolchain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "meshwarden_toolchain", None)


def test_configuration_comes_first(tmp_path: Path) -> None:
    own, named, on_path = (executable(tmp_path / folder / "opa") for folder in ("own", "named", "path"))
    environment = {"MESHWARDEN_OPA": str(named), "PATH": str(on_path.parent)}
    assert find("opa", str(own), environment) == Tool("opa", own, Origin.CONFIGURATION)


def test_the_environment_comes_before_path(tmp_path: Path) -> None:
    named, on_path = (executable(tmp_path / folder / "kustomize") for folder in ("named", "path"))
    environment = {"MESHWARDEN_KUSTOMIZE": str(named), "PATH": str(on_path.parent)}
    assert find("kustomize", None, environment) == Tool("kustomize", named, Origin.ENVIRONMENT)


def test_path_comes_before_the_toolchain(tmp_path: Path) -> None:
    second = executable(tmp_path / "b" / "opa")
    executable(tmp_path / "c" / "opa")
    environment = {"PATH": f"{tmp_path / 'a'}:{second.parent}:{tmp_path / 'c'}", "MESHWARDEN_OPA": ""}
    assert find("opa", None, environment) == Tool("opa", second, Origin.PATH)


def test_the_toolchain_comes_last() -> None:
    assert find("opa", None, {}) == Tool("opa", meshwarden_toolchain.path("opa"), Origin.TOOLCHAIN)


@pytest.mark.usefixtures("without_toolchain")
def test_without_any_there_is_none() -> None:
    assert find("opa", None, {"PATH": "/nowhere"}) is None


def test_a_tool_that_the_toolchain_does_not_carry_is_none() -> None:
    assert find("helm", None, {}) is None


def test_this_process_s_environment_is_asked_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESHWARDEN_OPA", str(executable(tmp_path / "opa")))
    found = find("opa")
    assert found is not None
    assert found.origin is Origin.ENVIRONMENT


def test_a_relative_entry_of_path_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "opa")
    executable(tmp_path / "bin" / "opa")
    monkeypatch.chdir(tmp_path)
    found = find("opa", None, {"PATH": ":.:bin"})
    assert found is not None
    assert found.origin is Origin.TOOLCHAIN


def test_what_cannot_be_executed_on_path_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "opa").write_text("no program")
    (tmp_path / "folder" / "opa").mkdir(parents=True)
    good = executable(tmp_path / "good" / "opa")
    search_path = ":".join(str(tmp_path / folder) for folder in ("data", "folder", "good"))
    assert find("opa", None, {"PATH": search_path}) == Tool("opa", good, Origin.PATH)


@pytest.mark.parametrize("named", ["gone", "data", "."])
def test_a_named_tool_that_is_no_executable_is_wrong_usage(
    named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data").write_text("no program")
    with pytest.raises(WrongUsage, match=f"MESHWARDEN_OPA is `{named}`, which is no executable file"):
        find("opa", None, {"MESHWARDEN_OPA": named})
    with pytest.raises(WrongUsage, match=f"the configured opa is `{named}`"):
        find("opa", named, {})


def test_a_relative_name_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = executable(tmp_path / "tools" / "opa")
    monkeypatch.chdir(tmp_path)
    assert find("opa", "tools/opa", {}) == Tool("opa", path, Origin.CONFIGURATION)


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("Version: 1.22.2\nBuild Commit: 4f3c", "1.22.2"),
        ("v5.8.1", "5.8.1"),
        ("{Version:kustomize/v4.5.7 GitCommit:56d8}", "4.5.7"),
        ("v4.0.0-rc.1+g5d9a", "4.0.0-rc.1"),
        ("v4.2", "4.2"),
    ],
)
def test_the_version_is_what_the_tool_says(says: str, version: str, tmp_path: Path) -> None:
    assert version_of(Tool("opa", executable(tmp_path / "opa", says), Origin.PATH)) == version


@pytest.mark.parametrize("says", ["", "command not found"])
def test_a_tool_that_tells_no_version_is_an_error(says: str, tmp_path: Path) -> None:
    with pytest.raises(CouldNotFinish, match="tells no version"):
        version_of(Tool("opa", executable(tmp_path / "opa", says), Origin.PATH))


def test_finding_a_tool_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from meshwarden.tools.find import find\n"
        "find('opa', None, {})\n"
        "heavy = {'importlib.metadata', 'importlib.resources', 'shutil', 'tempfile', 'email', 'asyncio'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-Sc", code], env=module_path(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n", "-S: without what the environment's own .pth files import"


def module_path() -> dict[str, str]:
    """Return an environment in which the packages are found without `site`."""
    roots = (Path(module.__path__[0]).parent for module in (meshwarden, meshwarden_toolchain))
    return {"PYTHONPATH": ":".join(map(str, roots))}
