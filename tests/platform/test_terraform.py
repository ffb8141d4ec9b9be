"""The platform's Terraform: it parses, is pinned, refers to what is there, and gets its variables."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from tests.platform.modules import Use, environments, folders, folders_of_data_products, read, uses
from tests.platform.packages import PLATFORM

from meshwarden.render.targets import redshift

FOLDERS = folders()
USES = uses()


def named(folder: Path) -> str:
    return folder.relative_to(PLATFORM).as_posix()


def test_there_are_modules_and_uses() -> None:
    used = {use.folder for use in USES}
    assert used | folders_of_data_products() == set(FOLDERS)
    assert {use.environment for use in USES} == set(environments())


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_versions_are_pinned(folder: Path) -> None:
    (settings,) = read(folder).blocks["terraform"]
    assert settings["required_version"].startswith("~> ")
    (providers,) = settings["required_providers"]
    assert set(providers) == {"aws"}
    assert providers["aws"]["source"] == "hashicorp/aws"
    assert providers["aws"]["version"].startswith("~> ")


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_variables_and_outputs_are_described(folder: Path) -> None:
    module = read(folder)
    for name, body in module.named("variable").items():
        assert {"description", "type"} <= body.keys(), name
    for name, body in module.named("output").items():
        assert {"description", "value"} <= body.keys(), name


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_what_is_referred_to_is_there(folder: Path) -> None:
    module = read(folder)
    there = {
        "var": set(module.named("variable")),
        "local": module.locals(),
        "data": module.typed("data"),
        "resource": module.typed("resource"),
    }
    referred = set(module.references())
    assert {(kind, name) for kind, name in referred if name not in there[kind]} == set()
    unused = {("var", name) for name in there["var"]} | {("local", name) for name in there["local"]}
    assert unused - referred == set()


@pytest.mark.parametrize("use", USES, ids=str)
def test_a_stage_gives_the_variables_that_a_module_wants(use: Use) -> None:
    variables = read(use.folder).named("variable")
    assert set(use.variables) - set(variables) == set()
    wanted = {name for name, body in variables.items() if "default" not in body}
    assert wanted - set(use.variables) == set()
    assert use.variables["environment"] == use.environment


def test_stages_and_mesh_agree_about_places() -> None:
    networks = {use.environment: use.variables for use in USES if use.stage == "00_account-networking"}
    clusters = {use.environment: use.variables for use in USES if use.stage == "01_kubernetes-cluster"}
    for name, environment in environments().items():
        cluster = clusters[name]
        assert cluster["cluster_name"] == environment["cluster"]["name"]
        assert cluster["kubernetes_version"] == environment["kubernetes"]
        assert cluster["region"] == networks[name]["region"] == environment["aws"]["region"]
        assert cluster["key_alias"] == environment["aws"]["kmsKey"]
        assert cluster["boundary_name"] == environment["aws"]["permissionsBoundary"]
        state = environment.get("terraform", {}).get("backend")
        if state:
            kept = cluster["terraform_state"]
            assert (kept["bucket"], kept["prefix"]) == (state["bucket"], state["keyPrefix"])
            assert kept["stages"] == terraform_in_the_cluster()
    warehouses = {use.environment: use.variables for use in USES if use.stage == "04_central-storage"}
    for name, warehouse in warehouses.items():
        assert warehouse["name"] == f"{clusters[name]['cluster_name']}-warehouse"  # what its runner may touch
        assert warehouse["bucket_prefix"] == clusters[name]["bucket_prefix"]
        assert warehouse["client_cidr_blocks"] == [networks[name]["cidr_block"]]


def terraform_in_the_cluster() -> list[str]:
    """The folders of stages whose modules a runner in the cluster applies: whose states it has to reach."""
    found = []
    for path in sorted(PLATFORM.glob("*/*/stage.yaml")):
        spec = yaml.safe_load(path.read_bytes())["spec"]
        if spec["appliedBy"] == "cluster" and any("terraform" in one for one in spec["components"]):
            found.append(path.parent.name)
    return found


def test_a_module_of_data_products_takes_what_a_contract_gives() -> None:
    for folder in folders_of_data_products():
        assert set(redshift.OF_CONTRACT) <= set(read(folder).named("variable"))


def test_networks_that_are_joined_have_different_addresses() -> None:
    found = [use.variables for use in USES if use.stage == "00_account-networking"]
    blocks = [ipaddress.ip_network(variables["cidr_block"]) for variables in found]
    assert not any(one.overlaps(other) for one in blocks for other in blocks if one is not other)
    for variables in found:
        assert sorted(variables["transit_gateway"]["cidr_blocks"]) == sorted(map(str, blocks))


def test_argo_cd_manages_the_other_cluster_from_its_own() -> None:
    clusters = {use.environment: use.variables for use in USES if use.stage == "01_kubernetes-cluster"}
    networks = {use.environment: use.variables for use in USES if use.stage == "00_account-networking"}
    accounts = {name: entry["aws"]["account"] for name, entry in environments().items()}
    dev, prod = clusters["dev"]["argocd"], clusters["prod"]["argocd"]
    assert dev["role"] == f"arn:aws:iam::{accounts['prod']}:role/{clusters['prod']['cluster_name']}-argocd"
    assert dev["cidr_block"] == networks["prod"]["cidr_block"]
    assert prod["manages"] == [
        f"arn:aws:iam::{accounts['dev']}:role/{clusters['dev']['cluster_name']}-argocd-manager"
    ]


@pytest.mark.skipif(not (shutil.which("terraform") or shutil.which("tofu")), reason="no terraform is found")
def test_the_modules_are_formatted() -> None:
    terraform = shutil.which("terraform") or shutil.which("tofu") or ""
    command = [terraform, "fmt", "-check", "-recursive", "-no-color", str(PLATFORM)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
