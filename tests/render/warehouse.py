"""The small mesh with a contract in BigQuery: `fares` of trips/rides, which demand/by-zone may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml
from tests.render.meshes import CITY, RIDES

FARES = f"{RIDES}/contracts/fares.odcs.yaml"
TIPS = f"{RIDES}/contracts/tips.odcs.yaml"
UNIT = "rendered/domains/trips/rides"

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: c-fares
name: fares
version: 1.0.0
status: active
servers:
  - {server: warehouse-dev, environment: dev, type: bigquery, project: city-lake-dev, dataset: trips_rides}
  - {server: warehouse-prod, environment: prod, type: bigquery, project: city-lake-prod, dataset: trips_rides}
schema:
  - name: fares
    physicalName: fare_facts
    businessName: Fares
    description: What each ride cost.
    properties:
      - {name: ride_id, logicalType: string, required: true, classification: internal, description: The ride.}
      - {name: paid_on, logicalType: date, partitioned: true, partitionKeyPosition: 1}
      - {name: amount, physicalName: amount_usd, logicalType: number, physicalType: "NUMERIC(10,2)"}
slaProperties:
  - {property: retention, value: 30, unit: d}
"""
GCP = {
    "dev": {
        "project": "city-dev",
        "location": "europe-west1",
        "kmsKey": "projects/city-dev/locations/europe-west1/keyRings/mesh/cryptoKeys/mesh",
        "workloadIdentityPool": "projects/123456789012/locations/global/workloadIdentityPools/city-dev",
        "configConnector": {"mode": "cluster", "serviceAccount": "kcc@city-dev.iam.gserviceaccount.com"},
    },
    "prod": {
        "project": "city-prod",
        "location": "europe-west4",
        "workloadIdentityPool": (
            "projects/210987654321/locations/global/workloadIdentityPools/city-prod.svc.id.goog"
        ),
    },
}


def warehouse(contract: str = CONTRACT, **others: str) -> dict[str, str | None]:
    """The changes of the small mesh that bring it: other contracts as `name=text`, each with a port.

    What demand/by-zone may read are the ports of all whose text does not say otherwise with `# unread`.
    """
    contracts = {"fares": contract, **others}
    product, deployment, mesh = (
        _read(path) for path in (f"{RIDES}/data-product.yaml", f"{RIDES}/deployment.yaml", "mesh.yaml")
    )
    for name, text in contracts.items():
        identity = yaml.safe_load(text)["id"]
        product["outputPorts"].append({"name": name, "version": "1.0.0", "contractId": identity})
        if "# unread" not in text:
            said = {"purpose": f"{name} by zone.", "approvedBy": "trips", "expires": "2027-12-31"}
            deployment["spec"]["access"].append({"consumer": "demand/by-zone", "port": name, **said})
    for environment in mesh["spec"]["environments"]:
        environment["gcp"] = GCP[environment["name"]]
    mesh["spec"]["argocd"]["ceiling"]["domains"]["kinds"].append("*.cnrm.cloud.google.com/*")
    documents = {
        f"{RIDES}/data-product.yaml": product,
        f"{RIDES}/deployment.yaml": deployment,
        "mesh.yaml": mesh,
    }
    written = {path: yaml.safe_dump(found, sort_keys=False) for path, found in documents.items()}
    return {**written, **{f"{RIDES}/contracts/{name}.odcs.yaml": text for name, text in contracts.items()}}


def with_schema(properties: Any, **more: Any) -> str:
    """The contract with other properties of its one schema object, and what else it says."""
    document = yaml.safe_load(CONTRACT)
    document["schema"][0]["properties"] = properties
    document["slaProperties"] = []
    return yaml.safe_dump({**document, **more}, sort_keys=False)


def changed(old: str, new: str, text: str = CONTRACT) -> str:
    """The contract with `new` for `old`, which stands in it."""
    assert old in text
    return text.replace(old, new)


def sibling(**changes: str) -> str:
    """A contract `tips` in the same dataset, with a table of its own."""
    text = CONTRACT
    for old, new in (("c-fares", "c-tips"), ("name: fares", "name: tips"), ("fare_facts", "tip_facts")):
        text = changed(old, changes.get(old, new), text)
    return text


def _read(path: str) -> Any:
    found: Mapping[str, Any] = yaml.safe_load((CITY / path).read_text("utf-8"))
    return found
