"""tofu-controller's Terraform objects: a module, its variables and its state.

https://flux-iac.github.io/tofu-controller/References/terraform/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment, Settings
from meshwarden.render import names
from meshwarden.render.repository import in_repository
from meshwarden.render.targets.target import Object, ObjectKind
from meshwarden.render.terraform.backend import SYSTEM, Backend, as_block

GROUP: Final = "infra.contrib.fluxcd.io"
KIND: Final = ObjectKind(GROUP, "Terraform")
API_VERSION: Final = f"{GROUP}/v1alpha2"
# The controller labels plans with the object's name, and appends to it where a plan has several parts.
_NAME_LENGTH: Final = names.LABEL_LENGTH - 4
_FLUX: Final = "flux-system"  # where Flux itself lies, unless mesh.yaml says otherwise
_RUNNER: Final = "tf-runner"  # the CRD's own default


def name_of(*parts: str) -> str:
    """What a Terraform object is called: it shares its namespace with others."""
    return names.joined(*parts, limit=_NAME_LENGTH)


def namespace_of_stages(environment: Environment) -> str:
    """Where the platform's Terraform objects and their runners are.

    A runner takes its rights in the cloud from a service account, and whoever may run pods beside it may take
    them as well: so the namespace is one that the platform keeps for it.
    """
    source = fields.text(environment.coordinates, SYSTEM, "source", "namespace")
    return environment.coordinate(SYSTEM, "namespace") or source or _FLUX


def terraform_spec(
    settings: Settings,
    environment: Environment,
    module: str,
    variables: Mapping[str, Any],
    backend: Backend,
) -> Object:
    """The spec of a Terraform object that runs the module in a folder of the mesh.

    What is merged is approved: a plan that waits for a second approval would stand in no pull request. What a
    module has made stays when its object goes; to remove it is a change of the module.
    """
    source = fields.mapping(environment.coordinates, SYSTEM, "source")
    return {
        "interval": "10m",  # how often drift is looked for
        "retryInterval": "1m",
        "sourceRef": {
            "kind": source["kind"],
            "name": source["name"],
            "namespace": fields.text(source, "namespace") or _FLUX,
        },
        "path": f"./{in_repository(settings, module)}",
        "approvePlan": "auto",
        "destroyResourcesOnDeletion": False,
        "serviceAccountName": environment.coordinate(SYSTEM, "serviceAccount") or _RUNNER,
        "backendConfig": {"customConfiguration": as_block(backend)},
        "vars": [{"name": name, "value": variables[name]} for name in sorted(variables)],
    }
