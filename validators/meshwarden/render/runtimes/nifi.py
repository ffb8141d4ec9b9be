"""Runtime nifi → NiFiKop's NifiDataflow and NifiParameterContext, with a NifiUser and a NifiUserGroup.

They stand in the namespace of the NiFi cluster, which all domains share: their names begin with the domain's.
A dataflow is a process that runs, and no store: it is pruned with its product, or it would go on without one.
NiFiKop then works off what is queued in it, or drops that, as `updateStrategy` says, before it removes it;
and so it does before another version runs. https://github.com/konpyutaika/nifikop/blob/master/pkg/
clientwrappers/dataflow/dataflow.go: RemoveDataflow, SyncDataflow, prepareUpdatePG
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.overrides import deployment_in, place_in_override
from meshwarden.render.runtimes.nifi_access import access
from meshwarden.render.runtimes.nifi_objects import GROUP, nifi_object, reference
from meshwarden.render.runtimes.nifi_parameters import parameter_context, why_not_parameters
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.targets.target import NotRendered, Object, ObjectKind, Rendered, Why

_STRATEGIES: Final = ("drain", "drop")
_LAST_VERSION: Final = 2**31 - 1  # NiFi Registry counts in Java's int


class Nifi:
    """A versioned flow of NiFi Registry, as a process group of the environment's NiFi."""

    kinds = tuple(
        ObjectKind(GROUP, kind)
        for kind in ("NifiDataflow", "NifiParameterContext", "NifiUser", "NifiUserGroup")
    )

    def render(self, context: RuntimeContext) -> Rendered:
        """The product's flow with its parameters; nothing of it where it is not told which flow that is."""
        refused = (*_why_not(context), *why_not_parameters(context))
        if any(_why_not(context)):
            return Rendered(refused=refused)
        parameters = parameter_context(context)
        objects = (
            _dataflow(context, parameters),
            *([parameters] if parameters else []),
            *access(context),
        )
        return Rendered(objects, (*refused, *_of_account(context)))


def _why_not(context: RuntimeContext) -> Iterator[NotRendered]:
    """Why it is not known which flow is meant."""
    flow = fields.mapping(context.settings, "flow")
    for key in ("bucketId", "flowId"):
        if fields.text(flow, key) is None:
            reason = f"the flow has no `{key}`: NiFi finds it in its registry by bucket and flow"
            yield context.at("flow", key, reason=reason)
    version = flow.get("version")
    if version is None:
        reason = "the flow has no `version`: what runs would change with whatever is saved in NiFi Registry"
        yield context.at("flow", "version", reason=reason)
    elif type(version) is not int or not 1 <= version <= _LAST_VERSION:
        reason = (
            f"`version` of the flow is {version!r}, and NiFi Registry has versions from 1 to {_LAST_VERSION}"
        )
        yield context.at("flow", "version", reason=reason)


def _dataflow(context: RuntimeContext, parameters: Object | None) -> Object:
    """The flow, held to what Git says: what is changed in NiFi by hand is taken back."""
    flow, strategy = fields.mapping(context.settings, "flow"), context.settings.get("updateStrategy")
    spec: dict[str, Any] = {
        "registryClientRef": reference(context, context.environment.coordinate("nifi", "registryClient")),
        "bucketId": flow["bucketId"],
        "flowId": flow["flowId"],
        "flowVersion": flow["version"],
        "syncMode": "always",
        "updateStrategy": strategy if strategy in _STRATEGIES else "drain",
    }
    if parameters:
        spec["parameterContextRef"] = reference(context, parameters["metadata"]["name"])
    return nifi_object(context, "NifiDataflow", spec)


def _of_account(context: RuntimeContext) -> Iterator[NotRendered]:
    """What is said of service accounts and does not come to be, as NiFi's pods have one of their own."""
    environment = context.environment
    own = fields.text(deployment_in(context.product, environment.name), "runtime", "serviceAccount")
    if environment.coordinate("nifi", "serviceAccount") is None:
        reason = (
            f"environment `{environment.name}` has no `nifi.serviceAccount` in mesh.yaml: access to clouds "
            f"goes to service account `{context.service_account}`, as which no flow runs"
        )
        yield context.at(reason=reason, why=Why.NOT_EXPRESSED)
    elif own:
        keys = ("runtime", "serviceAccount")
        place = place_in_override(context.deployment, environment.name, *keys) or ("spec", *keys)
        reason = (
            f"NiFi runs the product in `{environment.name}`, in its own pods: access goes to their service "
            f"account, and not to `{own}`"
        )
        yield NotRendered(context.deployment.manifest.path, reason, place, Why.NOT_EXPRESSED)
