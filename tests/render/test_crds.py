"""Everything that is rendered is valid under the CRDs of the real controllers, where those are at hand."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from tests.render.conftest import Build
from tests.render.meshes import city, files_of, mesh_of, rendered

from meshwarden.render.rendering import Rendering, render_mesh

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = os.environ.get("MESHWARDEN_TEST_CRDS")
needs_crds = pytest.mark.skipif(
    not FOLDER, reason="MESHWARDEN_TEST_CRDS names no folder of CustomResourceDefinitions"
)
CUSTOM = {
    *(
        "s3.services.k8s.aws/v1alpha1",
        "iam.services.k8s.aws/v1alpha1",
        "kafka.strimzi.io/v1",
        "argoproj.io/v1alpha1",
    ),
}


@cache
def definitions() -> dict[tuple[str, str], Any]:
    """The schema of each version that is stored, by apiVersion and kind."""
    found = {}
    for path in Path(FOLDER or "").glob("*.yaml"):
        spec = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            if version["storage"]:
                schema = closed(version["schema"]["openAPIV3Schema"])
                found[(f"{spec['group']}/{version['name']}", spec["names"]["kind"])] = schema
    return found


def closed(schema: Any) -> Any:
    """The schema with unknown fields refused, where Kubernetes would drop them in silence."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    keeps = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict) and not keeps:
        result["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        result = {"type": ["integer", "string"]}
    return result


def assert_valid(entry: dict[str, Any]) -> None:
    if entry["apiVersion"] in CUSTOM:
        schema = definitions()[(entry["apiVersion"], entry["kind"])]
        schema = {**schema, "properties": {**schema["properties"], "metadata": {"type": "object"}}}
        jsonschema.validate(entry, schema, jsonschema.Draft4Validator)


def by_hand(rendering: Rendering) -> list[Any]:
    """What is applied by hand, and so in no overlay."""
    return [
        yaml.safe_load(rendering.files[f"rendered/argocd/{name}"])
        for name in ("root.yaml", "projects/mesh-root.yaml")
    ]


@needs_crds
def test_the_small_mesh(build: Build) -> None:
    rendering = rendered()
    found = [entry for objects in build(rendering, city()).values() for entry in objects]
    for entry in (*found, *by_hand(rendering)):
        assert_valid(entry)
    assert {entry["apiVersion"] for entry in (*found, *by_hand(rendering))} >= CUSTOM


@needs_crds
def test_the_reference_mesh(build: Build) -> None:
    folders = ("domains", "platform")
    files = {f"{name}/{path}": text for name in folders for path, text in files_of(CHECKOUT / name).items()}
    files["mesh.yaml"] = (CHECKOUT / "mesh.yaml").read_text("utf-8")
    rendering = render_mesh(mesh_of(files))
    for overlay, objects in build(rendering, files).items():
        if "/domains/" in overlay or overlay.endswith("/argocd"):
            for entry in objects:
                assert_valid(entry)
