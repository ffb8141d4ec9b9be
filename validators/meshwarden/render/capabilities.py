"""What a server of each type needs of the platform to be rendered.

It stands apart from the targets, as rules ask it in checks that render nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from meshwarden.manifests.settings import Environment

# For each type that is rendered: a name in braces is one of the environment's coordinates.
BY_SERVER_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "athena": ("operator/ack-glue", "operator/ack-iam"),
    "glue": ("operator/ack-glue", "operator/ack-iam"),
    "bigquery": ("operator/config-connector",),
    "kafka": ("operator/strimzi", "kafka/{kafka.cluster}"),
    "s3": ("operator/ack-s3", "operator/ack-iam"),
}
BY_RUNTIME: Final[Mapping[str, tuple[str, ...]]] = {
    "helm": (),
    "kubernetes": (),
    "nifi": ("operator/nifikop", "nifi/{nifi.cluster}"),
}
OF_ALL: Final = ("kubernetes-cluster", "argocd")  # whatever is rendered is synced into a cluster by Argo CD
_COORDINATE: Final = re.compile(r"\{(\w+)\.(\w+)\}")


def in_environment(capabilities: tuple[str, ...], environment: Environment) -> Iterator[str]:
    """The capabilities as they are called in an environment, but for those whose coordinate it lacks."""
    for capability in capabilities:
        found = _COORDINATE.search(capability)
        value = environment.coordinate(found[1], found[2]) if found else None
        if found is None:
            yield capability
        elif value:
            yield capability.replace(found[0], value)
