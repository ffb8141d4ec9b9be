"""`meshwarden doctor`: which tools are used, in which version, from where, and what is missing."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import meshwarden
from meshwarden.commands.where import mesh_root
from meshwarden.errors import CouldNotFinish, ExitStatus, WrongUsage
from meshwarden.render.kubernetes import releases
from meshwarden.reports.colours import Colours, colours_for
from meshwarden.tools.find import find, variable_of, version_of
from meshwarden.tools.helm import find_helm

_TOOLS = {"opa": "evaluates the policies", "kustomize": "builds the overlays"}


@dataclass(frozen=True, slots=True)
class _Row:
    """One thing that was looked at: whether it is well, and what to say of it.

    `well` is None for what is not there, and need not be.
    """

    well: bool | None
    name: str
    said: str


def run(start: Path) -> int:
    """Prints what was found; returns 0 if nothing is missing, else 3."""
    rows = [*_own(), *_tools(), *_helm(), *_schemas(), *_mesh(start)]
    colours = colours_for(sys.stdout)
    width = max(len(row.name) for row in rows)
    for row in rows:
        sys.stdout.write(f"{_mark(row, colours)}  {row.name:<{width}}  {row.said}\n")
    return ExitStatus.COULD_NOT_FINISH if any(row.well is False for row in rows) else ExitStatus.CLEAN


def _mark(row: _Row, colours: Colours) -> str:
    if row.well is None:
        return "none   "
    return colours.paint("ok     ", "green") if row.well else colours.paint("missing", "red", bold=True)


def _own() -> Iterator[_Row]:
    where = Path(meshwarden.__file__).parent
    yield _Row(True, "meshwarden", f"{meshwarden.__version__}, {where}")
    yield _Row(True, "python", f"{platform.python_version()}, {sys.executable}")


def _tools() -> Iterator[_Row]:
    for name, purpose in _TOOLS.items():
        try:
            tool = find(name)
            if tool is None:
                yield _Row(
                    False, name, f"{purpose}; install meshwarden[toolchain], or set {variable_of(name)}"
                )
            else:
                yield _Row(True, name, f"{version_of(tool)}, from {tool.origin.value}: {tool.path}")
        except (CouldNotFinish, WrongUsage) as error:
            yield _Row(False, name, error.message)


def _helm() -> Iterator[_Row]:
    """Helm is needed only where a chart is rendered."""
    try:
        helm = find_helm()
        if helm is None:
            ways = f"install meshwarden[helm], or set {variable_of('helm')}"
            yield _Row(None, "helm", f"renders charts, and is needed where there are any; {ways}")
        else:
            yield _Row(True, "helm", f"{helm.version()}, from {helm.origin.value}: {helm.path}")
    except (CouldNotFinish, WrongUsage) as error:
        yield _Row(False, "helm", error.message)


def _schemas() -> Iterator[_Row]:
    """The schemas of Kubernetes' own kinds: without them these are not judged, and that is said."""
    found = releases()
    if found:
        yield _Row(True, "kubernetes", f"schemas of {found[0]} to {found[-1]}, from kubernetes-validate")
    else:
        said = "schemas of Kubernetes' own kinds; install meshwarden[kubernetes] to have them judged"
        yield _Row(None, "kubernetes", said)


def _mesh(start: Path) -> Iterator[_Row]:
    try:
        yield _Row(True, "mesh", str(mesh_root(start) / "mesh.yaml"))
    except WrongUsage as error:
        yield _Row(False, "mesh", error.message)
