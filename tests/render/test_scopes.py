"""Which kinds belong to a namespace where no definition tells."""

from __future__ import annotations

import pytest

from meshwarden.render.scopes import is_cluster_scoped


@pytest.mark.parametrize(
    ("api_version", "kind", "whole"),
    [
        ("v1", "ConfigMap", False),
        ("v1", "PersistentVolume", True),
        ("storage.k8s.io/v1", "StorageClass", True),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot", False),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshotClass", True),
        ("gateway.networking.k8s.io/v1", "Gateway", False),
        ("gateway.networking.k8s.io/v1", "GatewayClass", True),
    ],
)
def test_scopes_of_what_ends_as_kubernetes_own_groups_do(api_version: str, kind: str, whole: bool) -> None:
    assert is_cluster_scoped({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}}) is whole
