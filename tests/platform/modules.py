"""Terraform modules, read with python-hcl2: what they declare, and what they refer to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import hcl2
import yaml
from tests.platform.packages import CHECKOUT, PLATFORM, product

_PLAIN: Final = hcl2.SerializationOptions(
    with_comments=False, explicit_blocks=False, strip_string_quotes=True
)
_REFERENCE: Final = re.compile(r"\b(var|local|data|aws_[a-z0-9_]+)\.([a-z0-9_]+)(?:\.([a-z0-9_]+))?")
_TEXT: Final = re.compile(r'"(?:[^"\\$]|\\.|\$(?!\{))*"')
_COMMENT: Final = re.compile(r"#.*")


@dataclass(frozen=True)
class Module:
    """A folder of Terraform: all blocks of its files, by their type."""

    folder: Path
    blocks: dict[str, list[dict[str, Any]]]

    def named(self, kind: str) -> dict[str, Any]:
        """The blocks of a kind with one label, by it."""
        return {name: body for block in self.blocks.get(kind, []) for name, body in block.items()}

    def typed(self, kind: str) -> set[str]:
        """The blocks of a kind with two labels, as `type.name`."""
        return {
            f"{type_}.{name}"
            for block in self.blocks.get(kind, [])
            for type_, bodies in block.items()
            for name in bodies
        }

    def locals(self) -> set[str]:
        """The names of all local values."""
        return {name for block in self.blocks.get("locals", []) for name in block}

    def references(self) -> Iterator[tuple[str, str]]:
        """What expressions name: `var`, `local`, `data` or `resource`, each with its name."""
        for path in sorted(self.folder.glob("*.tf")):
            for line in path.read_text().splitlines():
                code = _COMMENT.sub("", _TEXT.sub('""', line))
                for root, first, second in _REFERENCE.findall(code):
                    if root in {"var", "local"}:
                        yield root, first
                    elif root == "data":
                        yield "data", f"{first}.{second}"
                    else:
                        yield "resource", f"{root}.{first}"


def read(folder: Path) -> Module:
    """The module in a folder; python-hcl2 raises for what does not parse."""
    blocks: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*.tf")):
        for kind, found in hcl2.loads(path.read_text(), serialization_options=_PLAIN).items():
            blocks.setdefault(kind, []).extend(found)
    return Module(folder, blocks)


def folders() -> list[Path]:
    """All folders of the platform with Terraform in them."""
    return sorted({path.parent for path in PLATFORM.rglob("*.tf")})


@dataclass(frozen=True)
class Use:
    """A module as a stage uses it in an environment: with which variables."""

    stage: str
    environment: str
    folder: Path
    variables: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.stage}-{self.environment}"


def uses() -> list[Use]:
    """All uses of modules by stages."""
    found = []
    for path in sorted(PLATFORM.glob("*/*/stage.yaml")):
        spec = yaml.safe_load(path.read_bytes())["spec"]
        for component in spec["components"]:
            if "terraform" not in component:
                continue
            said = component["terraform"]
            folder = product(said["product"]).folder if "product" in said else path.parent / said["path"]
            for entry in spec["environments"]:
                environment = entry if isinstance(entry, dict) else {"name": entry}
                own = [
                    override["terraform"].get("variables", {})
                    for override in environment.get("components", [])
                    if override["name"] == component["name"]
                ]
                variables = {**said.get("variables", {}), **(own[0] if own else {})}
                found.append(Use(path.parent.name, environment["name"], folder, variables))
    return found


def folders_of_data_products() -> set[Path]:
    """The modules that deployments of data products name for their servers."""
    named = set()
    for path in sorted((CHECKOUT / "domains").glob("*/*/*/deployment.yaml")):
        said = yaml.safe_load(path.read_bytes())["spec"].get("servers", {})
        named |= {server["product"] for server in said.values() if "product" in server}
    return {product(name).folder for name in named}


def environments() -> dict[str, dict[str, Any]]:
    """The environments of the mesh, by name."""
    spec = yaml.safe_load((CHECKOUT / "mesh.yaml").read_bytes())["spec"]
    return {entry["name"]: entry for entry in spec["environments"]}
