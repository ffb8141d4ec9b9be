"""What Kustomize printed, read as objects: each once, with the manifest that it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.render.charts import charts_of, with_component, with_runtime
from tests.render.meshes import OPERATORS, city, mesh_of

from meshwarden.findings import Place
from meshwarden.mesh.records import Mesh
from meshwarden.render.build import Built, build_overlays, materialise
from meshwarden.render.built_objects import BuiltObject, Overlay, built_objects
from meshwarden.render.content import scopes_in
from meshwarden.render.duplicates import duplicates
from meshwarden.render.origins import Origins
from meshwarden.render.rendering import render_mesh

STAGE = f"{OPERATORS}/stage.yaml"
LIMITS = f"{OPERATORS}/limits"
STAGE_TEXT = """\
apiVersion: meshwarden.dev/v1alpha1
kind: Stage
metadata: {name: operators}
spec:
  owner: platform
  environments:
    - dev
    - name: prod
      components: [{name: limits, kustomize: {path: limits-prod}}]
  appliedBy: cluster
  components:
    - name: limits
      kustomize: {path: limits}
"""
TWO = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: first, namespace: a}
data: {x: "1"}
---
# A list.
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: second}
    data: {x: "1"}
"""
PATCH = """\
- op: replace
  path: /data
  value:
    x: "2"
"""
FILES: Mapping[str, str] = {
    STAGE: STAGE_TEXT,
    f"{LIMITS}/kustomization.yaml": "resources: [two.yaml]\n",
    f"{LIMITS}/two.yaml": TWO,
    f"{LIMITS}-prod/kustomization.yaml": (
        "resources: [../limits, ../named]\npatches:\n"
        "  - {path: first.yaml, target: {kind: ConfigMap, name: first}}\n"
        "  - patch: |-\n"
        "      - {op: add, path: /data/z, value: here}\n"
        "    target: {kind: ConfigMap, name: first}\n"
    ),
    f"{LIMITS}-prod/first.yaml": PATCH,
    f"{OPERATORS}/named/kustomization.yaml": "namePrefix: prod-\nresources: [third.yaml]\n",
    f"{OPERATORS}/named/third.yaml": (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: third}\ndata: {x: y}\n"
    ),
}


def built_of(mesh: Mesh, files: Mapping[str, str], kustomize: Path, folder: Path) -> tuple[BuiltObject, ...]:
    rendering = render_mesh(mesh, charts_of(files))
    materialise({**{path: text.encode() for path, text in files.items()}, **rendering.files}, folder)
    overlays = [overlay for unit in rendering.units for overlay in unit.overlays]
    return built_objects(build_overlays(folder, overlays, kustomize, 2), rendering)


def held(objects: tuple[BuiltObject, ...]) -> dict[tuple[str, str], list[tuple[str | None, ...]]]:
    """The environments of each object, by its kind and name: one list entry for each form that it has."""
    found: dict[tuple[str, str], list[tuple[str | None, ...]]] = {}
    for one in objects:
        environments = tuple(overlay.environment for overlay in one.overlays)
        found.setdefault((one.kind.kind, one.name), []).append(environments)
    return found


def test_an_object_that_environments_share_is_read_once(kustomize: Path, tmp_path: Path) -> None:
    files = city(FILES)
    found = held(built_of(mesh_of(files), files, kustomize, tmp_path))
    assert found["ConfigMap", "second"] == [("dev", "prod")]
    assert found["ConfigMap", "first"] == [("dev",), ("prod",)]
    assert found["ApplicationSet", "platform"] == [(None,)]


def test_an_overlay_that_was_not_built_has_no_objects() -> None:
    files = city(FILES)
    rendering = render_mesh(mesh_of(files))
    failed = [Built(overlay, None, "no") for unit in rendering.units for overlay in unit.overlays]
    assert built_objects(failed, rendering) == ()


def test_of_a_definition_only_its_name_is_read() -> None:
    rendering = render_mesh(mesh_of(city()))
    overlay = rendering.units[0].overlays[0]
    text = (
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n"
        "  annotations:\n    name: other\n  name: budgets.example.org\nspec:\n  group: example.org\n"
    )
    (found,) = built_objects([Built(overlay, text.encode())], rendering)
    assert found.name == "budgets.example.org"
    assert "spec" not in found.data


def place_of(
    objects: tuple[BuiltObject, ...], mesh: Mesh, name: str, environment: str, *pointer: str
) -> Place:
    origins = Origins.of(mesh, mesh.manifests)
    ((one, overlay),) = (
        (one, overlay)
        for one in objects
        for overlay in one.overlays
        if one.name == name and overlay.environment == environment
    )
    return origins.place(one, overlay, tuple(pointer))


@pytest.mark.parametrize(
    ("name", "environment", "pointer", "path", "span"),
    [
        pytest.param("first", "dev", ("data", "x"), f"{LIMITS}/two.yaml", (4, 11), id="the first document"),
        pytest.param("second", "dev", ("data", "x"), f"{LIMITS}/two.yaml", (13, 15), id="in a list"),
        pytest.param("second", "dev", ("data", "y"), f"{LIMITS}/two.yaml", (13, 5), id="not there"),
        pytest.param("first", "prod", ("data", "x"), f"{LIMITS}-prod/first.yaml", (4, 8), id="in a patch"),
        pytest.param(
            *("prod-third", "prod", ("data", "x"), f"{OPERATORS}/named/third.yaml", (4, 11)),
            id="renamed",
        ),
        pytest.param(
            *("first", "prod", ("data", "z"), f"{LIMITS}-prod/kustomization.yaml", (4, 12)),
            id="in a patch that stands in the kustomization",
        ),
    ],
)
def test_a_field_is_shown_where_it_was_written(
    name: str,
    environment: str,
    pointer: tuple[str, ...],
    path: str,
    span: tuple[int, int],
    kustomize: Path,
    tmp_path: Path,
) -> None:
    files = city(FILES)
    mesh = mesh_of(files)
    found = place_of(built_of(mesh, files, kustomize, tmp_path), mesh, name, environment, *pointer)
    assert found.span is not None
    assert (found.path, found.span.line, found.span.column) == (path, *span)


def test_what_is_rendered_is_shown_at_the_server_of_its_contract(kustomize: Path, tmp_path: Path) -> None:
    files = city()
    mesh = mesh_of(files)
    objects = built_of(mesh, files, kustomize, tmp_path)
    name = next(one.name for one in objects if one.kind.kind == "Bucket")
    found = place_of(objects, mesh, name, "prod", "spec")
    (contract,) = (one for one in mesh.contracts if one.manifest.path == found.path)
    assert contract.stem == "rides"
    assert [one.environment for one in contract.servers if one.pointer == found.pointer] == ["prod"]


def test_what_no_contract_has_is_shown_at_the_manifest_of_its_unit(kustomize: Path, tmp_path: Path) -> None:
    files = city()
    mesh = mesh_of(files)
    objects = built_of(mesh, files, kustomize, tmp_path)
    (projects,) = (one for one in objects if one.kind.kind == "ApplicationSet" and one.name == "platform")
    assert Origins.of(mesh, mesh.manifests).place(projects, projects.overlays[0]) == Place("mesh.yaml")


CHARTED: Mapping[str, tuple[Mapping[str, str], str]] = {
    "a product's": (with_runtime(), "{chart: chart, values: values.yaml}"),
    "a component": (with_component("{chart: charts/api, values: values.yaml}"), "{chart: charts/api"),
}


@pytest.mark.parametrize("case", CHARTED)
def test_what_a_chart_makes_is_shown_where_it_is_asked_for(
    case: str, kustomize: Path, tmp_path: Path
) -> None:
    changes, said = CHARTED[case]
    files = city(changes)
    mesh = mesh_of(files)
    objects = built_of(mesh, files, kustomize, tmp_path)
    service = next(one for one in objects if one.kind.kind == "Service")
    found = Origins.of(mesh, mesh.manifests).place(service, service.overlays[0], ("spec",))
    manifest = next(one for one in mesh.manifests if one.path == found.path)
    span = manifest.document.span(found.pointer or ())
    line = files[found.path].splitlines()[span.line - 1]
    assert line[span.column - 1 :].startswith(said)


def test_environments_of_one_cluster_have_each_object_twice(kustomize: Path, tmp_path: Path) -> None:
    one_cluster = city(FILES)["mesh.yaml"].replace("city-prod", "city-dev")
    files = city({**FILES, "mesh.yaml": one_cluster})
    mesh = mesh_of(files)
    found = [
        *duplicates(built_of(mesh, files, kustomize, tmp_path), mesh.settings, scopes_in(mesh.manifests))
    ]
    second = [one for one in found if one.second.built.name == "second"]
    assert [(one.first.application, one.second.application, one.namespace) for one in second] == [
        ("platform.02-operators.dev", "platform.02-operators.prod", "a")
    ]


@pytest.mark.parametrize("other", ["{name: in-cluster}", "{server: 'https://kubernetes.default.svc/'}"])
def test_argo_cds_own_cluster_is_one_by_all_its_names(other: str, kustomize: Path, tmp_path: Path) -> None:
    mesh_file = city(FILES)["mesh.yaml"].replace("{name: city-prod}", other)
    mesh_file = mesh_file.replace("{name: city-dev}", "{server: 'https://kubernetes.default.svc'}")
    files = city({**FILES, "mesh.yaml": mesh_file})
    mesh = mesh_of(files)
    found = duplicates(built_of(mesh, files, kustomize, tmp_path), mesh.settings, scopes_in(mesh.manifests))
    assert [one for one in found if one.second.built.name == "second"]


def test_two_clusters_have_nothing_twice(kustomize: Path, tmp_path: Path) -> None:
    files = city(FILES)
    mesh = mesh_of(files)
    assert [
        *duplicates(built_of(mesh, files, kustomize, tmp_path), mesh.settings, scopes_in(mesh.manifests))
    ] == []


@pytest.mark.parametrize("labels", [{}, {"meshwarden.dev/contract": "c-rides"}])
def test_an_object_of_any_shape_may_be_there_twice(labels: dict[str, str]) -> None:
    mesh = mesh_of(city())
    whole = {"app.kubernetes.io/managed-by": "meshwarden", **labels}
    head = {"name": "operators.module", "namespace": "flux-system", "labels": whole}
    data = {"apiVersion": "infra.contrib.fluxcd.io/v1alpha2", "kind": "Terraform", "metadata": head}
    rendering = render_mesh(mesh)
    application = next(one for one in rendering.applications if one.environment == "dev")
    unit = next(one for one in rendering.units if application.folder in one.overlays)
    overlay = Overlay(application.folder, unit, application)
    twice = BuiltObject({**data, "spec": {"vars": []}}, (overlay, overlay))
    assert len([*duplicates([twice], mesh.settings, {})]) == 1
