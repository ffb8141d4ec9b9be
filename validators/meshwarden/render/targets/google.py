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
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.render.targets.metadata import metadata
from meshwarden.render.targets.target import ServerContext

_OF_GKE: Final = ".svc.id.goog"
_LABEL_VALUE: Final = re.compile(r"[a-z0-9_-]{1,63}\Z")
# https://cloud.google.com/resource-manager/docs/creating-managing-projects, old ones with their organisation
_PROJECT: Final = re.compile(r"(?:[a-z0-9.-]+:)?[a-z][-a-z0-9]{4,28}[a-z0-9]\Z")

# https://cloud.google.com/config-connector/docs/how-to/managing-deleting-resources: what holds data stays.
ABANDONED: Final = {"cnrm.cloud.google.com/deletion-policy": "abandon"}
# https://cloud.google.com/config-connector/docs/concepts/ignore-unspecified-fields: Git alone says it.
NOT_FILLED_IN: Final = {"cnrm.cloud.google.com/state-into-spec": "absent"}


def google_metadata(
    context: ServerContext, name: str, project: str, classification: str | None, *, kept: bool
) -> dict[str, Any]:
    """The metadata of a thing in a project, with whose it is as labels of the thing itself.

    The annotation of its project goes before that of the namespace, and so holds in both modes of Config
    Connector.
    """
    annotations = {
        "cnrm.cloud.google.com/project-id": project,
        **(ABANDONED if kept else {}),
        **NOT_FILLED_IN,
    }
    head = metadata(context, name, context.namespace, kept=kept, annotations=annotations)
    product = context.product
    own = labels(classification=classification, domain=product.domain, product=product.name)
    return {**head, "labels": {**head["labels"], **own}}


def project_of(context: ServerContext) -> str | None:
    """The project that a server lies in: the contract's before the mesh's."""
    own = fields.text(context.server.fields, "project")
    return own or context.environment.coordinate("gcp", "project")


def is_project(text: str) -> bool:
    """Whether `text` is a project's id."""
    return _PROJECT.match(text) is not None


def key_reference(context: ServerContext) -> dict[str, Any] | None:
    """The environment's key, as objects refer to it; None without one: then Google's own encrypts."""
    said = context.environment.coordinate("gcp", "kmsKey")
    return {"kmsKeyRef": {"external": said}} if said else None


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
