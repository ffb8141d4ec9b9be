"""What each system and each runtime needs of the platform and of mesh.yaml to be rendered.

It stands apart from the targets, as rules ask it in checks that render nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Component, Stage


@dataclass(frozen=True, slots=True)
class Requirements:
    """Capabilities that a stage has to provide, and coordinates that the environment has to have.

    A name in braces in a capability is one of the environment's coordinates. Coordinates are system and key,
    with a dot before what lies within a field.
    """

    capabilities: tuple[str, ...] = ()
    coordinates: tuple[tuple[str, str], ...] = ()


_AWS: Final = (("aws", "account"), ("aws", "region"), ("aws", "oidcProvider"))
_GOOGLE: Final = (("gcp", "project"), ("gcp", "location"), ("gcp", "workloadIdentityPool"))

STATE: Final = Requirements(coordinates=(("terraform", "backend.type"), ("terraform", "backend.bucket")))
TERRAFORM: Final = Requirements(
    ("operator/tofu-controller", "operator/flux-source"),
    (*STATE.coordinates, ("terraform", "source.kind"), ("terraform", "source.name")),
)

BY_SYSTEM: Final[Mapping[str, Requirements]] = {
    "bigquery": Requirements(("operator/config-connector",), _GOOGLE),
    "gcs": Requirements(("operator/config-connector",), _GOOGLE),
    "glue": Requirements(("operator/ack-glue", "operator/ack-iam"), _AWS),
    "kafka": Requirements(
        ("operator/strimzi", "kafka/{kafka.cluster}"), (("kafka", "namespace"), ("kafka", "cluster"))
    ),
    "pubsub": Requirements(("operator/config-connector",), _GOOGLE),
    "postgres": Requirements(
        ("operator/cloudnative-pg", "postgres/{postgres.cluster}"),
        (("postgres", "cluster"), ("postgres", "namespace")),
    ),
    "postgres-own": Requirements(("operator/cloudnative-pg",)),
    "redshift": Requirements(
        TERRAFORM.capabilities, (*TERRAFORM.coordinates, ("terraform", "productNamespace"))
    ),
    "s3": Requirements(("operator/ack-s3", "operator/ack-iam"), _AWS),
}
BY_RUNTIME: Final[Mapping[str, Requirements]] = {
    "helm": Requirements(),
    "kubernetes": Requirements(),
    "nifi": Requirements(
        ("operator/nifikop", "nifi/{nifi.cluster}"),
        (("nifi", "namespace"), ("nifi", "cluster"), ("nifi", "registryClient")),
    ),
}
# The namespaces in which objects of several domains lie, by the coordinates that name them.
SHARED_NAMESPACES: Final = (
    ("kafka", "namespace"),
    ("nifi", "namespace"),
    ("postgres", "namespace"),
    ("terraform", "productNamespace"),
)
OF_ALL: Final = ("kubernetes-cluster", "argocd")  # whatever is rendered is synced into a cluster by Argo CD
_COORDINATE: Final = re.compile(r"\{(\w+)\.(\w+)\}")


def capabilities_in(requirements: Requirements, environment: Environment) -> Iterator[str]:
    """The capabilities as they are called in an environment, but for those whose coordinate it lacks."""
    for capability in requirements.capabilities:
        found = _COORDINATE.search(capability)
        value = environment.coordinate(found[1], found[2]) if found else None
        if found is None:
            yield capability
        elif value:
            yield capability.replace(found[0], value)


def missing_in(requirements: Requirements, environment: Environment) -> tuple[tuple[str, str], ...]:
    """The coordinates that an environment lacks, as system and key; one of a wrong type is the schema's.

    A key may be a path, with dots between its steps.
    """
    there = environment.coordinates
    return tuple(
        (system, key)
        for system, key in requirements.coordinates
        if fields.at(there, system, *key.split(".")) in (None, "")
    )


def of_component(stage: Stage, component: Component) -> Requirements:
    """What a component of a stage needs. A pipeline has ways of its own, also to tell where state is kept."""
    in_cluster = component.kind == "terraform" and stage.applied_by != "pipeline"
    return TERRAFORM if in_cluster else Requirements()
