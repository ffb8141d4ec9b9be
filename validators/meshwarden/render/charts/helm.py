"""The charts of a mesh, rendered by Helm from the files of its tree."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from meshwarden.errors import CouldNotFinish
from meshwarden.render.build import materialise
from meshwarden.render.charts.chart import Chart, Unusable
from meshwarden.render.charts.documents import objects_of
from meshwarden.render.charts.made_up import another_day, may_make_up
from meshwarden.render.charts.release import Release, Templated
from meshwarden.render.charts.values import violations
from meshwarden.render.targets.target import Object
from meshwarden.sources.reader import read
from meshwarden.tools.helm import FindHelm, Helm

_LONGEST: Final = 600


class Files(Protocol):
    """The files of a mesh."""

    def below(self, path: str) -> Mapping[str, bytes]:
        """The file at `path`, or all files below it, with their contents."""

    def skipped(self, path: str) -> str | None:
        """What at or below `path` is there and cannot be read, such as a link; None if all can be."""


class HelmCharts:
    """Renders each release once: environments that do not differ in it share what comes of it."""

    def __init__(self, files: Files, find_helm: FindHelm) -> None:
        self._files = files
        self._find_helm = find_helm
        self._helm: Helm | None = None
        self._charts: dict[str, Chart] = {}
        self._done: dict[Release, Templated] = {}

    def template(self, release: Release) -> Templated:
        if release not in self._done:
            try:
                self._done[release] = self._templated(release)
            except Unusable as error:
                self._done[release] = Templated(refused=str(error))
        return self._done[release]

    def _templated(self, release: Release) -> Templated:
        chart, values = self._chart(release.chart), self._values(release.values)
        said = self._run(chart, values, release)
        if isinstance(said, tuple):
            if may_make_up(chart, values):
                _must_be_equal(said, self._run(another_day(chart), values, release))
            return Templated(said)
        return Templated(
            refused=_in_one_line(said), violations=violations(chart, release.values, values, said)
        )

    def _chart(self, path: str) -> Chart:
        """The chart at `path`, read once: many products may run by one of the platform's."""
        if path not in self._charts:
            if skipped := self._files.skipped(path):
                raise Unusable(f"`{path}` cannot be read: {skipped}")
            self._charts[path] = Chart.of(path, self._files.below(path))
        return self._charts[path]

    def _values(self, path: str | None) -> bytes:
        if path is None:
            return b""
        found = self._files.below(path)
        if path not in found:
            raise Unusable(f"its values `{path}` are not there, or no file")
        document = read(path, found[path])
        if not document.readable:
            line = document.anomalies[-1].span.line
            raise Unusable(f"its values `{path}` cannot be read, from line {line} on")
        return found[path]

    def _run(self, chart: Chart, values: bytes, release: Release) -> tuple[Object, ...] | str:
        """The objects of a release, or what Helm says against it."""
        helm = self._found_helm(release)
        with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
            folder = Path(scratch).resolve()
            files = {f"chart/{path}": content for path, content in chart.files.items()}
            materialise({**files, "values.yaml": values}, folder)
            options = {"namespace": release.namespace, "values": str(folder / "values.yaml")}
            if release.kubernetes:
                options["kube-version"] = release.kubernetes
            text, said = helm.template(folder, release.name, options)
        return _told(said, folder, release) if text is None else objects_of(text)

    def _found_helm(self, release: Release) -> Helm:
        """Helm, looked for when the first chart is rendered."""
        self._helm = self._helm or self._find_helm()
        if self._helm is None:
            raise CouldNotFinish(
                f"{release.chart} is a Helm chart, and there is no helm to render it with",
                "Install meshwarden[helm], or Helm.",
            )
        return self._helm


def _told(said: str, folder: Path, release: Release) -> str:
    """What Helm says, without the folders that only it knows."""
    text = said.replace(f"{folder}/chart", release.chart)
    text = text.replace(f"{folder}/values.yaml", release.values or "values.yaml")
    return text.partition("Error: ")[2]


def _in_one_line(said: str) -> str:
    short = re.sub(r"\s+", " ", said).strip()
    return short if len(short) <= _LONGEST else f"{short[:_LONGEST]} ..."


def _must_be_equal(first: tuple[Object, ...], second: tuple[Object, ...] | str) -> None:
    """Raise `Unusable` where a second rendering made something else."""
    if first == second:
        return
    differing = [entry for entry in first if isinstance(second, str) or entry not in second]
    what = (
        f"its {differing[0]['kind']} `{differing[0]['metadata']['name']}`" if differing else "what it makes"
    )
    raise Unusable(
        f"{what} is made anew with each rendering, from random values, certificates, the time or an order"
        " that changes; a rendering has to be the same each time"
    )
