"""The runtimes by their keys in deployment.yaml. A new one is a module and a line here."""

from collections.abc import Mapping
from typing import Final

from meshwarden.render.runtimes.helm import HelmRuntime
from meshwarden.render.runtimes.kubernetes import Kubernetes
from meshwarden.render.runtimes.nifi import Nifi
from meshwarden.render.runtimes.runtime import Runtime

RUNTIMES: Final[Mapping[str, Runtime]] = {
    "helm": HelmRuntime(),
    "kubernetes": Kubernetes(),
    "nifi": Nifi(),
}
