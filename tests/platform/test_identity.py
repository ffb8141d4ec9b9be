"""Who gets rights in AWS: the stage that gives them and the stage that runs the controllers agree."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from tests.platform.components import Object, folders, stages
from tests.platform.modules import environments, read
from tests.platform.packages import PLATFORM

from meshwarden.render.targets import glue_access

Components = Mapping[tuple[str, str], tuple[Object, ...]]

MODULE = PLATFORM / "infrastructure-utility/01_kubernetes-cluster/terraform"
ACK = sorted({name for _, stage in stages() for name in folders(stage) if name.startswith("ack-")})


def controllers() -> dict[str, tuple[str, str]]:
    """Namespace and name of the service accounts that get a role, by what runs as them."""
    (found,) = (block["controllers"] for block in read(MODULE).blocks["locals"] if "controllers" in block)
    return {name: (entry["namespace"], entry["service_account"]) for name, entry in found.items()}


def test_each_controller_of_aws_gets_a_role() -> None:
    assert ACK
    assert set(ACK) <= set(controllers())


@pytest.mark.parametrize("name", sorted(controllers()))
def test_the_account_that_gets_a_role_is_there(components: Components, name: str) -> None:
    made = {
        (entry["metadata"]["namespace"], entry["metadata"]["name"])
        for objects in components.values()
        for entry in objects
        if entry["kind"] == "ServiceAccount"
    }
    assert controllers()[name] in made


@pytest.mark.parametrize("name", ACK)
def test_a_controller_runs_as_the_account_that_gets_its_role(components: Components, name: str) -> None:
    (objects,) = (found for (_, component), found in components.items() if component == name)
    (workload,) = (entry for entry in objects if entry["kind"] == "Deployment")
    account = workload["spec"]["template"]["spec"]["serviceAccountName"]
    assert controllers()[name] == (workload["metadata"]["namespace"], account)


def test_each_role_may_do_something() -> None:
    policies = [
        body["role"]
        for block in read(MODULE).blocks["resource"]
        for body in block.get("aws_iam_role_policy", {}).values()
    ]
    without = {name for name in controllers() if f'${{aws_iam_role.pod["{name}"].name}}' not in policies}
    assert without == set()


def test_a_controller_is_told_of_the_kinds_that_it_comes_with(components: Components) -> None:
    for (_, name), objects in components.items():
        if name not in ACK:
            continue
        (workload,) = (entry for entry in objects if entry["kind"] == "Deployment")
        (container,) = workload["spec"]["template"]["spec"]["containers"]
        (told,) = (
            argument for argument in container["args"] if argument.startswith("--reconcile-resources=")
        )
        defined = {
            entry["spec"]["names"]["kind"] for entry in objects if entry["kind"] == "CustomResourceDefinition"
        }
        assert set(told.partition("=")[2].split(",")) == defined, name


def test_the_runner_is_the_one_that_the_mesh_names() -> None:
    for name, environment in environments().items():
        said = environment["terraform"]
        assert (said["namespace"], said["serviceAccount"]) == controllers()["tf-runner"], name
        assert (said["productNamespace"], said["serviceAccount"]) == controllers()["product-runner"], name


def test_the_bucket_of_states_is_closed_and_keeps_old_ones() -> None:
    resources = {
        kind: bodies["state"]
        for block in read(MODULE).blocks["resource"]
        for kind, bodies in block.items()
        if "state" in bodies
    }
    assert "aws_s3_bucket" not in resources  # it is there before: the network's state is kept in it
    assert {body["bucket"] for body in resources.values()} == {"${var.terraform_state.bucket}"}
    closed = resources["aws_s3_bucket_public_access_block"]
    assert {value for key, value in closed.items() if key != "bucket"} == {True}
    (versioning,) = resources["aws_s3_bucket_versioning"]["versioning_configuration"]
    assert versioning["status"] == "Enabled"


def test_the_boundary_holds_what_is_rendered_of_tables() -> None:
    (boundary,) = (
        bodies["boundary"]
        for block in read(MODULE).blocks["data"]
        for bodies in block.values()
        if "boundary" in bodies
    )
    allowed = {action for statement in boundary["statement"] for action in statement["actions"]}
    assert {*glue_access.READ, *glue_access.FILL} <= allowed
