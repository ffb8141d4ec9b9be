"""A small chart for tests, and the small mesh with it: as a product's runtime, and in a stage."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass

from tests.render.meshes import OPERATORS, RIDES, city, mesh_of, replaced

from meshwarden.render.charts.helm import HelmCharts
from meshwarden.render.rendering import Rendering, render_mesh
from meshwarden.tools.helm import FindHelm, find_helm

CHART: Mapping[str, str] = {
    "Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.2.0\n",
    "values.yaml": "replicas: 1\nport: 80\n",
    "values.schema.json": """{
  "$schema": "http://json-schema.org/draft-07/schema#",
  "type": "object",
  "required": ["host"],
  "additionalProperties": false,
  "properties": {
    "global": {"type": "object"},
    "host": {"type": "string"},
    "port": {"type": "integer", "maximum": 65535},
    "replicas": {"type": "integer"}
  }
}
""",
    "templates/service.yaml": """apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  labels: {app.kubernetes.io/managed-by: {{ .Release.Service }}}
spec:
  ports: [{port: {{ .Values.port }}}]
""",
    "templates/config.yaml": """apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}, namespace: {{ .Release.Namespace }}}
data: {host: {{ .Values.host }}, kubernetes: "{{ .Capabilities.KubeVersion.Version }}"}
""",
    "templates/NOTES.txt": "Asks {{ .Values.host }}.\n",
}
VALUES = "host: db.example.org\n"
DEPLOYMENT = f"{RIDES}/deployment.yaml"
STAGE = f"{OPERATORS}/stage.yaml"


@dataclass(frozen=True)
class MemoryFiles:
    """The files of a mesh in memory; `links` are those that cannot be read."""

    files: Mapping[str, bytes]
    links: tuple[str, ...] = ()

    def below(self, path: str) -> Mapping[str, bytes]:
        return {
            name: text for name, text in self.files.items() if name == path or name.startswith(f"{path}/")
        }

    def skipped(self, path: str) -> str | None:
        return next((f"`{link}` is a link" for link in self.links if link.startswith(f"{path}/")), None)


def chart_at(folder: str, **files: str | None) -> dict[str, str]:
    """The files of the chart in a folder of the mesh, some of them changed, others left out."""
    changed = {
        **CHART,
        **{name.replace("__", "/").replace("_yaml", ".yaml"): text for name, text in files.items()},
    }
    return {f"{folder}/{name}": text for name, text in changed.items() if text is not None}


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """The chart as `helm package` packs it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            content = text.encode() if isinstance(text, str) else text
            member = tarfile.TarInfo(f"api/{name}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def with_runtime(said: str = "{chart: chart, values: values.yaml}", values: str = VALUES) -> dict[str, str]:
    """A change that runs the rides by the chart that lies beside them."""
    changed = replaced(DEPLOYMENT, "spec:\n", f"spec:\n  runtime: {{helm: {said}}}\n")
    return {**chart_at(f"{RIDES}/chart"), f"{RIDES}/values.yaml": values, **changed}


def with_component(said: str) -> dict[str, str]:
    """A change that adds the chart to the stage of operators, as the component `api`."""
    line = "    - {name: strimzi, kustomize: {path: strimzi}}\n"
    changed = replaced(STAGE, line, f"{line}    - {{name: api, helm: {said}}}\n")
    return {**chart_at(f"{OPERATORS}/charts/api"), f"{OPERATORS}/values.yaml": VALUES, **changed}


def charts_of(files: Mapping[str, str]) -> HelmCharts:
    """The charts among files, rendered by the real Helm."""
    return HelmCharts(MemoryFiles({path: text.encode() for path, text in files.items()}), find_helm)


def rendered(
    changes: Mapping[str, str],
    archives: Mapping[str, bytes] | None = None,
    links: tuple[str, ...] = (),
    find: FindHelm = find_helm,
) -> Rendering:
    """What is rendered of the small mesh with some changes, its charts by the real Helm."""
    files = city(changes)
    content = {**{path: text.encode() for path, text in files.items()}, **(archives or {})}
    return render_mesh(mesh_of(files), HelmCharts(MemoryFiles(content, links), find))
