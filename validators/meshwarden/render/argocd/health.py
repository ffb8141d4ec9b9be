"""Health checks in Lua for kinds of which Argo CD does not know whether they are well."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from meshwarden.render.argocd import health_nifi
from meshwarden.render.targets.target import Object, ObjectKind

# ACK's conditions: https://aws-controllers-k8s.github.io/docs/guides/. `ACK.ResourceSynced` is False also
# while AWS is still at work; `ACK.Terminal` and `ACK.Recoverable` tell an error. A new Argo CD has a check of
# its own for these groups, which is not in 3.5 and overridden here. Strimzi's kinds have one since 2.0.
_ACK: Final = """\
local hs = {status = "Progressing", message = "Waiting for the controller"}
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "ACK.Terminal" and condition.status == "True" then
    return {status = "Degraded", message = condition.message or "The controller has given up"}
  end
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "ACK.Recoverable" and condition.status == "True" then
    return {status = "Degraded", message = condition.message or "The controller tries again"}
  end
  if condition.type == "ACK.ResourceSynced" or condition.type == "Ready" then
    if condition.status == "True" then
      hs = {status = "Healthy", message = ""}
    else
      hs = {status = "Progressing", message = condition.message or "Waiting for AWS"}
    end
  end
end
return hs
"""
# CloudNativePG's Database and DatabaseRole: Argo CD has long had a check for its Cluster, only lately one for
# its Database, to the same effect, and none for its roles. What was never applied as it is now may only wait
# for a role, as a database does for its owner; Argo CD would end the sync for one that is Degraded.
# https://cloudnative-pg.io/docs/1.30/declarative_role_management/#status-of-databaserole-resources
_APPLIED: Final = """\
local hs = {status = "Progressing", message = "Waiting for the operator"}
if obj.metadata.deletionTimestamp ~= nil or obj.status == nil then
  return hs
end
hs.message = obj.status.message or hs.message
if obj.status.observedGeneration ~= obj.metadata.generation or obj.status.applied == nil then
  return hs
end
if obj.status.applied then
  return {status = "Healthy", message = ""}
end
return {status = "Degraded", message = hs.message}
"""
_ACK_GROUPS: Final = ".services.k8s.aws"

# tofu-controller's condition `Ready` is Unknown while it plans and applies, and False where that has failed.
# It stays Unknown once all is applied, and is True only when a later look for drift has found none. It is set
# together with the generation that it is about: until then it is of the module as it was.
# https://github.com/flux-iac/tofu-controller/blob/main/api/v1alpha2/terraform_types.go
_TOFU: Final = """\
local hs = {status = "Progressing", message = "Waiting for the controller"}
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end
for _, condition in ipairs(obj.status.conditions) do
  if condition.type == "Ready" then
    hs.message = condition.message or ""
    if condition.status == "True" or condition.reason == "TerraformAppliedSucceed" then
      hs.status = "Healthy"
    elseif condition.status == "False" then
      hs.status = "Degraded"
    end
  end
end
return hs
"""
_OF_KIND: Final = {
    ObjectKind("infra.contrib.fluxcd.io", "Terraform"): _TOFU,
    ObjectKind("postgresql.cnpg.io", "Database"): _APPLIED,
    ObjectKind("postgresql.cnpg.io", "DatabaseRole"): _APPLIED,
}


def health_checks(kinds: Iterable[ObjectKind], namespace: str) -> Object | None:
    """The part of Argo CD's ConfigMap that holds the checks for `kinds`; None if none needs one.

    It is applied on the server's side, so that Argo CD owns these keys and leaves all others alone.
    """
    data = {
        f"resource.customizations.health.{kind.group}_{kind.kind}": check
        for kind in kinds
        if (check := _check_of(kind))
    }
    if not data:
        return None
    metadata = {
        "name": "argocd-cm",
        "namespace": namespace,
        # Argo CD reads only ConfigMaps with this label.
        "labels": {"app.kubernetes.io/name": "argocd-cm", "app.kubernetes.io/part-of": "argocd"},
        "annotations": {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false,ServerSideApply=true"},
    }
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _check_of(kind: ObjectKind) -> str | None:
    if kind.group.endswith(_ACK_GROUPS):
        return _ACK
    own = health_nifi.CHECKS.get(kind.kind) if kind.group == health_nifi.GROUP else None
    return own or _OF_KIND.get(kind)
