"""What all of NiFiKop's objects of a product have in common: name, place, cluster, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from meshwarden.render import names
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.targets.metadata import CUSTOM, SYNC_OPTIONS, ownership
from meshwarden.render.targets.target import Object

GROUP: Final = "nifi.konpyutaika.com"


def name_of(context: RuntimeContext, *parts: str) -> str:
    """What the product's objects are called, in Kubernetes and in NiFi; with `parts`, what belongs to it."""
    product = context.product
    return names.joined(product.domain, product.name, *parts, limit=names.SUBDOMAIN_LENGTH)


def reference(context: RuntimeContext, name: str | None) -> dict[str, str]:
    """A reference to something of NiFiKop: all of it stands in the namespace of the cluster.

    NiFiKop takes two for parts of one cluster only if they do:
    https://github.com/konpyutaika/nifikop/blob/master/internal/controller/nifidataflow_controller.go
    """
    return {"name": name or "", "namespace": context.environment.coordinate("nifi", "namespace") or ""}


def nifi_object(context: RuntimeContext, kind: str, spec: Mapping[str, Any]) -> Object:
    """An object of the product in the environment's NiFi cluster."""
    product = context.product
    owned = ownership(owner=product.owner, domain=product.domain, product=product.name)
    head = {
        **reference(context, name_of(context)),
        "labels": owned["labels"],
        "annotations": {**owned.get("annotations", {}), SYNC_OPTIONS: CUSTOM},
    }
    cluster = reference(context, context.environment.coordinate("nifi", "cluster"))
    whole = {"clusterRef": cluster, **spec}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": head, "spec": whole}
