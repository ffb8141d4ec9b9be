"""What is rendered is valid under the CRDs of the real controllers, where those are at hand.

The compact CRDs of the reference mesh's components are held against them as well: what both name is alike.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.platform.components import Definition, Object, samples, stored
from tests.platform.components import definitions as compact_definitions
from tests.render import modules
from tests.render.charts import charts_of
from tests.render.conftest import Build
from tests.render.databases import OWN, databases
from tests.render.flows import run_by_nifi
from tests.render.meshes import city, files_of, in_glue, mesh_of, rendered
from tests.render.test_gcs import CONTRACT as IN_CLOUD_STORAGE
from tests.render.test_pubsub import CONTRACT as IN_PUB_SUB
from tests.render.warehouse import warehouse

from meshwarden.manifests.violations import causes_of
from meshwarden.render.object_schemas import ObjectSchema, json_schema
from meshwarden.render.rendering import Rendering, render_mesh

CHECKOUT = Path(__file__).resolve().parents[2]
FOLDER = os.environ.get("MESHWARDEN_TEST_CRDS")
needs_crds = pytest.mark.skipif(
    not FOLDER, reason="MESHWARDEN_TEST_CRDS names no folder of CustomResourceDefinitions"
)
CUSTOM = {
    *(
        "bigquery.cnrm.cloud.google.com/v1beta1",
        "iam.cnrm.cloud.google.com/v1beta1",
        "pubsub.cnrm.cloud.google.com/v1beta1",
        "storage.cnrm.cloud.google.com/v1beta1",
        "s3.services.k8s.aws/v1alpha1",
        "glue.services.k8s.aws/v1alpha1",
        "iam.services.k8s.aws/v1alpha1",
        "kafka.strimzi.io/v1",
        "nifi.konpyutaika.com/v1",
        "postgresql.cnpg.io/v1",
        "argoproj.io/v1alpha1",
        "infra.contrib.fluxcd.io/v1alpha2",
    ),
}


@cache
def real() -> dict[str, Object]:
    """The CRDs of the real controllers, by plural and group."""
    found = (
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in Path(FOLDER or "").glob("*.yaml")
    )
    return {crd["metadata"]["name"]: crd for crd in found}


@cache
def definitions() -> dict[tuple[str, str], ObjectSchema]:
    """The schema of each version that is stored, by apiVersion and kind."""
    return {
        (f"{crd['spec']['group']}/{stored(crd)['name']}", crd["spec"]["names"]["kind"]): ObjectSchema(
            json_schema(stored(crd))
        )
        for crd in real().values()
    }


@cache
def all_definitions() -> dict[tuple[str, str], ObjectSchema]:
    """Those, and the components' own definitions of kinds that are not among them."""
    own = (one.crd for one in compact_definitions() if one.used and one.name not in real())
    compact = {
        (f"{crd['spec']['group']}/{stored(crd)['name']}", crd["spec"]["names"]["kind"]): ObjectSchema(
            json_schema(stored(crd))
        )
        for crd in own
    }
    return {**compact, **definitions()}


def assert_valid(entry: Object) -> None:
    if entry["apiVersion"] in CUSTOM:
        assert_taken(entry)


def assert_taken(entry: Object) -> None:
    """Fails where the real CRD would refuse the object, or drop a field of it."""
    schema = all_definitions()[(entry["apiVersion"], entry["kind"])]
    assert [cause.message for cause in causes_of(entry, schema)] == []


def differences(compact: Object, full: Object, path: str = "") -> Iterator[str]:
    """Where a compact schema says something else than the full one of what both name."""
    for key in (
        "type",
        "default",
        "x-kubernetes-int-or-string",
        *(("format",) if "format" in compact else ()),
    ):
        if compact.get(key) != full.get(key):
            yield f"{path}: {key} {compact.get(key)!r}, and not {full.get(key)!r}"
    if "enum" in compact and not set(compact["enum"]) <= set(full.get("enum", ())):
        yield f"{path}: allows what the real one does not: {compact['enum']}"
    named, known = compact.get("properties", {}), full.get("properties", {})
    if named:
        yield from _differences_of_fields(compact, full, path)
    for name in named.keys() & known.keys():
        yield from differences(named[name], known[name], f"{path}.{name}")
    for suffix, key in (("[]", "items"), ("{}", "additionalProperties")):
        if isinstance(compact.get(key), dict):
            yield from differences(compact[key], full.get(key, {}), path + suffix)


def _differences_of_fields(compact: Object, full: Object, path: str) -> Iterator[str]:
    """The same of which fields an object has, which of them it must have, and which are filled in."""
    named, known = compact["properties"], full.get("properties", {})
    keeps = "x-kubernetes-preserve-unknown-fields"
    if not full.get(keeps):
        yield from (f"{path}.{name}: there is no such field" for name in sorted(named.keys() - known.keys()))
    if not compact.get(keeps):
        yield from (f"{path}.{name}: would be dropped" for name in sorted(known.keys() - named.keys()))
    # An object's own metadata the API server asks for by itself; that of a template within it, it does not.
    said = {"metadata"} if not path else set()
    must, really = set(compact.get("required", ())), set(full.get("required", ())) - said
    if must != really & named.keys():
        yield f"{path}: requires {sorted(must)}, and not {sorted(really & named.keys())}"
    filled = {name for name, schema in known.items() if "default" in schema}
    yield from (f"{path}.{name}: has a default" for name in sorted(filled - named.keys()))


def identity(crd: Object) -> Mapping[str, Any]:
    """What a kind is called and how it is served: what clients go by."""
    spec, version = crd["spec"], stored(crd)
    called = ("kind", "plural", "singular", "shortNames", "categories")
    return {
        "group": spec["group"],
        "scope": spec["scope"],
        "stored": version["name"],
        "subresources": version.get("subresources") or {},
        **{key: spec["names"].get(key) for key in called},
    }


def by_hand(rendering: Rendering) -> list[Any]:
    """What is applied by hand, and so in no overlay."""
    return [
        yaml.safe_load(rendering.files[f"rendered/argocd/{name}"])
        for name in ("root.yaml", "projects/mesh-root.yaml")
    ]


@needs_crds
def test_the_small_mesh(build: Build) -> None:
    found = []
    for files in (
        in_glue(),
        warehouse(),
        warehouse(IN_CLOUD_STORAGE),
        warehouse(IN_PUB_SUB),
        run_by_nifi(),
        databases(),
        modules.FILES,
        databases(OWN, servers={"postgresql": {"cluster": "own"}}),
    ):
        rendering = rendered(files)
        found += [entry for objects in build(rendering, city(files)).values() for entry in objects]
    for entry in (*found, *by_hand(rendering)):
        assert_valid(entry)
    assert {entry["apiVersion"] for entry in (*found, *by_hand(rendering))} >= CUSTOM


@needs_crds
def test_the_reference_mesh(build: Build) -> None:
    folders = ("domains", "platform")
    files = {f"{name}/{path}": text for name in folders for path, text in files_of(CHECKOUT / name).items()}
    files["mesh.yaml"] = (CHECKOUT / "mesh.yaml").read_text("utf-8")
    rendering = render_mesh(mesh_of(files), charts_of(files))
    for overlay, objects in build(rendering, files).items():
        for entry in objects:
            if "/domains/" in overlay or overlay.endswith("/argocd"):
                assert_valid(entry)
            elif (entry["apiVersion"], entry["kind"]) in definitions():  # by hand, in the platform's stages
                assert_taken(entry)


@needs_crds
@pytest.mark.parametrize("definition", compact_definitions(), ids=lambda one: one.name)
def test_a_compact_definition_agrees_with_the_real_one(definition: Definition) -> None:
    full = real().get(definition.name)
    if full is None:
        pytest.skip(f"MESHWARDEN_TEST_CRDS has no {definition.name}")
    assert identity(definition.crd) == identity(full)
    schema = definition.stored["schema"]["openAPIV3Schema"]
    assert list(differences(schema, stored(full)["schema"]["openAPIV3Schema"])) == []


@needs_crds
def test_config_connector_knows_its_definitions_by_the_same_labels() -> None:
    ours = {one.name: one.crd["metadata"].get("labels") for one in compact_definitions()}
    known = {name: crd["metadata"].get("labels") for name, crd in real().items() if ".cnrm." in name}
    assert {name: ours[name] for name in ours.keys() & known.keys()} == {
        name: known[name] for name in ours.keys() & known.keys()
    }
    assert "storagebuckets.storage.cnrm.cloud.google.com" in ours.keys() & known.keys()


@needs_crds
@pytest.mark.parametrize("sample", samples(), ids=lambda one: f"{one['apiVersion']}/{one['kind']}")
def test_a_sample_is_taken_by_the_real_definition(sample: Object) -> None:
    if (sample["apiVersion"], sample["kind"]) not in definitions():
        pytest.skip(f"MESHWARDEN_TEST_CRDS has no {sample['kind']} of {sample['apiVersion']}")
    assert_taken(sample)


def test_differences_are_found() -> None:
    full = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string", "enum": ["x", "y"]}, "b": {"type": "integer", "default": 1}},
    }
    a, b = {"type": "string", "enum": ["x"]}, {"type": "integer", "default": 1}

    def found(keeps: bool = True, required: tuple[str, ...] = ("a",), **properties: Any) -> list[str]:
        compact: dict[str, Any] = {"type": "object", "required": list(required), "properties": properties}
        return list(differences({**compact, "x-kubernetes-preserve-unknown-fields": keeps}, full))

    assert found(a=a, b=b) == []
    assert found(a={"type": "integer"}, b=b) == [".a: type 'integer', and not 'string'"]
    assert found(a={"type": "string", "enum": ["z"]}, b=b) == [".a: allows what the real one does not: ['z']"]
    assert found(a=a, b=b, c={"type": "string"}) == [".c: there is no such field"]
    assert found(a=a) == [".b: has a default"]
    assert found(a=a, keeps=False) == [".b: would be dropped", ".b: has a default"]
    assert found(a=a, b=b, required=()) == [": requires [], and not ['a']"]
    assert found(a=a, b={"type": "integer", "default": 2}) == [".b: default 2, and not 1"]


def test_only_metadata_of_the_object_itself_need_not_be_required() -> None:
    full = {"type": "object", "required": ["metadata"], "properties": {"metadata": {"type": "object"}}}
    compact = {"type": "object", "properties": {"metadata": {"type": "object"}}}
    assert list(differences(compact, full)) == []
    ours, real_one = ({"type": "object", "properties": {"template": one}} for one in (compact, full))
    assert list(differences(ours, real_one)) == [".template: requires [], and not ['metadata']"]
