"""What is asked of Helm, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

from meshwarden.errors import CouldNotFinish
from meshwarden.findings import Pointer, Span
from meshwarden.render.targets.target import Object


@dataclass(frozen=True, slots=True)
class Release:
    """A chart with its values, under a name in a namespace.

    `chart` is the path of a folder or of a packed chart in the mesh, `values` that of a values file.
    `kubernetes` is the version of the cluster, where mesh.yaml tells it.
    """

    chart: str
    values: str | None
    name: str
    namespace: str
    kubernetes: str | None


@dataclass(frozen=True, slots=True)
class Violation:
    """What the chart's values.schema.json refuses in the values, and where it stands in the values file."""

    pointer: Pointer
    span: Span | None
    message: str
    hint: str | None = None


@dataclass(frozen=True)
class Templated:
    """The objects of a release as the chart has them; or why there are none."""

    objects: tuple[Object, ...] = ()
    refused: str | None = None
    violations: tuple[Violation, ...] = ()


class Charts(Protocol):
    """The charts of a mesh, and a Helm to render them."""

    def template(self, release: Release) -> Templated:
        """What Helm makes of a release. Raises `CouldNotFinish` if there is no Helm, or it does not end."""


class NoCharts:
    """In place of charts where there is nothing to render them with."""

    def template(self, release: Release) -> Templated:
        raise CouldNotFinish(f"{release.chart} is a Helm chart, and there is nothing to render it with")


NO_CHARTS: Final = NoCharts()
