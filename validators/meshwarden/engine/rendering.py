"""What a check does with the rendering: compare it with what is committed, and build every overlay."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from meshwarden.engine.build import BUILD_RULE, Build
from meshwarden.engine.judge import Ledger
from meshwarden.engine.outcome import RunError, Unjudged
from meshwarden.engine.scan import Scan
from meshwarden.findings import Severity
from meshwarden.manifests.recognise import recognise
from meshwarden.mesh.records import Mesh
from meshwarden.render.build import Built, build_overlays, materialise
from meshwarden.render.compare import Difference, compare
from meshwarden.render.rendering import Rendering, Unit, render_mesh
from meshwarden.rules.rendered import Rendered
from meshwarden.sources.reader import read
from meshwarden.sources.tree import Listing, Tree

STOPPING: Final = ("yaml", "schema", "reference")  # categories whose errors make a rendering meaningless


def broken_files(ledger: Ledger) -> frozenset[str]:
    """The files with an error that makes whatever is rendered from them meaningless."""
    return frozenset(
        fault.place.path
        for rule, fault in ledger.said
        if rule.category in STOPPING and (fault.severity or rule.severity) is Severity.ERROR
    )


def rendered_files(tree: Tree, listing: Listing, render_path: str) -> dict[str, bytes]:
    """The files that lie below the folder of rendered files, with their contents."""
    return _contents(tree, [path for path in listing.files if path.startswith(f"{render_path}/")])


def rendering_of(tree: Tree, scanned: Scan) -> tuple[Rendering, frozenset[str]]:
    """The rendering of a mesh, and the files of its components that could not be read.

    Components' documents are read for it: what they bring decides what Argo CD's projects may hold.
    """
    mesh = scanned.mesh
    paths = [path for path in scanned.content if path.endswith((".yaml", ".yml", "/Kustomization"))]
    documents = [
        recognise(read(path, text), mesh.settings.layout) for path, text in _contents(tree, paths).items()
    ]
    unread = frozenset(found.path for found in documents if not found.document.readable)
    return render_mesh(replace(mesh, manifests=(*mesh.manifests, *documents))), unread


def rendered_mesh(tree: Tree, listing: Listing, scanned: Scan, ledger: Ledger, build: Build) -> Rendered:
    """The rendering of the mesh, compared and built; what of it cannot be judged is added to the ledger.

    An overlay that an error stands behind is neither compared nor built: the error is the finding. One that
    reaches a file that cannot be read is built, which tells where, and not compared.
    """
    mesh = scanned.mesh
    rendering, unread = rendering_of(tree, scanned)
    broken = {path: f"{path} has an error" for path in broken_files(ledger)}
    half = {scanned.content[path]: f"{path} cannot be read" for path in unread} | broken
    ledger.not_judged += [Unjudged(found.path, "gitops/*", found.reason) for found in rendering.not_rendered]
    ledger.not_judged += [
        Unjudged(unit.folder, "gitops/*", why) for unit in rendering.units if (why := _why(unit, half))
    ]
    compared = [unit for unit in rendering.units if not _why(unit, half)]
    differences = _differences(tree, listing, mesh, rendering, compared)
    built: tuple[Built, ...] = ()
    if build.wanted and build.kustomize is None:
        message = "there is no kustomize to build the overlays with. Install meshwarden[toolchain]."
        ledger.errors.append(RunError(BUILD_RULE, mesh.settings.render_path, message))
    elif build.wanted and build.kustomize:
        units = [unit for unit in rendering.units if not _why(unit, broken)]
        built = _build(tree, listing, rendering, units, build.kustomize)
    return Rendered(mesh, rendering, differences, built)


def _why(unit: Unit, reasons: Mapping[str, str]) -> str | None:
    """Why a unit is not judged: something is wrong with one of the manifests that it is rendered from."""
    return next((reasons[path] for path in sorted(unit.sources) if path in reasons), None)


def _differences(
    tree: Tree, listing: Listing, mesh: Mesh, rendering: Rendering, compared: Sequence[Unit]
) -> tuple[Difference, ...]:
    if not mesh.settings.render_committed:
        return ()
    path = mesh.settings.render_path
    found = compare(rendering, rendered_files(tree, listing, path), path)
    left_out = tuple(f"{unit.folder}/" for unit in rendering.units if unit not in compared)
    return tuple(difference for difference in found if not difference.path.startswith(left_out))


def _build(
    tree: Tree, listing: Listing, rendering: Rendering, units: Sequence[Unit], kustomize: Path
) -> tuple[Built, ...]:
    """Builds in a scratch folder, from what would be rendered: it may differ from what lies there."""
    folders = tuple(f"{folder}/" for unit in units for folder in unit.inputs)
    inputs = _contents(tree, [path for path in listing.files if path.startswith(folders)])
    overlays = [overlay for unit in units for overlay in unit.overlays]
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
        materialise({**rendering.files, **inputs}, Path(scratch))
        return build_overlays(Path(scratch), overlays, kustomize, os.cpu_count() or 1)


def _contents(tree: Tree, paths: Sequence[str]) -> dict[str, bytes]:
    tree.prefetch(paths)
    return {path: tree.read(path) for path in paths}
