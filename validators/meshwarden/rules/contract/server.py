"""A contract without a server for an environment in which its product is deployed.

The servers of a contract say where its data lies in each environment. Where none does, nothing is rendered
there: no bucket, no topic and no grant, though the product is said to be deployed. What was rendered before
goes.

A draft promises nothing yet, and is not judged.

To fix it, add a server for the environment, one without `environment` for all of them, or deploy the product
only where its data is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.environments import of_mesh
from meshwarden.mesh.records import Contract, Mesh
from meshwarden.render.contracts import in_force
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    known = of_mesh(mesh)
    if not known:
        yield NotJudged(MESH_FILE, "it does not tell the environments")
        return
    for product in mesh.products.values():
        lacking: dict[str, list[str]] = defaultdict(list)
        for environment in mesh.settings.environment_names:
            for contract in in_force(product, environment)[0] if environment in product.environments else ():
                if _lacks(contract, environment, known):
                    lacking[contract.manifest.path].append(environment)
        for path, environments in lacking.items():
            where = " and ".join(f"`{name}`" for name in environments)
            message = f"it has no server for {where}, where `{product.key}` is deployed"
            hint = "Add one, or deploy the product only where its data is."
            yield Fault(message, Place(path, ("servers",), on_key=True), hint)


def _lacks(contract: Contract, environment: str, known: Collection[str]) -> bool:
    """Whether none of the servers is for the environment; one that is mistyped may be meant for it."""
    if contract.under_way:
        return False
    named = [fields.at(server, "environment") for server in fields.entries(contract.manifest.data, "servers")]
    return bool(named) and environment not in named and all(name in known for name in named)


RULE: Final = MeshRule(
    "contract/server", Severity.ERROR, __doc__, kinds("DataContract", "DataProductDeployment"), check=_check
)
