"""What Argo CD's health checks say of what controllers write; with a real Lua, of Argo CD's version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from lupa.lua51 import LuaRuntime

from meshwarden.render.argocd.health import health_checks
from meshwarden.render.targets.target import ObjectKind

BUCKET = ObjectKind("s3.services.k8s.aws", "Bucket")
TERRAFORM = ObjectKind("infra.contrib.fluxcd.io", "Terraform")
DATABASE = ObjectKind("postgresql.cnpg.io", "Database")
DATAFLOW = ObjectKind("nifi.konpyutaika.com", "NifiDataflow")
CLUSTER = ObjectKind("nifi.konpyutaika.com", "NifiCluster")
CONTEXT = ObjectKind("nifi.konpyutaika.com", "NifiParameterContext")
KINDS = (BUCKET, TERRAFORM, DATABASE, DATAFLOW, CLUSTER, CONTEXT)


def health(kind: ObjectKind, status: Mapping[str, Any] | None) -> str:
    """What Argo CD says of an object of the third generation with a status."""
    found = health_checks([kind], "argocd")
    assert found is not None
    (check,) = found["data"].values()
    lua = LuaRuntime()
    said = {"metadata": {"generation": 3}, "spec": {}, **({} if status is None else {"status": status})}
    lua.globals().obj = lua.table_from(said, recursive=True)
    answer = lua.execute(check)
    assert isinstance(answer["message"], str)
    return str(answer["status"])


def condition(kind: str, status: str, **more: Any) -> dict[str, str]:
    return {"type": kind, "status": status, **more}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("status", [None, {}, {"conditions": []}, {"state": ""}, {"id": ""}])
def test_what_no_controller_has_looked_at_is_not_yet_well(
    kind: ObjectKind, status: Mapping[str, Any] | None
) -> None:
    assert health(kind, status) == "Progressing"


@pytest.mark.parametrize(
    ("kind", "status", "wanted"),
    [
        (BUCKET, {"conditions": [condition("ACK.ResourceSynced", "True")]}, "Healthy"),
        (BUCKET, {"conditions": [condition("ACK.ResourceSynced", "Unknown")]}, "Progressing"),
        (BUCKET, {"conditions": [condition("ACK.ReferencesResolved", "Unknown")]}, "Progressing"),
        (
            BUCKET,
            {"conditions": [condition("ACK.ResourceSynced", "True"), condition("ACK.Terminal", "True")]},
            "Degraded",
        ),
        (DATABASE, {"applied": True, "observedGeneration": 3}, "Healthy"),
        (DATABASE, {"applied": True, "observedGeneration": 2}, "Progressing"),
        (DATABASE, {"applied": False, "observedGeneration": 3, "message": "no owner"}, "Degraded"),
        (DATAFLOW, {"state": "InSync", "latestUpdateRequest": {"failureReason": "long ago"}}, "Healthy"),
        (DATAFLOW, {"state": "OutOfSync", "latestUpdateRequest": {"failureReason": "refused"}}, "Degraded"),
        (CLUSTER, {"state": "ClusterRunning"}, "Healthy"),
        (CONTEXT, {"id": "1", "latestUpdateRequest": {"complete": False}}, "Progressing"),
    ],
)
def test_what_a_controller_says(kind: ObjectKind, status: Mapping[str, Any], wanted: str) -> None:
    assert health(kind, status) == wanted


@pytest.mark.parametrize(
    ("generation", "ready", "wanted"),
    [
        (3, condition("Ready", "True", reason="NoDrift"), "Healthy"),
        (2, condition("Ready", "True", reason="NoDrift"), "Progressing"),  # of the module as it was
        (-1, condition("Ready", "Unknown", reason="Progressing"), "Progressing"),
        (3, condition("Ready", "Unknown", reason="TerraformPlannedWithChanges"), "Progressing"),
        (3, condition("Ready", "Unknown", reason="TerraformAppliedSucceed"), "Healthy"),
        (3, condition("Ready", "False", reason="TFExecPlanFailed"), "Degraded"),
    ],
)
def test_a_module_is_well_once_it_is_applied_as_it_is_now(
    generation: int, ready: Mapping[str, str], wanted: str
) -> None:
    assert health(TERRAFORM, {"observedGeneration": generation, "conditions": [ready]}) == wanted
