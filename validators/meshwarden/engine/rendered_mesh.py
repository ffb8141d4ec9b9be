"""What a check does with the rendering: compare it with what is committed, and build every overlay."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from meshwarden.engine.build_options import BUILD_RULE, BuildOptions
from meshwarden.engine.judge import Ledger
from meshwarden.engine.opening import Opened
from meshwarden.engine.outcome import RunError, Unjudged
from meshwarden.engine.scan import Scan
from meshwarden.engine.tree_files import TreeFiles, contents
from meshwarden.errors import CouldNotFinish
from meshwarden.findings import FILE_START
from meshwarden.manifests.globs import path_glob
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.render.build import Built, build_overlays, materialise
from meshwarden.render.charts.helm import HelmCharts
from meshwarden.render.compare import Difference, DifferenceKind, compare
from meshwarden.render.rendering import Rendering, Unit, render_mesh
from meshwarden.render.targets.target import Why
from meshwarden.rules.rendered import Rendered
from meshwarden.sources.reader import read
from meshwarden.sources.tree import Listing, Tree
from meshwarden.tools.helm import FindHelm

# Why less is rendered than was meant: that is the finding, and not what follows from it.
_ERRORS: Final = (Why.COMPONENT, Why.CHART, Why.COORDINATES, Why.REFUSED, Why.RETENTION, Why.TYPE)
STOPPING: Final = ("yaml", "schema", "reference")  # categories whose errors make a rendering meaningless


def rendered_files(tree: Tree, listing: Listing, render_path: str) -> dict[str, bytes]:
    """The files that lie below the folder of rendered files, with their contents."""
    return contents(tree, [path for path in listing.files if path.startswith(f"{render_path}/")])


def with_content(opened_mesh: Opened) -> Mesh:
    """The mesh as it is rendered: with the documents that are not its own manifests.

    Whatever belongs to stages and to deployments is among them: what they bring decides what Argo CD's
    projects may hold, and a kustomization may name files of any ending. So are the definitions that mesh.yaml
    names.
    """
    mesh, content = opened_mesh.scanned.mesh, opened_mesh.scanned.content
    stages = {stage.manifest.path for stage in mesh.stages}
    products = {product.manifest.path for product in mesh.platform_products}
    deployments = {found.deployment.manifest.path for found in mesh.products.values() if found.deployment}
    paths = [path for path, owner in content.items() if owner in stages | products | deployments]
    patterns = [path_glob(pattern) for pattern in mesh.settings.crds]
    read_already = {*paths, *(manifest.path for manifest in mesh.manifests)}
    paths += [
        path
        for path in opened_mesh.listing.files
        if path not in read_already
        and not path.startswith(f"{mesh.settings.render_path}/")
        and any(pattern.fullmatch(path) for pattern in patterns)
    ]
    documents = [
        recognise(read(path, text), mesh.settings.layout)
        for path, text in contents(opened_mesh.tree, paths).items()
    ]
    return replace(mesh, manifests=(*mesh.manifests, *documents))


def rendering_of(opened_mesh: Opened, whole: Mesh, find_helm: FindHelm) -> Rendering:
    """The rendering of a mesh with its content. Raises `CouldNotFinish` if no Helm renders its charts."""
    return render_mesh(whole, HelmCharts(TreeFiles(opened_mesh.tree, opened_mesh.listing), find_helm))


def rendered_mesh(
    mesh: Opened, broken: frozenset[str], ledger: Ledger, build: BuildOptions
) -> Rendered | None:
    """The rendering of the mesh, compared and built; None if mesh.yaml has an error, and nothing can be said.

    An overlay that an error stands behind (`broken` are the files with one) is neither compared nor built:
    the error is the finding. What cannot be judged is added to the ledger.
    """
    if MESH_FILE in broken or not mesh.mesh_manifest.known:
        ledger.not_judged.append(Unjudged(mesh.settings.render_path, "gitops/*", f"{MESH_FILE} has an error"))
        return None
    whole = with_content(mesh)
    try:
        rendering = rendering_of(mesh, whole, build.find_helm)
    except CouldNotFinish as error:
        message = f"{error.message}. {error.hint}" if error.hint else error.message
        ledger.errors.append(RunError(BUILD_RULE, mesh.settings.render_path, message))
        return None
    ledger.not_judged += [
        Unjudged(found.path, "gitops/*", found.reason) for found in rendering.left_out(Why.ELSEWHERE)
    ]
    built = (*_built(mesh, rendering, broken, ledger, build), *_unreadable(rendering))
    mistaken = _mistaken(mesh.scanned, rendering, built)
    reasons = {unit.folder: _why(unit, broken) or _why_less(unit, mistaken) for unit in rendering.units}
    ledger.not_judged += [
        Unjudged(folder, "gitops/*", f"{why} has an error") for folder, why in reasons.items() if why
    ]
    differences = _differences(mesh, rendering, reasons)
    told = tuple(found for found in rendering.not_rendered if found.path not in broken)
    return Rendered(
        mesh.scanned.mesh, replace(rendering, not_rendered=told), differences, built, whole.manifests
    )


def _mistaken(scanned: Scan, rendering: Rendering, built: Sequence[Built]) -> frozenset[str]:
    """The manifests whose rendering is not what was meant, for a reason that is a finding itself."""
    failed = {found.overlay for found in built if found.error is not None}
    units = [unit for unit in rendering.units if failed.intersection(unit.overlays)]
    culprits = [found.culprit for found in built if found.culprit in scanned.content]
    return frozenset(
        {
            *(unit.sources[0] for unit in units if unit.inputs),
            *(scanned.content[path] for path in culprits if path),
            *(found.path for why in _ERRORS for found in rendering.left_out(why)),
            *(scanned.content.get(found.path, found.path) for found in rendering.left_out(Why.VALUES)),
        }
    )


def _why(unit: Unit, broken: frozenset[str]) -> str | None:
    """The file with an error that a unit depends on: a source of it, or one beside its main source."""
    folder = unit.sources[0].rpartition("/")[0]
    beside = (path for path in sorted(broken) if folder and path.startswith(f"{folder}/"))
    return next((path for path in sorted(unit.sources) if path in broken), next(beside, None))


def _why_less(unit: Unit, mistaken: frozenset[str]) -> str | None:
    """The same of what is rendered otherwise than it was meant: of another product's it does not matter."""
    return _why(unit, mistaken.difference(unit.grantees))


def _differences(
    mesh: Opened, rendering: Rendering, reasons: Mapping[str, str | None]
) -> tuple[Difference, ...]:
    """What lies otherwise than it is rendered; nothing of units for which there is a reason not to judge."""
    settings = mesh.settings
    if not settings.render_committed:
        return ()
    found = compare(
        rendering, rendered_files(mesh.tree, mesh.listing, settings.render_path), settings.render_path
    )
    left_out = tuple(f"{folder}/" for folder, why in reasons.items() if why)
    whole = tuple(f"{folder}/" for folder, why in reasons.items() if not why)
    kept = [
        difference
        for difference in found
        if not difference.path.startswith(left_out)
        # Beside the units that are known there may be what is left of something that cannot be read.
        and (
            not left_out or difference.kind is not DifferenceKind.ORPHAN or difference.path.startswith(whole)
        )
    ]
    return (*kept, *_not_ours(mesh))


def _not_ours(mesh: Opened) -> Iterator[Difference]:
    """Links and the like among the rendered files: nothing of ours, and Argo CD may follow them."""
    for path, why in mesh.listing.skipped.items():
        if path.startswith(f"{mesh.settings.render_path}/") or path == mesh.settings.render_path:
            message = f"this is {why.partition(':')[0]}, and meshwarden renders none"
            yield Difference(DifferenceKind.ORPHAN, path, FILE_START, message)


def _unreadable(rendering: Rendering) -> Iterator[Built]:
    for found in rendering.unreadable:
        message = f"what it brings cannot be read: {found.reason}"
        yield Built("", None, message, found.path, found.line, found.column)


def _built(
    mesh: Opened, rendering: Rendering, broken: frozenset[str], ledger: Ledger, build: BuildOptions
) -> tuple[Built, ...]:
    """What Kustomize made of the overlays, but for those with a file that cannot be read anyway."""
    if not build.wanted:
        return ()
    if build.kustomize is None:
        message = "there is no kustomize to build the overlays with. Install meshwarden[toolchain]."
        ledger.errors.append(RunError(BUILD_RULE, mesh.settings.render_path, message))
        return ()
    unread = tuple(found.path for found in rendering.unreadable)
    units = [
        unit
        for unit in rendering.units
        if not _why(unit, broken)
        and not set(unread).intersection(unit.sources)
        and not any(path.startswith(f"{folder}/") for folder in unit.inputs for path in unread)
    ]
    try:
        return _build(mesh.tree, mesh.listing, rendering, units, build.kustomize)
    except CouldNotFinish as error:
        ledger.errors.append(RunError(BUILD_RULE, mesh.settings.render_path, error.message))
        return ()


def _build(
    tree: Tree, listing: Listing, rendering: Rendering, units: Sequence[Unit], kustomize: Path
) -> tuple[Built, ...]:
    """Builds in a scratch folder, from what would be rendered: it may differ from what lies there."""
    folders = tuple(f"{folder}/" for unit in units for folder in unit.inputs)
    inputs = contents(tree, [path for path in listing.files if path.startswith(folders)])
    overlays = [overlay for unit in units for overlay in unit.overlays]
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
        materialise({**rendering.files, **inputs}, Path(scratch))
        return build_overlays(Path(scratch), overlays, kustomize, os.cpu_count() or 1)
