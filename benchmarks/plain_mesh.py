"""Makes a mesh of products that have one contract each, in S3, for two environments."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

_A_DOMAIN: Final = 50  # products
_MESH: Final = """\
apiVersion: meshwarden.dev/v1alpha1
kind: Mesh
metadata: {name: plain}
spec:
  repository: {url: "https://git.example.org/plain.git", branch: main, path: .}
  argocd:
    ceiling:
      domains: {kinds: ["*.services.k8s.aws/*"], namespaces: ["{domain}-*"]}
      platform: {kinds: ["*"], namespaces: ["*"]}
  environments:
    - name: dev
      cluster: {name: plain-dev}
      aws: {account: "111122223333", region: eu-west-1, oidcProvider: oidc.example.org/id/DEV}
    - name: prod
      cluster: {name: plain-prod}
      aws: {account: "444455556666", region: eu-west-1, oidcProvider: oidc.example.org/id/PROD}
  teams: [{name: makers}]
  classifications: [public, internal]
"""
_DOMAIN: Final = """\
apiVersion: meshwarden.dev/v1alpha1
kind: Domain
metadata: {{name: {domain}}}
spec: {{type: sourceAligned, owner: makers, environments: [dev, prod]}}
"""
_PRODUCT: Final = """\
apiVersion: v1.0.0
kind: DataProduct
id: {product_id}
name: {product}
version: 1.0.0
status: active
domain: {domain}
team: {{name: makers}}
support: [{{channel: help, url: "https://help.example.org"}}]
outputPorts: [{{name: out, version: 1.0.0, contractId: {contract_id}}}]
"""
_DEPLOYMENT: Final = """\
apiVersion: meshwarden.dev/v1alpha1
kind: DataProductDeployment
spec: {environments: [dev, prod]}
"""
_CONTRACT: Final = """\
apiVersion: v3.1.0
kind: DataContract
id: {contract_id}
name: out
version: 1.0.0
status: active
servers:
  - {{server: dev, environment: dev, type: s3, location: "s3://plain-dev-{domain}-{product}/out/"}}
  - {{server: prod, environment: prod, type: s3, location: "s3://plain-prod-{domain}-{product}/out/"}}
schema:
  - name: rows
    properties:
{columns}
slaProperties: [{{property: retention, value: 1, unit: y}}]
"""
_COLUMN: Final = "      - {{name: column_{number}, logicalType: string, classification: internal}}"
_COLUMNS: Final = "\n".join(_COLUMN.format(number=number) for number in range(10))


def plain_mesh(folder: Path, products: int) -> int:
    """Writes a mesh of so many data products into `folder`; returns how many there are."""
    (folder / "mesh.yaml").write_text(_MESH)
    for number in range(products):
        domain, product = f"domain-{number // _A_DOMAIN:03}", f"product-{number % _A_DOMAIN:02}"
        place = folder / "domains" / "source-aligned" / domain
        (place / product / "contracts").mkdir(parents=True)
        said = {
            "domain": domain,
            "product": product,
            "columns": _COLUMNS,
            "product_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{domain}/{product}"),
            "contract_id": uuid.uuid5(uuid.NAMESPACE_OID, f"{domain}/{product}/out"),
        }
        (place / "domain.yaml").write_text(_DOMAIN.format(**said))
        (place / product / "data-product.yaml").write_text(_PRODUCT.format(**said))
        (place / product / "deployment.yaml").write_text(_DEPLOYMENT)
        (place / product / "contracts" / "out.odcs.yaml").write_text(_CONTRACT.format(**said))
    return products
