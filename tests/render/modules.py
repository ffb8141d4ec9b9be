"""The small mesh with Terraform in it: a warehouse that a stage in the cluster has a module for."""

from __future__ import annotations

from tests.render.meshes import replaced

STORAGE = "platform/product-experience/04_storage"
STAGE = f"{STORAGE}/stage.yaml"
PRODUCT = "platform/product-experience/products/warehouse"
FILES = {
    STAGE: """\
apiVersion: meshwarden.dev/v1alpha1
kind: Stage
metadata: {name: storage}
spec:
  owner: platform
  environments:
    - dev
    - name: prod
      components:
        - name: warehouse
          terraform:
            variables: {name: city-prod, node_count: 2}
  components:
    - name: warehouse
      terraform:
        product: warehouse
        variables:
          name: city-dev
          schemas: {trips: {readers: [demand]}, demand: {}}
""",
    f"{PRODUCT}/product.yaml": """\
apiVersion: meshwarden.dev/v1alpha1
kind: PlatformProduct
metadata: {name: warehouse}
spec: {package: terraform, path: module, version: 1.0.0, owner: platform}
""",
    f"{PRODUCT}/module/variables.tf": """\
variable "name" {
  type = string
}

variable "node_count" {
  type    = number
  default = 1
}

variable "schemas" {
  type    = map(object({ readers = optional(list(string), []) }))
  default = {}
}
""",
    f"{PRODUCT}/module/main.tf": 'resource "aws_redshift_cluster" "this" {}\n',
}


def in_stage(old: str, new: str) -> dict[str, str]:
    """The stage with another text somewhere."""
    assert old in FILES[STAGE]
    return {**FILES, STAGE: FILES[STAGE].replace(old, new)}


def in_mesh(old: str, new: str) -> dict[str, str]:
    """The mesh with the stage, and another text in mesh.yaml."""
    return {**FILES, **replaced("mesh.yaml", old, new)}
