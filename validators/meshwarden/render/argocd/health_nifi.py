"""Health checks for NiFiKop's kinds: it writes no conditions, but states and what NiFi calls the thing.

The states are in https://github.com/konpyutaika/nifikop/blob/master/api/v1/common_types.go. Argo CD has no
checks of its own for this group.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GROUP: Final = "nifi.konpyutaika.com"

# A flow that is brought to another version is OutOfSync until what is queued in it is worked off. It is Ran
# after it was started, and InSync where it ran on. What NiFi said of the last request stays when all is well.
_DATAFLOW: Final = """\
local hs = {status = "Progressing", message = "Waiting for NiFiKop"}
if obj.status == nil or obj.status.state == nil or obj.status.state == "" then
  return hs
end
if obj.status.state == "Ran" or obj.status.state == "InSync" then
  return {status = "Healthy", message = ""}
end
local request = obj.status.latestUpdateRequest
if request ~= nil and request.failureReason ~= nil and request.failureReason ~= "" then
  return {status = "Degraded", message = request.failureReason}
end
hs.message = "The flow is " .. obj.status.state
return hs
"""
_PARAMETER_CONTEXT: Final = """\
local hs = {status = "Progressing", message = "Waiting for NiFiKop"}
if obj.status == nil or obj.status.id == nil or obj.status.id == "" then
  return hs
end
local request = obj.status.latestUpdateRequest
if request ~= nil and request.failureReason ~= nil and request.failureReason ~= "" then
  return {status = "Degraded", message = request.failureReason}
end
if request ~= nil and request.complete == false and request.notFound ~= true then
  return {status = "Progressing", message = "NiFi restarts what uses the parameters"}
end
return {status = "Healthy", message = ""}
"""
_MADE_IN_NIFI: Final = """\
if obj.status ~= nil and obj.status.id ~= nil and obj.status.id ~= "" then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = "Waiting for NiFiKop"}
"""
_CLUSTER: Final = """\
if obj.status ~= nil and obj.status.state == "ClusterRunning" then
  return {status = "Healthy", message = ""}
end
local state = obj.status ~= nil and obj.status.state or "not there yet"
return {status = "Progressing", message = "The cluster is " .. state}
"""
_CONNECTION: Final = """\
if obj.status ~= nil and (obj.status.state == "Created" or obj.status.state == "InSync") then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = "Waiting for NiFiKop"}
"""

CHECKS: Final[Mapping[str, str]] = {
    "NifiCluster": _CLUSTER,
    "NifiConnection": _CONNECTION,
    "NifiDataflow": _DATAFLOW,
    "NifiParameterContext": _PARAMETER_CONTEXT,
    "NifiRegistryClient": _MADE_IN_NIFI,
    "NifiUser": _MADE_IN_NIFI,
    "NifiUserGroup": _MADE_IN_NIFI,
}
