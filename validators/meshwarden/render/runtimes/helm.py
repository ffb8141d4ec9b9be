"""A Helm chart that runs a data product → its objects, in the product's namespace.

Domains' projects hold nothing that belongs to no namespace, and no product writes into the namespace of
another: what a chart has of that kind is left out, and told.
"""

from __future__ import annotations

from typing import Final

from meshwarden.render.charts.named import Unnamed, release_of
from meshwarden.render.charts.placed import placed, scopes_with
from meshwarden.render.charts.refusals import refusals
from meshwarden.render.runtimes.runtime import RuntimeContext
from meshwarden.render.scopes import Scopes, is_cluster_scoped
from meshwarden.render.secrets import holds_secret
from meshwarden.render.targets.target import Object, ObjectKind, Rendered, Why

_KEYS: Final = ("product", "chart")


class HelmRuntime:
    """Renders the chart that a deployment names."""

    kinds: tuple[ObjectKind, ...] = ()  # the chart brings them

    def render(self, context: RuntimeContext) -> Rendered:
        product, deployed = context.product, context.deployment.manifest
        try:
            release = release_of(
                *(context.mesh, deployed.folder, context.settings),
                *(product.name, context.namespace, context.environment.kubernetes),
            )
        except Unnamed as error:
            return Rendered(refused=(context.at(error.key, reason=error.reason, why=Why.CHART),))
        found = context.content.charts.template(release)
        scopes = scopes_with(context.content.scopes, found.objects)
        owners = {"owner": product.owner, "domain": product.domain, "product": product.name}
        objects: list[Object] = []
        wrong: list[str] = []
        for entry in found.objects:
            own = placed(entry, context.namespace, scopes, owners)
            if why := _why_not(own, context.namespace, scopes):
                wrong.append(why)
            else:
                objects.append(own)
        place = next((key for key in _KEYS if key in context.settings), _KEYS[0])
        refused = refusals(found, release, deployed.path, (*context.pointer, place), Why.CHART)
        told = (context.at(place, reason=why) for why in wrong)
        return Rendered(tuple(objects), (*refused, *told))


def _why_not(entry: Object, namespace: str, scopes: Scopes) -> str | None:
    """Why an object of a chart is none that a data product may have; None if it is one."""
    what = f"the chart's {entry['kind']} `{entry['metadata']['name']}`"
    own = entry["metadata"].get("namespace")
    if holds_secret(entry):
        return f"{what} says what is secret, and would lie in Git for all to read"
    if is_cluster_scoped(entry, scopes):
        return f"{what} belongs to no namespace, and a data product has only its own"
    return None if own == namespace else f"{what} lies in namespace `{own}`, and not in the product's own"
