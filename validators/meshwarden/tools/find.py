"""Where the programs are that meshwarden runs."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.tools.command import Command

_VERSION_ARGUMENTS = {
    "opa": ("version",),
    "kustomize": ("version",),
}
_VERSION = re.compile(r"\d+\.\d+(?:\.\d+)?(?:-[0-9A-Za-z.-]+)?")


class Origin(StrEnum):
    """What named the executable."""

    CONFIGURATION = "configuration"
    ENVIRONMENT = "environment"
    PATH = "PATH"
    TOOLCHAIN = "meshwarden-toolchain"
    LIBRARY = "helm-python-sdk"


@dataclass(frozen=True, slots=True)
class Tool:
    """An executable; `path` is absolute."""

    name: str
    path: Path
    origin: Origin


def find(
    name: str, configured: str | None = None, environment: Mapping[str, str] | None = None
) -> Tool | None:
    """Return the executable for `name` (`opa`, `kustomize`, `helm`), or None if there is none.

    The first of these decides: `configured`, the variable `MESHWARDEN_<NAME>`, PATH, the toolchain wheel.
    `configured` is the user's own word and never a mesh's: a pull request must not choose what is run. Raises
    `WrongUsage` if one of the first two names something that is no executable file, rather than run another.
    """
    variables = os.environ if environment is None else environment
    variable = variable_of(name)
    if configured:
        return Tool(name, _named(configured, f"the configured {name}"), Origin.CONFIGURATION)
    if variables.get(variable):
        return Tool(name, _named(variables[variable], variable), Origin.ENVIRONMENT)
    for path in _on_path(name, variables.get("PATH", "")):
        return Tool(name, path, Origin.PATH)
    packed = _in_toolchain(name)
    return Tool(name, packed, Origin.TOOLCHAIN) if packed else None


def variable_of(name: str) -> str:
    """Return the environment variable that names the executable for `name`."""
    return f"MESHWARDEN_{name.upper()}"


def version_of(tool: Tool) -> str:
    """Run the tool and return its version, such as `1.22.2`; raises `CouldNotFinish` if it tells none."""
    arguments = _VERSION_ARGUMENTS.get(tool.name, ("--version",))
    return version_in(Command((str(tool.path), *arguments), time_limit=20.0).run().text, str(tool.path))


def version_in(said: str, path: str) -> str:
    """Return the version in what the program at `path` said; raises `CouldNotFinish` if there is none."""
    found = _VERSION.search(said)
    if found is None:
        raise CouldNotFinish(f"`{path}` tells no version: {said.strip()[:200] or 'it wrote nothing'}")
    return found.group()


def _named(value: str, what: str) -> Path:
    path = Path(value).expanduser().absolute()
    if not _is_executable(path):
        raise WrongUsage(
            f"{what} is `{value}`, which is no executable file",
            hint="give the whole path of the executable, or nothing: it is then looked for on PATH",
        )
    return path


def _on_path(name: str, search_path: str) -> Iterator[Path]:
    for folder in search_path.split(os.pathsep):
        # A relative entry would run what lies in the repository that is being checked.
        if os.path.isabs(folder):  # noqa: PTH117 -- `Path("")` is the current folder
            candidate = Path(folder, name)
            if _is_executable(candidate):
                yield candidate


def _in_toolchain(name: str) -> Path | None:
    try:
        import meshwarden_toolchain  # noqa: PLC0415 -- an extra: it need not be installed
    except ImportError:
        return None
    if name not in meshwarden_toolchain.NAMES:
        return None
    path = meshwarden_toolchain.path(name)
    return path if _is_executable(path) else None


def _is_executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)
