"""Products, stages and namespaces → the folders that are rendered of them."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.kinds import DATA_CONTRACT, DATA_PRODUCT, DEPLOYMENT, DOMAIN, Kind
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.mesh.records import Mesh, Product, Stage
from meshwarden.render import names
from meshwarden.render.components import component_folders, packages_of
from meshwarden.render.content import Content
from meshwarden.render.kustomize import FILE, base_and_overlays, file_of, kustomization
from meshwarden.render.outcome import Application, NotRendered, Part, Unit
from meshwarden.render.products import ProductObjects, namespace_of
from meshwarden.render.targets.metadata import KEPT, SYNC_OPTIONS, ownership
from meshwarden.render.targets.target import Object
from meshwarden.render.yaml_writer import write

PLATFORM: Final = "platform"
PRODUCT_KINDS: Final = (DATA_CONTRACT, DATA_PRODUCT, DEPLOYMENT, DOMAIN)


def sources_of(mesh: Mesh, kinds: Iterable[Kind]) -> tuple[str, ...]:
    """mesh.yaml and all manifests of some kinds, readable or not: what is computed from them all."""
    wanted = tuple(kinds)
    return (MESH_FILE, *(found.path for found in mesh.manifests if found.kind in wanted))


def comment(source: str) -> str:
    """What stands at the top of every rendered file that can hold a comment."""
    return f"Rendered by meshwarden from {source}. Change that, and run `meshwarden render`."


def product_part(mesh: Mesh, found: ProductObjects) -> Part:
    """The folder of a product that has objects in some environment."""
    product = found.product
    folder = f"{mesh.settings.render_path}/domains/{product.domain}/{product.name}"
    sources = _sources_of(mesh, product)
    files = base_and_overlays(found.objects, comment(sources[0]))
    has_base = f"base/{FILE}" in files
    applications = []
    for environment in mesh.settings.environments or ():
        if environment.name in found.objects:
            overlay = f"{folder}/overlays/{environment.name}"
            applications.append(
                Application(
                    name=names.joined(product.domain, product.name, environment.name),
                    project=product.domain,
                    environment=environment.name,
                    namespace=namespace_of(environment, product.domain, product.name),
                    folder=overlay,
                    paths=(f"{folder}/base", overlay) if has_base else (overlay,),
                    labels={"domain": product.domain, "product": product.name},
                    objects=found.objects[environment.name],
                )
            )
    overlays = tuple(application.folder for application in applications)
    return Part(Unit(folder, sources, overlays), _below(folder, files), tuple(applications))


def _sources_of(mesh: Mesh, product: Product) -> tuple[str, ...]:
    """The manifests that a product is rendered from: also those of the consumers that it grants access."""
    found = [product.deployment.manifest.path] if product.deployment else []
    found += [product.manifest.path, *(contract.manifest.path for contract in product.contracts)]
    for grant in product.deployment.access if product.deployment else ():
        consumer = mesh.products.get(grant.consumer)
        if consumer and consumer.deployment:
            found.append(consumer.deployment.manifest.path)
    if domain := mesh.domains.get(product.domain):
        found.append(domain.manifest.path)
    return tuple(dict.fromkeys([*found, MESH_FILE]))


def stage_part(mesh: Mesh, stage: Stage, content: Content) -> tuple[Part | None, tuple[NotRendered, ...]]:
    """The folder of a stage that Argo CD applies, and what of the stage is not in it."""
    path = stage.manifest.path
    if stage.applied_by == "pipeline":
        return None, (
            NotRendered(path, "applied by a pipeline; what a pipeline applies is not rendered yet"),
        )
    if not (stage.layer and stage.plane and names.is_label(stage.name)):
        return None, (
            NotRendered(path, "its path does not tell plane and layer, or its name is no RFC 1123 label"),
        )
    folder = f"{mesh.settings.render_path}/{PLATFORM}/{stage.plane}/{stage.layer}_{stage.name}"
    left_out: list[NotRendered] = []
    by_environment: dict[str, tuple[str, ...]] = {}
    for environment in mesh.settings.environments or ():
        if environment.name in stage.environments and names.is_label(environment.name):
            found = dict.fromkeys(component_folders(mesh, stage, environment.name, content, left_out))
            if found:
                by_environment[environment.name] = tuple(found)
    if not by_environment:
        return None, tuple(dict.fromkeys(left_out))
    files = _stage_files(stage, folder, by_environment)
    reached = {root: content.reach(root) for roots in by_environment.values() for root in roots}
    left_out += [NotRendered(*reason) for root in sorted(reached) for reason in reached[root].unknown]
    applications = tuple(
        _stage_application(stage, folder, environment, roots, content, has_base=f"base/{FILE}" in files)
        for environment, roots in by_environment.items()
    )
    inputs = sorted({below for entry in reached.values() for below in entry.folders})
    sources = (path, *packages_of(mesh, stage), MESH_FILE)
    unit = Unit(folder, sources, tuple(entry.folder for entry in applications), tuple(inputs))
    unreadable = tuple(one for root in sorted(reached) for one in reached[root].unreadable)
    part = Part(unit, _below(folder, files), applications, tuple(dict.fromkeys(unreadable)))
    return part, tuple(dict.fromkeys(left_out))


def _stage_files(stage: Stage, folder: str, by_environment: Mapping[str, Sequence[str]]) -> dict[str, bytes]:
    """The base names the folders that all environments have; each overlay the rest."""
    said = comment(stage.manifest.path)
    first = next(iter(by_environment.values()))
    shared = [root for root in first if all(root in roots for roots in by_environment.values())]
    owners = ownership(owner=stage.owner, plane=stage.plane, stage=stage.name)
    # What is written by hand says itself what manages it.
    labels = {key: value for key, value in owners["labels"].items() if value != "meshwarden"}
    files = {}
    if shared:
        base = kustomization([posixpath.relpath(root, f"{folder}/base") for root in shared], labels=labels)
        files[f"base/{FILE}"] = write(base, comment=said)
    for environment, roots in by_environment.items():
        overlay = f"overlays/{environment}"
        resources = ["../../base"] if shared else []
        resources += [posixpath.relpath(root, f"{folder}/{overlay}") for root in roots if root not in shared]
        own = {} if len(shared) == len(roots) else labels
        files[f"{overlay}/{FILE}"] = write(
            kustomization(resources, environment=environment, labels=own), comment=said
        )
    return files


def _stage_application(
    stage: Stage, folder: str, environment: str, roots: Sequence[str], content: Content, *, has_base: bool
) -> Application:
    overlay = f"{folder}/overlays/{environment}"
    reached = [content.reach(root) for root in roots]
    inputs = sorted({below for entry in reached for below in entry.folders})
    objects = tuple(entry for found in reached for entry in found.objects)
    own = [str(name) for entry in objects if (name := fields.text(entry, "metadata", "namespace"))]
    return Application(
        name=names.joined(PLATFORM, f"{stage.layer}-{stage.name}", environment),
        project=None,
        environment=environment,
        namespace=min(own, default="default"),
        folder=overlay,
        paths=(*([f"{folder}/base"] if has_base else []), overlay, *inputs),
        labels={"plane": stage.plane or "", "stage": stage.name},
        objects=objects,
    )


def namespaces_part(mesh: Mesh, applications: Iterable[Application]) -> Part | None:
    """The namespaces of all products that have objects in their own, by environment; None if none has."""
    folder = f"{mesh.settings.render_path}/{PLATFORM}/namespaces"
    wanted: dict[str, dict[str, list[Application]]] = defaultdict(lambda: defaultdict(list))
    for application in applications:
        if any(entry["metadata"]["namespace"] == application.namespace for entry in application.objects):
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
    return Part(unit, _below(folder, files), tuple(found))


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


def _below(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{path}": content for path, content in files.items()}
