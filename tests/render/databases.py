"""The small mesh with a contract in PostgreSQL: `fares` of trips/rides, which demand/by-zone may read."""

from __future__ import annotations

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
  - {server: api, type: postgresql, host: HOST, port: 5432, database: rides, schema: fares}
schema:
  - name: fares
    physicalName: fare_facts
    properties:
      - {name: ride_id, logicalType: string, required: true, classification: internal}
      - {name: amount, logicalType: number, classification: internal}
slaProperties:
  - {property: retention, value: 30, unit: d}
"""
SHARED = CONTRACT.replace("HOST", "shared-rw.postgres.svc.cluster.local")
OWN = CONTRACT.replace("HOST", "rides-rw.trips-rides.svc")
TIPS_TEXT = SHARED.replace("c-fares", "c-tips").replace("name: fares", "name: tips").replace("fare_", "tip_")


def databases(
    contract: str = SHARED, *, servers: Any = None, postgres: Any = None, **others: str
) -> dict[str, str | None]:
    """The changes of the small mesh that bring it: other contracts as `name=text`, each with a port.

    `servers` is what deployment.yaml says of them, `postgres` what mesh.yaml has instead of its coordinates.
    demand/by-zone may read the ports of all.
    """
    product, deployment, mesh = (
        yaml.safe_load((CITY / path).read_text("utf-8"))
        for path in (f"{RIDES}/data-product.yaml", f"{RIDES}/deployment.yaml", "mesh.yaml")
    )
    contracts = {"fares": contract, **others}
    for name, text in contracts.items():
        identity = yaml.safe_load(text)["id"]
        product["outputPorts"].append({"name": name, "version": "1.0.0", "contractId": identity})
        grant = {"consumer": "demand/by-zone", "port": name, "purpose": "Fares.", "approvedBy": "trips"}
        deployment["spec"]["access"].append(grant)
    deployment["spec"]["servers"].update(servers or {})
    for environment in mesh["spec"]["environments"]:
        environment["postgres"] = postgres or {
            "cluster": "shared",
            "namespace": "postgres",
            "instances": 1 if environment["name"] == "dev" else 3,
            "storage": "10Gi",
            "storageClass": "fast",
        }
    ceiling = mesh["spec"]["argocd"]["ceiling"]["domains"]
    ceiling["kinds"].append("postgresql.cnpg.io/*")
    ceiling["namespaces"].append("postgres")
    documents = {
        f"{RIDES}/data-product.yaml": product,
        f"{RIDES}/deployment.yaml": deployment,
        "mesh.yaml": mesh,
    }
    written = {path: yaml.safe_dump(found, sort_keys=False) for path, found in documents.items()}
    return {**written, **{f"{RIDES}/contracts/{name}.odcs.yaml": text for name, text in contracts.items()}}
