"""A component of a stage that is a Helm chart → its objects.

The namespace of the release is not made: a component of the stage brings it, as it says more than a name.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Component, Mesh, Stage
from meshwarden.render.charts.named import Unnamed, release_of
from meshwarden.render.charts.placed import placed, scopes_with
from meshwarden.render.charts.refusals import refusals
from meshwarden.render.content import Content
from meshwarden.render.kustomize import key_of
from meshwarden.render.secrets import holds_secret
from meshwarden.render.targets.target import NotRendered, Object, Rendered, Why

_HELMS_OWN: Final = "default"  # the namespace of a release for which none is said
_KEYS: Final = ("product", "chart")


def chart_of_component(
    mesh: Mesh, stage: Stage, component: Component, environment: Environment, content: Content
) -> Rendered:
    """The objects of a component, whose `spec` is what the stage says of it in the environment."""
    path, place, spec = stage.manifest.path, (*component.pointer, "helm"), component.spec
    called = f"component `{component.name}`: "
    namespace = fields.text(spec, "namespace") or _HELMS_OWN
    try:
        release = release_of(mesh, stage.folder, spec, component.name, namespace, environment.kubernetes)
    except Unnamed as error:
        return Rendered(
            refused=(NotRendered(path, f"{called}{error.reason}", (*place, error.key), Why.COMPONENT),)
        )
    found = content.charts.template(release)
    place = (*place, next((key for key in _KEYS if key in spec), _KEYS[0]))
    scopes = scopes_with(content.scopes, found.objects)
    owners = {"owner": stage.owner, "plane": stage.plane, "stage": stage.name}
    objects: dict[tuple[str, str], Object] = {}
    wrong = []
    for entry in found.objects:
        own = placed(entry, namespace, scopes, owners)
        what = f"the chart's {entry['kind']} `{entry['metadata']['name']}`"
        if holds_secret(own):
            wrong.append(f"{what} says what is secret, and would lie in Git for all to read")
        elif key_of(own) in objects:
            wrong.append(f"{what} is there in two namespaces, and one of them would be lost")
        else:
            objects[key_of(own)] = own
    told = (NotRendered(path, f"{called}{why}", place, Why.COMPONENT) for why in wrong)
    refused = refusals(found, release, path, place, Why.COMPONENT, called)
    return Rendered(tuple(objects.values()), (*refused, *told))
