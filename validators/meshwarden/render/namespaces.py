"""The namespaces of all products, which the platform keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from meshwarden.manifests import fields
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh
from meshwarden.render import names
from meshwarden.render.kustomize import FILE, file_of, kustomization
from meshwarden.render.outcome import Application, Part, Unit
from meshwarden.render.targets.metadata import KEPT, SYNC_OPTIONS, ownership
from meshwarden.render.targets.target import Object
from meshwarden.render.units import PLATFORM, PRODUCT_KINDS, below, comment, sources_of
from meshwarden.render.yaml_writer import write


def namespaces_part(mesh: Mesh, applications: Iterable[Application]) -> Part | None:
    """The namespaces of all products that have objects in their own, by environment; None if none has."""
    folder = f"{mesh.settings.render_path}/{PLATFORM}/namespaces"
    wanted: dict[str, dict[str, list[Application]]] = defaultdict(lambda: defaultdict(list))
    for application in applications:
        if any(_lies_in(application.namespace, entry) for entry in application.objects):
            wanted[application.environment][application.namespace].append(application)
    if not wanted:
        return None
    files, found = {}, []
    for environment in sorted(wanted):
        overlay, whose = f"{folder}/overlays/{environment}", wanted[environment]
        objects = tuple(_namespace(mesh, name, whose[name]) for name in sorted(whose))
        for entry in objects:
            files[f"overlays/{environment}/{file_of(entry)}"] = write(entry, comment=comment(MESH_FILE))
        whole = kustomization([file_of(entry) for entry in objects], environment=environment)
        files[f"overlays/{environment}/{FILE}"] = write(whole, comment=comment(MESH_FILE))
        name = names.joined(PLATFORM, "namespaces", environment)
        labels = {"plane": "", "stage": "namespaces"}
        found.append(Application(name, None, environment, "default", overlay, (overlay,), labels, objects))
    sources = sources_of(mesh, PRODUCT_KINDS)
    unit = Unit(folder, sources, tuple(application.folder for application in found))
    return Part(unit, below(folder, files), tuple(found))


def _lies_in(namespace: str, entry: Object) -> bool:
    """Whether an object lies in it; what is written by hand and names none does."""
    return (fields.text(entry, "metadata", "namespace") or namespace) == namespace


def _namespace(mesh: Mesh, name: str, applications: Sequence[Application]) -> Object:
    """A namespace with what its products have in common. It is kept, as all in it would go with it."""
    keys = sorted({(entry.labels["domain"], entry.labels["product"]) for entry in applications})
    products = [mesh.products[f"{domain}/{product}"] for domain, product in keys]
    shared: dict[str, list[str | None]] = {
        "owner": [p.owner for p in products],
        "domain": [p.domain for p in products],
        "product": [p.name for p in products],
    }
    owned = ownership(**{key: values[0] for key, values in shared.items() if len(set(values)) == 1})
    annotations = {**owned.get("annotations", {}), SYNC_OPTIONS: KEPT}
    metadata = {"name": name, "labels": owned["labels"], "annotations": annotations}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
