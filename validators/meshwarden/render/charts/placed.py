"""Objects of a chart → objects of a product or a stage: where they lie, whose they are, how they are kept."""

from __future__ import annotations

from collections.abc import Mapping

from meshwarden.manifests import fields
from meshwarden.render.keeping import kept_options
from meshwarden.render.scopes import Scopes, is_cluster_scoped, scopes_of
from meshwarden.render.targets.metadata import CUSTOM, MANAGED_BY, SYNC_OPTIONS, foreign, ownership
from meshwarden.render.targets.target import Object, ObjectKind


def placed(entry: Object, namespace: str, scopes: Scopes, owners: Mapping[str, str | None]) -> Object:
    """An object in the namespace of the release, if it needs one and names none, with its owners.

    What the chart says itself goes first: labels decide what is selected, and Helm's are looked for. But
    whose it is, is not the chart's to say.
    """
    own = dict(fields.mapping(entry, "metadata"))
    if _needs_namespace(entry, scopes):
        own.setdefault("namespace", namespace)
    owned = ownership(**owners)
    labels = {key: value for key, value in owned["labels"].items() if key != MANAGED_BY}
    annotations = {**owned.get("annotations", {}), **foreign(own, "annotations")}
    if options := _sync_options(entry, fields.text(annotations, SYNC_OPTIONS)):
        annotations[SYNC_OPTIONS] = options
    own["labels"] = {**labels, **foreign(own, "labels")}
    own["annotations"] = annotations
    return {**entry, "metadata": {key: value for key, value in own.items() if value or key != "annotations"}}


def _needs_namespace(entry: Object, scopes: Scopes) -> bool:
    kind = ObjectKind.of(entry)
    known = (kind.group, kind.kind) in scopes or not _is_custom(kind)
    return known and not is_cluster_scoped(entry, scopes)


def _is_custom(kind: ObjectKind) -> bool:
    return "." in kind.group and not kind.group.endswith(".k8s.io")


def _sync_options(entry: Object, own: str | None) -> str:
    kept = kept_options(entry, own)
    options = [kept] if kept else []
    options += [CUSTOM] if _is_custom(ObjectKind.of(entry)) else []
    return ",".join(options)


def scopes_with(scopes: Scopes, objects: tuple[Object, ...]) -> Scopes:
    """The scopes, with those of the kinds that a chart defines itself."""
    return {**scopes, **scopes_of(objects)}
