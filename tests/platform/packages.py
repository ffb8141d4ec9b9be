"""The platform of the reference mesh, as its files are: products, and what Kustomize makes of folders."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHECKOUT = Path(__file__).resolve().parents[2]
PLATFORM = CHECKOUT / "platform"
PRODUCT_EXPERIENCE = PLATFORM / "product-experience/products"
MESH_EXPERIENCE = PLATFORM / "mesh-experience/products"


@dataclass(frozen=True)
class Product:
    """A product of the platform: what product.yaml says, and the folder of its package."""

    name: str
    package: str
    version: str
    folder: Path


def products() -> list[Product]:
    """All products of the platform, by name."""
    found = []
    for path in sorted(PLATFORM.glob("*/products/*/product.yaml")):
        data = yaml.safe_load(path.read_bytes())
        spec = data["spec"]
        found.append(
            Product(data["metadata"]["name"], spec["package"], spec["version"], path.parent / spec["path"])
        )
    return found


def product(name: str) -> Product:
    """The product of a name."""
    return next(found for found in products() if found.name == name)


def read_all(text: bytes | str) -> list[Any]:
    """The documents of a text, without those that hold nothing."""
    return [entry for entry in yaml.safe_load_all(text) if entry is not None]


def built(kustomize: Path, folder: Path) -> list[dict[str, Any]]:
    """What the real Kustomize makes of a folder."""
    done = subprocess.run([kustomize, "build", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return read_all(done.stdout)


def of_kind(objects: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    """The objects of a kind, by name."""
    return {entry["metadata"]["name"]: entry for entry in objects if entry["kind"] == kind}


def pods(objects: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The pod templates of all workloads, by the workload's name."""
    workloads = ("DaemonSet", "Deployment", "StatefulSet")
    return {
        entry["metadata"]["name"]: entry["spec"]["template"]
        for entry in objects
        if entry["kind"] in workloads
    }


def assert_restricted(name: str, template: dict[str, Any]) -> None:
    """The pod keeps to the restricted Pod Security Standard, and says what it needs."""
    spec = template["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True, name
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
    for container in (*spec["containers"], *spec.get("initContainers", [])):
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False, (name, container["name"])
        assert context["capabilities"] == {"drop": ["ALL"]}, (name, container["name"])
        assert context["readOnlyRootFilesystem"] is True, (name, container["name"])
        assert {"cpu", "memory"} <= container["resources"]["limits"].keys(), (name, container["name"])
        _, _, tag = container["image"].rpartition(":")
        assert any(letter.isdigit() for letter in tag), container["image"]
        assert "/" not in tag, container["image"]
