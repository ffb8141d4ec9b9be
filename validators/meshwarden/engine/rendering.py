"""What a check does with the rendering: compare it with what is committed, and build every overlay."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
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


def rendering_of(tree: Tree, scanned: Scan) -> Rendering:
    """The rendering of a mesh. The documents of its components tell what Argo CD's projects may hold."""
    mesh = scanned.mesh
    content = _contents(
        tree, [path for path in scanned.content if path.endswith((".yaml", ".yml", "/Kustomization"))]
    )
    documents = [recognise(read(path, text), mesh.settings.layout) for path, text in content.items()]
    return render_mesh(replace(mesh, manifests=(*mesh.manifests, *documents)))


def rendered_mesh(tree: Tree, listing: Listing, scanned: Scan, ledger: Ledger, build: Build) -> Rendered:
    """The rendering of the mesh, compared and built; what of it cannot be judged is added to the ledger.

    An overlay that an error stands behind is neither compared nor built: the error is the finding.
    """
    mesh = scanned.mesh
    rendering = rendering_of(tree, scanned)
    broken = broken_files(ledger)
    units = [unit for unit in rendering.units if not broken.intersection(unit.sources)]
    left_out = [unit for unit in rendering.units if unit not in units]
    ledger.not_judged += [Unjudged(found.path, "gitops/*", found.reason) for found in rendering.not_rendered]
    ledger.not_judged += [Unjudged(unit.folder, "gitops/*", _why(unit, broken)) for unit in left_out]
    differences = _differences(tree, listing, mesh, rendering, left_out)
    built: tuple[Built, ...] = ()
    if build.wanted and build.kustomize is None:
        message = "there is no kustomize to build the overlays with. Install meshwarden[toolchain]."
        ledger.errors.append(RunError(BUILD_RULE, mesh.settings.render_path, message))
    elif build.wanted and build.kustomize:
        built = _build(tree, listing, rendering, units, build.kustomize)
    return Rendered(mesh, rendering, differences, built)


def _why(unit: Unit, broken: frozenset[str]) -> str:
    return f"{min(broken.intersection(unit.sources))} has an error"


def _differences(
    tree: Tree, listing: Listing, mesh: Mesh, rendering: Rendering, left_out: Sequence[Unit]
) -> tuple[Difference, ...]:
    if not mesh.settings.render_committed:
        return ()
    path = mesh.settings.render_path
    found = compare(rendering, rendered_files(tree, listing, path), path)
    folders = tuple(f"{unit.folder}/" for unit in left_out)
    return tuple(difference for difference in found if not difference.path.startswith(folders))


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
