"""The schemas that the makers of the standards publish, fetched from the package registry."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# What uv and pip say; pip lists no versions at all where it reached no registry.
_UNREACHED = re.compile(
    r"ProxyError|ConnectTimeout|ReadTimeout|timed out|dns error|error sending request|Failed to fetch"
    r"|Failed to establish|Network is unreachable|name resolution|\(from versions: none\)",
    re.IGNORECASE,
)


@cache
def official_schema(folder: Path, package: str, version: str, file: str) -> dict[str, Any] | None:
    """A JSON file of a package's wheel, kept below `folder`; None if no registry can be reached."""
    kept = folder / f"{package}-{version}"
    if not kept.is_dir():
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            if not _install(f"{package}=={version}", Path(scratch) / "wheel"):
                return None
            shutil.copytree(Path(scratch) / "wheel", kept, dirs_exist_ok=True)
    schema: dict[str, Any] = json.loads((kept / file).read_text("utf-8"))
    return schema


def _install(requirement: str, folder: Path) -> bool:
    """Whether the registry could be reached; any other failure is one of the test."""
    command = [*_installer(), "install", "--no-deps", "--no-compile", "--target", str(folder), requirement]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=folder.parent
    )
    unreached = done.returncode != 0 and _UNREACHED.search(done.stderr) is not None
    assert done.returncode == 0 or unreached, done.stderr
    return not unreached


def _installer() -> list[str]:
    """The client of the registry that is there: uv, this Python's pip, or the system's."""
    if uv := shutil.which("uv"):
        return [uv, "pip"]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip3") or shutil.which("pip")
    assert pip, "neither uv nor pip is there to fetch what the standards' makers publish"
    return [pip]
