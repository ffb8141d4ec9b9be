"""The schemas that the makers of the standards publish, fetched from the package registry."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

_UNREACHED = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|timed out|dns error|error sending request"
    r"|Failed to fetch|Could not connect|Network is unreachable|Temporary failure in name resolution",
    re.IGNORECASE,
)


def official_schema(cache: Path, package: str, version: str, file: str) -> dict[str, Any]:
    """A JSON file of a package's wheel, kept below `cache`; skips the test if no registry can be reached."""
    folder = cache / f"{package}-{version}"
    if not folder.is_dir():
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            _install(f"{package}=={version}", Path(scratch) / "wheel")
            shutil.copytree(Path(scratch) / "wheel", folder, dirs_exist_ok=True)
    schema: dict[str, Any] = json.loads((folder / file).read_text("utf-8"))
    return schema


def _install(requirement: str, folder: Path) -> None:
    command = [*_installer(), "install", "--quiet", "--no-deps", "--no-compile", "--target", str(folder)]
    done = subprocess.run(
        [*command, requirement], capture_output=True, text=True, timeout=120, check=False, cwd=folder.parent
    )
    if done.returncode and _UNREACHED.search(done.stderr):
        pytest.skip(f"{requirement}: the package registry cannot be reached")
    assert done.returncode == 0, done.stderr


def _installer() -> list[str]:
    """The client of the registry that is there: uv, this Python's pip, or the system's."""
    if uv := shutil.which("uv"):
        return [uv, "pip"]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    assert pip, "neither uv nor pip is there to fetch what the standards' makers publish"
    return [pip]
