"""`meshwarden render`: writes rendered/, or says what in it is not what would be written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from meshwarden.commands.check import report
from meshwarden.commands.where import files_of, mesh_root
from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.plan import Planned, plan
from meshwarden.engine.rendered_mesh import STOPPING
from meshwarden.engine.selection import Selection
from meshwarden.errors import ExitStatus
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.render.alone import alone
from meshwarden.render.targets.target import NotRendered, Why
from meshwarden.render.write import write
from meshwarden.reports.printable import printable
from meshwarden.sources.tree import Tree

_COMPARED: Final = ("gitops/stale", "gitops/edited", "gitops/orphan")


def run(start: Path, *, check_only: bool, fail_on_write: bool) -> int:
    """Renders the mesh around `start`; returns the exit status.

    With `check_only` nothing is written, and what differs are findings. With `fail_on_write` it is 1 whenever
    something was written, as a pre-commit hook has to.
    """
    root = mesh_root(start)
    tree = files_of(root, staged=False)
    if check_only:
        outcome = check(tree, CheckOptions(selection=Selection(select=(*STOPPING, *_COMPARED))))
        sys.stdout.write(report(outcome, tree, "text", stats=False))
        return outcome.status
    with alone(root, lambda: sys.stderr.write("meshwarden: waits for another render of this mesh\n")):
        return _rendered(root, tree, fail_on_write=fail_on_write)


def _rendered(root: Path, tree: Tree, *, fail_on_write: bool) -> int:
    """Writes what is rendered of the mesh in `root`; returns the exit status."""
    planned = plan(tree, root)
    if isinstance(planned, Outcome):
        sys.stdout.write(report(planned, tree, "text", stats=False))
        sys.stderr.write("meshwarden: nothing was rendered: mend what stands above first\n")
        return planned.status
    if mistakes := _mistakes(planned):
        sys.stderr.write("".join(f"{printable(mistake)}\n" for mistake in mistakes))
        sys.stderr.write("meshwarden: nothing was rendered: less would be rendered than was meant\n")
        return ExitStatus.FINDINGS
    write(root, planned.changes)
    sys.stderr.write(_told(planned))
    wrote = bool(planned.changes.written or planned.changes.removed)
    if wrote and fail_on_write:
        sys.stderr.write("Files were written; add them to the commit: git add rendered/\n")
        return ExitStatus.FINDINGS
    return ExitStatus.CLEAN


def _mistakes(planned: Planned) -> list[str]:
    """What keeps the rendering from being what was meant: `check` tells it with its place."""
    rendering = planned.rendering
    # The rule that tells of it may be ignored; what was rendered from it must not go for that.
    unread = [f"{path}: cannot be read as what it ought to be" for path in planned.unread]
    unreadable = [
        f"{one.path}:{one.line}:{one.column}: cannot be read: {one.reason}" for one in rendering.unreadable
    ]
    mesh = [f"{one.path}: {one.reason}" for one in rendering.not_rendered if one.path == MESH_FILE]
    return [
        *mesh,
        *(
            f"{_place(one)}: {one.reason}"
            for why in (Why.COMPONENT, Why.CHART, Why.VALUES)
            for one in rendering.left_out(why)
        ),
        *unread,
        *unreadable,
    ]


def _place(found: NotRendered) -> str:
    return f"{found.path}:{found.span.line}:{found.span.column}" if found.span else found.path


def _told(planned: Planned) -> str:
    changes = planned.changes
    files = len(planned.rendering.files)
    rows = [f"{files} files rendered: {len(changes.written)} written, {len(changes.removed)} removed"]
    left_out = [found for found in planned.rendering.not_rendered if found.why is not Why.NOT_EXPRESSED]
    if left_out:
        rows += ["not rendered:", *(printable(f"  {found.path}: {found.reason}") for found in left_out)]
    return "\n".join(rows) + "\n"
