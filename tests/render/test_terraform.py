"""Terraform in the cluster: what tofu-controller is given for a stage's component."""

from __future__ import annotations

import hcl2
import pytest
import yaml
from tests.render.conftest import Build
from tests.render.meshes import city, document, mesh_of, rendered
from tests.render.modules import FILES, PRODUCT, STAGE, in_mesh, in_stage
from tests.render.test_crds import assert_taken, needs_crds

from meshwarden.findings import Fault, Pointer
from meshwarden.render.rendering import Rendering
from meshwarden.render.targets.target import Why
from meshwarden.render.terraform.modules import variables_of
from meshwarden.rules.deployment.coordinates import RULE as COORDINATES

UNIT = "rendered/platform/product-experience/04_storage"
OBJECT = f"{UNIT}/base/terraform-storage.warehouse.yaml"


def told(rendering: Rendering, why: Why = Why.COMPONENT) -> list[tuple[str, Pointer, str]]:
    return [(one.path, one.pointer, one.reason) for one in rendering.left_out(why)]


def block(rendering: Rendering) -> str:
    """The backend that the controller puts into a `terraform` block."""
    found: str = document(rendering, OBJECT)["spec"]["backendConfig"]["customConfiguration"]
    return found


def test_a_component_becomes_a_terraform_object() -> None:
    assert document(rendered(FILES), OBJECT) == yaml.safe_load("""
apiVersion: infra.contrib.fluxcd.io/v1alpha2
kind: Terraform
metadata:
  name: storage.warehouse
  namespace: flux-system
  labels:
    app.kubernetes.io/managed-by: meshwarden
    meshwarden.dev/component: warehouse
    meshwarden.dev/owner: platform
    meshwarden.dev/plane: product-experience
    meshwarden.dev/stage: storage
  annotations:
    argocd.argoproj.io/sync-options: Prune=false,Delete=false,SkipDryRunOnMissingResource=true
spec:
  interval: 10m
  retryInterval: 1m
  sourceRef: {kind: GitRepository, name: city, namespace: flux-system}
  path: ./platform/product-experience/products/warehouse/module
  approvePlan: auto
  destroyResourcesOnDeletion: false
  serviceAccountName: tf-runner
  backendConfig:
    customConfiguration: |
      backend "s3" {
        bucket       = "city-state-dev"
        encrypt      = true
        key          = "dev/04_storage/warehouse.tfstate"
        kms_key_id   = "alias/mesh"
        region       = "eu-west-1"
        use_lockfile = true
      }
  vars:
    - {name: name, value: city-dev}
    - {name: schemas, value: {trips: {readers: [demand]}, demand: {}}}
""")


def test_each_environment_has_its_own_variables_and_state(build: Build) -> None:
    (found,) = build(rendered(FILES), city(FILES))[f"{UNIT}/overlays/prod"]
    given = {entry["name"]: entry["value"] for entry in found["spec"]["vars"]}
    assert (given["name"], given["node_count"]) == ("city-prod", 2)
    assert given["schemas"] == {"trips": {"readers": ["demand"]}, "demand": {}}
    state = hcl2.loads(found["spec"]["backendConfig"]["customConfiguration"])
    assert '"city-state-prod"' in str(state)
    assert '"prod/04_storage/warehouse.tfstate"' in str(state)


@needs_crds
def test_the_controller_takes_it(build: Build) -> None:
    built = build(rendered(FILES), city(FILES))
    for environment in ("dev", "prod"):
        (found,) = built[f"{UNIT}/overlays/{environment}"]
        assert_taken(found)


def test_it_stands_in_the_namespace_that_mesh_yaml_names() -> None:
    source = "source: {kind: GitRepository, name: city, namespace: flux-system}\n"
    found = rendered(in_mesh(source, f"{source}        namespace: tofu-system\n"))
    assert document(found, OBJECT)["metadata"]["namespace"] == "tofu-system"
    project = document(found, "rendered/argocd/projects/platform.yaml")
    assert {entry["namespace"] for entry in project["spec"]["destinations"]} >= {"tofu-system"}
    kinds = project["spec"]["namespaceResourceWhitelist"]
    assert {"group": "infra.contrib.fluxcd.io", "kind": "Terraform"} in kinds


def test_the_path_counts_from_the_root_of_the_repository() -> None:
    found = rendered(in_mesh("branch: main, path: .", "branch: main, path: meshes/city"))
    assert document(found, OBJECT)["spec"]["path"] == f"./meshes/city/{PRODUCT}/module"


def test_argo_cd_is_told_when_it_is_well() -> None:
    checks = document(rendered(FILES), "rendered/argocd/argocd-cm.yaml")["data"]
    check = checks["resource.customizations.health.infra.contrib.fluxcd.io_Terraform"]
    assert 'condition.type == "Ready"' in check
    assert "obj.status.observedGeneration ~= obj.metadata.generation" in check


def test_the_product_is_among_what_the_stage_is_rendered_from() -> None:
    unit = next(unit for unit in rendered(FILES).units if unit.folder == UNIT)
    assert unit.sources == (STAGE, f"{PRODUCT}/product.yaml", "mesh.yaml")


def test_a_bucket_of_google_keeps_state_as_well() -> None:
    gcs = in_mesh(
        "{type: s3, bucket: city-state-dev, region: eu-west-1, keyPrefix: dev/}", "{type: gcs, bucket: city}"
    )
    assert (
        block(rendered(gcs))
        == 'backend "gcs" {\n  bucket = "city"\n  prefix = "dev/04_storage/warehouse"\n}\n'
    )


@pytest.mark.parametrize(
    ("version", "locks"),
    [("1.12.1", True), ("1.10.0", True), ("1.9.8", False), ("2.0.0", True), ("v1", True)],
)
def test_the_lock_is_one_that_the_version_knows(version: str, locks: bool) -> None:
    assert ("use_lockfile" in block(rendered(in_mesh("version: 1.12.1", f"version: {version}")))) == locks


def test_without_a_prefix_the_environment_is_one() -> None:
    assert '"dev/04_storage/warehouse.tfstate"' in block(rendered(in_mesh(", keyPrefix: dev/}", "}")))


def test_the_region_is_that_of_the_account_if_the_backend_tells_none() -> None:
    assert 'region       = "eu-west-1"' in block(
        rendered(in_mesh(", region: eu-west-1, keyPrefix", ", keyPrefix"))
    )


@pytest.mark.parametrize("prefix", ["{environment}/", "${ENV}/", "<dev>/", "de v/"])
def test_a_placeholder_is_no_key(prefix: str) -> None:
    found = rendered(in_mesh("keyPrefix: dev/", f'keyPrefix: "{prefix}"'))
    reason = f"environment `dev` has keys of states begin with `{prefix}`, which has to be plain"
    pointer = ("spec", "environments", 0, "terraform", "backend", "keyPrefix")
    assert ("mesh.yaml", pointer, reason) in told(found, Why.REFUSED)
    assert f"{UNIT}/overlays/dev/kustomization.yaml" not in found.files


def test_two_environments_do_not_keep_one_state() -> None:
    shared = in_mesh(
        "bucket: city-state-prod, region: eu-west-1, keyPrefix: prod/",
        "bucket: city-state-dev, keyPrefix: dev/",
    )
    found = rendered(shared)
    reason = "environments `dev` and `prod` keep the same states in bucket `city-state-dev`"
    pointer = ("spec", "environments", 1, "terraform", "backend", "keyPrefix")
    assert ("mesh.yaml", pointer, reason) in told(found, Why.REFUSED)
    assert f"{UNIT}/overlays/prod/kustomization.yaml" not in found.files


VARIABLES: Pointer = ("spec", "components", 0, "terraform", "variables")
MODULE = f"{PRODUCT}/module"


@pytest.mark.parametrize(
    ("old", "new", "pointer", "reason"),
    [
        pytest.param(
            "node_count: 2",
            "node_cuont: 2",
            ("spec", "environments", 1, "components", 0, "terraform", "variables", "node_cuont"),
            f"component `warehouse`: module `{MODULE}` has no variable `node_cuont`; it has `node_count`",
            id="a variable that the module does not declare",
        ),
        pytest.param(
            "          name: city-dev\n",
            "",
            VARIABLES,
            f"component `warehouse`: module `{MODULE}` asks for variable `name`, which nobody gives in `dev`",
            id="a variable that the module asks for",
        ),
        pytest.param(
            "name: city-dev\n",
            "name: city-dev\n          node_count: 99999999999999999999\n",
            (*VARIABLES, "node_count"),
            "component `warehouse`: variable `node_count` has a whole number of more than 64 bits",
            id="a number that nobody keeps",
        ),
        pytest.param(
            "product: warehouse\n",
            "path: ../../infrastructure-utility\n",
            (*VARIABLES[:-1], "path"),
            "component `warehouse`: it names no folder below the mesh's",
            id="a path that leads out of the stage",
        ),
        pytest.param(
            "product: warehouse\n",
            "path: warehouse\n",
            (*VARIABLES[:-1], "path"),
            "component `warehouse`: `platform/product-experience/04_storage/warehouse` has no *.tf files",
            id="a path without a module",
        ),
        pytest.param(
            "product: warehouse\n",
            "product: lake\n",
            (*VARIABLES[:-1], "product"),
            "component `warehouse`: it names no folder below the mesh's",
            id="a product that there is not",
        ),
    ],
)
def test_a_mistake_is_told_at_its_line(old: str, new: str, pointer: Pointer, reason: str) -> None:
    assert (STAGE, pointer, reason) in told(rendered(in_stage(old, new)))


def test_two_components_do_not_keep_one_state() -> None:
    second = "    - name: warehouse\n      terraform: {product: warehouse, variables: {name: second}}\n"
    found = rendered({**FILES, STAGE: FILES[STAGE] + second})
    reason = "component `warehouse`: another component of the stage is called so, and keeps its state there"
    assert (STAGE, ("spec", "components", 1, "terraform"), reason) in told(found)
    assert "second" not in found.files[OBJECT].decode()


def test_coordinates_that_an_environment_lacks_are_told_where_they_belong() -> None:
    changes = in_mesh(
        "source: {kind: GitRepository, name: city, namespace: flux-system}\n", "serviceAccount: tf-runner\n"
    )
    faults = [one for one in COORDINATES.check(mesh_of(city(changes))) if isinstance(one, Fault)]
    places = {(fault.place.pointer, fault.message) for fault in faults}
    who = "component `warehouse` of stage `storage`"
    message = f"environment `dev` has no `terraform.source.kind`, `terraform.source.name`, which {who} needs"
    assert (("spec", "environments", 0, "terraform", "source", "kind"), message) in places
    assert OBJECT not in rendered(changes).files


@pytest.mark.parametrize(
    "text",
    [
        'variable "a" {}\nvariable b { default = null }\n',
        'variable "a" {\n  # default = 1\n  type = object({ default = string })\n}\n',
        'variable "a" {\n  default = {\n    default = "}"\n  }\n}\nvariable "b" {\n  type = string\n}\n',
        'variable "a" {\n  description = "say \\"default = 1\\" ${upper("}")} $${x}"\n}\n',
        'variable "a" {\n  description = <<-EOT\n    default = 1\n    }\n  EOT\n}\nvariable "b" {}\n',
        'locals {\n  variable = { "x" = { default = 1 } }\n}\n/* variable "c" {} */\nvariable "d" {}\n',
        'variable "a" {\n  default = [\n    "x", # }\n  ]\n  validation {\n    x = var.a == "d"\n  }\n}\n',
    ],
)
def test_variables_are_found_as_a_parser_finds_them(text: str) -> None:
    options = hcl2.SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
    blocks = hcl2.loads(text, serialization_options=options).get("variable", [])
    parsed = {name: "default" not in body for entry in blocks for name, body in entry.items()}
    assert dict(variables_of(text)) == parsed


def test_what_is_no_template_opens_none() -> None:
    text = 'variable "a" {\n  description = "$${ and %%{ and $x {"\n}\nvariable "b" { default = 1 }\n'
    assert dict(variables_of(text)) == {"a": True, "b": False}


@pytest.mark.parametrize(
    "text", ['variable "a', 'variable "a" {', '}}}"${', '"${' * 5_000, "<<X\n" * 2_000, "<<X" * 20_000, "/*"]
)
def test_what_does_not_parse_is_read_to_its_end(text: str) -> None:
    assert list(variables_of(text)) == []
