"""Which kinds belong to a namespace, and which to the whole cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from meshwarden.manifests import fields

Scopes = Mapping[tuple[str, str], str]  # `Cluster` or `Namespaced`, by group and kind

# Built-in kinds that belong to no namespace: `kubectl api-resources --namespaced=false` of Kubernetes 1.34.
_CLUSTER_SCOPED: Final = frozenset(
    (
        "Namespace",
        "Node",
        "PersistentVolume",
        "ComponentStatus",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "APIService",
        "StorageClass",
        "VolumeAttachment",
        "VolumeAttributesClass",
        "CSIDriver",
        "CSINode",
        "IngressClass",
        "IPAddress",
        "ServiceCIDR",
        "RuntimeClass",
        "PriorityClass",
        "FlowSchema",
        "PriorityLevelConfiguration",
        "CertificateSigningRequest",
        "ClusterTrustBundle",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "DeviceClass",
        "ResourceSlice",
    )
)
# Those of groups that end as Kubernetes' own do and are not built in: by the definitions of kubernetes-csi's
# external-snapshotter, the Gateway API, and the network policy API.
_CLUSTER_SCOPED_BESIDE: Final = frozenset(
    (
        *("VolumeSnapshotClass", "VolumeSnapshotContent"),
        *("VolumeGroupSnapshotClass", "VolumeGroupSnapshotContent"),
        *("GatewayClass", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"),
    )
)


def is_cluster_scoped(entry: Mapping[str, Any], scopes: Scopes | None = None) -> bool:
    """Whether an object belongs to no namespace: by the CRDs in `scopes`, else as Kubernetes' own kinds do.

    `scopes` are `Cluster` or `Namespaced` by group and kind. A custom resource whose CRD is not among them
    belongs to a namespace if it names one.
    """
    group, slash, _ = str(fields.at(entry, "apiVersion") or "").rpartition("/")
    kind = str(fields.at(entry, "kind") or "")
    scope = (scopes or {}).get((group if slash else "", kind))
    if scope is not None:
        return scope == "Cluster"
    if not slash or "." not in group or group.endswith(".k8s.io"):
        return kind in _CLUSTER_SCOPED or kind in _CLUSTER_SCOPED_BESIDE
    return fields.text(entry, "metadata", "namespace") is None


def scopes_of(objects: Iterable[Mapping[str, Any]]) -> Scopes:
    """The scope of each kind that a CustomResourceDefinition among the objects defines, by group and kind."""
    found = {}
    for entry in objects:
        if entry["kind"] == "CustomResourceDefinition":
            group, kind = fields.text(entry, "spec", "group"), fields.text(entry, "spec", "names", "kind")
            if group and kind:
                found[(group, kind)] = fields.text(entry, "spec", "scope") or "Namespaced"
    return found
