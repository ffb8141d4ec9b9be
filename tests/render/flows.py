"""The small mesh with a product that NiFi runs: trips/rides, whose rides are in S3 and events in Kafka."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from tests.render.meshes import CITY, RIDES, ZONES

DEPLOYMENT = f"{RIDES}/deployment.yaml"
COORDINATES = {"namespace": "nifi", "cluster": "city", "registryClient": "flows", "serviceAccount": "nifi"}
FLOW = """
flow:
  bucketId: 4a1c62f0-6f3c-4f0a-9d53-0d1ce3f1b7a2
  flowId: 9b2e41d7-55d0-4c53-8f4e-3f8a2f8f61c9
  version: 3
parameters: {meters.url: "https://meters.example.org/rides", batch.size: "500"}
secrets: [meter-api]
"""
IN_PROD = """
flow: {version: 2}
parameters: {batch.size: "50000"}
"""


def run_by_nifi(
    nifi: str = FLOW, in_prod: str = IN_PROD, coordinates: Mapping[str, Any] = COORDINATES, **runtime: str
) -> dict[str, str | None]:
    """The changes of the small mesh that make it so; `runtime` is what the runtime says beside."""
    deployment, mesh = _read(DEPLOYMENT), _read("mesh.yaml")
    deployment["spec"]["runtime"] = {**runtime, "nifi": yaml.safe_load(nifi)}
    deployment["spec"]["environments"][1]["runtime"] = {"nifi": yaml.safe_load(in_prod) or {}}
    for environment in mesh["spec"]["environments"]:
        environment["nifi"] = dict(coordinates)
    ceiling = mesh["spec"]["argocd"]["ceiling"]["domains"]
    ceiling["kinds"].append("nifi.konpyutaika.com/*")
    ceiling["namespaces"].append("nifi")
    return {DEPLOYMENT: _written(deployment), "mesh.yaml": _written(mesh)}


def consumer_run_by_nifi() -> dict[str, str | None]:
    """The changes that make NiFi run the consumer, demand/by-zone, as well."""
    deployment = _read(f"{ZONES}/deployment.yaml")
    deployment["spec"]["runtime"] = {"nifi": yaml.safe_load(FLOW)}
    return {**run_by_nifi(), f"{ZONES}/deployment.yaml": _written(deployment)}


def _read(path: str) -> Any:
    return yaml.safe_load((CITY / path).read_text("utf-8"))


def _written(document: Any) -> str:
    return yaml.safe_dump(document, sort_keys=False)
