"""`meshwarden check`: judges the mesh, and tells what it found."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from meshwarden.commands.where import files_of, mesh_root, paths_in
from meshwarden.engine.opening import opened
from meshwarden.engine.selection import Selection
from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.findings import Severity
from meshwarden.policy.opa import OpaAt
from meshwarden.sources.tree import Tree
from meshwarden.tools.find import find

if TYPE_CHECKING:
    from meshwarden.engine.outcome import Outcome


def run(
    start: Path,
    paths: tuple[str, ...],
    *,
    output_format: str,
    selection: Selection,
    fail_on: Severity | None,
    render: bool,
    staged: bool,
    stats: bool,
    opa_url: str | None,
) -> int:
    """Checks the mesh around `start`, prints the report, and returns the exit status."""
    root = mesh_root(start)
    tree = files_of(root, staged=staged)
    opa = _program("opa")
    kustomize = _program("kustomize") if render and not paths else None
    with opened(tree, OpaAt(opa, opa_url), selection) as mesh:
        # Imported while OPA starts.
        from meshwarden.engine.check import CheckOptions, judged  # noqa: PLC0415

        options = CheckOptions(
            paths=paths_in(root, paths, start),
            render=render,
            selection=selection,
            fail_on=fail_on,
            kustomize=kustomize,
        )
        outcome = judged(mesh, options)
    sys.stdout.write(report(outcome, tree, output_format, stats=stats))
    return outcome.status


def _program(name: str) -> Path | None:
    """Where a tool is; None if it is nowhere. What it is needed for is then not judged, the rest is."""
    try:
        tool = find(name)
    except WrongUsage as error:
        sys.stderr.write(f"meshwarden: {error.message}\n")
        return None
    return tool.path if tool else None


def report(outcome: Outcome, tree: Tree, output_format: str, *, stats: bool) -> str:
    """The outcome in a format, as it is printed."""
    if output_format == "json":
        from meshwarden.reports.json_report import report as json_report  # noqa: PLC0415 -- one format a run

        return json_report(outcome)
    from meshwarden.reports.colours import colours_for  # noqa: PLC0415
    from meshwarden.reports.text import TextOptions  # noqa: PLC0415
    from meshwarden.reports.text import report as text_report  # noqa: PLC0415

    return text_report(outcome, _texts(outcome, tree), TextOptions(colours_for(sys.stdout), stats=stats))


def _texts(outcome: Outcome, tree: Tree) -> Mapping[str, str]:
    """The texts of the files with findings. A file that is not there, or is no text, shows no source line."""
    texts = {}
    for path in {finding.path for finding in outcome.findings}:
        try:
            texts[path] = tree.read(path).decode("utf-8", "replace")
        except (CouldNotFinish, KeyError):
            continue
    return texts
