"""Who a service account of the cluster is to Google Cloud, and what Config Connector's objects carry.

A product runs as a Kubernetes service account. Google knows it by workload identity federation, without a
key and without a Google service account in between: as a principal of the pool that trusts the cluster. That
pool is `gcp.workloadIdentityPool` in mesh.yaml, as `aws.oidcProvider` is the provider that AWS trusts. The
pool may be GKE's own, whose name ends in `.svc.id.goog`, or one for any other cluster, whose provider has to
map `google.subject` to `assertion.sub`:

https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity
https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes
"""

from __future__ import annotations

import re
from typing import Final

from meshwarden.manifests.settings import Environment

_OF_GKE: Final = ".svc.id.goog"
_LABEL_VALUE: Final = re.compile(r"[a-z0-9_-]{1,63}\Z")

# https://cloud.google.com/config-connector/docs/how-to/managing-deleting-resources: what holds data stays.
ABANDONED: Final = {"cnrm.cloud.google.com/deletion-policy": "abandon"}
# https://cloud.google.com/config-connector/docs/concepts/ignore-unspecified-fields: Git alone says it.
NOT_FILLED_IN: Final = {"cnrm.cloud.google.com/state-into-spec": "absent"}


def in_project(project: str) -> dict[str, str]:
    """The annotation that says in which project an object is made.

    It goes before the annotation of the namespace, and so holds in both modes of Config Connector.
    """
    return {"cnrm.cloud.google.com/project-id": project}


def principal(environment: Environment, namespace: str, service_account: str) -> str:
    """A service account of the environment's cluster, as policies of IAM name it."""
    pool = (environment.coordinate("gcp", "workloadIdentityPool") or "").strip("/")
    if pool.endswith(_OF_GKE):
        subject = f"ns/{namespace}/sa/{service_account}"
    else:
        subject = f"system:serviceaccount:{namespace}:{service_account}"
    return f"principal://iam.googleapis.com/{pool}/subject/{subject}"


def labels(**said: str | None) -> dict[str, str]:
    """What Google takes as labels. Config Connector passes on labels of the object that have no prefix."""
    return {key: value for key, value in said.items() if value and _LABEL_VALUE.match(value)}
