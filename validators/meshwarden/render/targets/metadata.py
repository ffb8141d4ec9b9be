"""What all rendered objects carry: whose they are, and how Argo CD treats them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.manifests.settings import Environment, Settings
from meshwarden.mesh.clearance import highest_class
from meshwarden.mesh.records import Contract
from meshwarden.render import names
from meshwarden.render.targets.target import Reader, ServerContext

MANAGED_BY: Final = "app.kubernetes.io/managed-by"
PREFIX: Final = "meshwarden.dev/"
SYNC_OPTIONS: Final = "argocd.argoproj.io/sync-options"

# https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/
KEPT: Final = "Prune=false,Delete=false"
CUSTOM: Final = "SkipDryRunOnMissingResource=true"  # the operator that brings the CRD may be synced later
# https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
_NO_TAG: Final = re.compile(r"[^\w +\-=.:/@]")  # what AWS does not take in the value of a tag


def ownership(**owners: str | None) -> dict[str, dict[str, str]]:
    """Labels and annotations that say whose an object is; what is no label's value becomes an annotation."""
    said = {PREFIX + name: value for name, value in owners.items() if value}
    labels = {key: value for key, value in said.items() if names.is_label_value(value)}
    found = {"labels": {MANAGED_BY: "meshwarden", **labels}}
    annotations = {key: value for key, value in said.items() if key not in labels}
    return {**found, "annotations": annotations} if annotations else found


def foreign(head: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Labels or annotations that somebody else wrote, but for those that only rendering sets."""
    return {name: value for name, value in fields.mapping(head, key).items() if not name.startswith(PREFIX)}


def metadata(
    context: ServerContext,
    name: str,
    namespace: str,
    *,
    kept: bool = False,
    annotations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The metadata of a custom resource of a contract; `kept` for what holds data."""
    product = context.product
    owned = ownership(
        owner=product.owner,
        domain=product.domain,
        product=product.name,
        contract=context.contract.id or context.name,
    )
    own = {SYNC_OPTIONS: f"{KEPT},{CUSTOM}" if kept else CUSTOM}
    return {
        "name": name,
        "namespace": namespace,
        "labels": owned["labels"],
        "annotations": {**owned.get("annotations", {}), **own, **(annotations or {})},
    }


def name_of_store(store: str, environment: Environment, *place: str) -> str:
    """What the object of a bucket, a dataset or a database is called: by what it stands for.

    Called by one of the contracts in it, it would get another name when that contract goes or another comes
    before it. Two objects would then hold the same data to different things, as the old one is kept. What
    tells the environment is left out: environments share what is the same in them.
    """
    coordinate = environment.coordinate
    own = (environment.name, coordinate("aws", "account") or "", coordinate("gcp", "project") or "")
    parts = [names.without(part, own).replace("_", "-") for part in (store, *place)]
    name = ".".join(part if names.is_subdomain(part) else names.label(part) for part in parts)
    return names.shortened(name, names.SUBDOMAIN_LENGTH)


def grant(reader: Reader) -> dict[str, str]:
    """The annotations that say to whom access is granted, what for and until when."""
    said = {
        "consumer": f"{reader.domain}/{reader.product}",
        "purpose": reader.purpose,
        "expires": reader.expires,
    }
    return {PREFIX + key: value for key, value in said.items() if value}


def classification(settings: Settings, contract: Contract) -> str | None:
    """The highest class among the contract's columns; None if none has a class that the mesh knows."""
    found = highest_class(settings, contract)
    return found.name if found else None


def class_of(context: ServerContext, entry: SchemaObject | None = None) -> dict[str, str]:
    """The annotation with the highest class in a contract, or in one of its schema objects; none without one.

    It is for what the system itself has no tags for.
    """
    contract = replace(context.contract, objects=(entry,)) if entry else context.contract
    found = classification(context.mesh, contract)
    return {PREFIX + "classification": found} if found else {}


def highest_classification(contexts: Sequence[ServerContext]) -> str | None:
    """The highest class among the columns of some contracts; None if none has one."""
    order = contexts[0].mesh.classifications or ()
    classes = [found for context in contexts if (found := classification(context.mesh, context.contract))]
    return max(classes, key=order.index, default=None)


def shared_by(contexts: Sequence[ServerContext]) -> dict[str, str]:
    """The annotation that names all contracts of an object that several share; none if it is one's own."""
    found = {context.contract.id or context.name for context in contexts}
    return {PREFIX + "contracts": ",".join(sorted(found))} if len(found) > 1 else {}


def tags(contexts: Sequence[ServerContext]) -> dict[str, str]:
    """The tags of a thing in AWS that contracts of one product share: the environment's, and whose it is.

    Of several classes it is the highest.
    """
    first = contexts[0]
    said = fields.mapping(first.environment.coordinates, "aws", "tags")
    own = {
        "contract": " ".join(sorted(context.contract.id or context.name for context in contexts))[:256],
        "domain": first.product.domain,
        "product": first.product.name,
    }
    if found := highest_classification(contexts):
        own["classification"] = found
    own = {key: _NO_TAG.sub("_", value) for key, value in own.items()}
    return {**{key: value for key, value in said.items() if isinstance(value, str)}, **own}
