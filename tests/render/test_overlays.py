"""Bases hold what environments share, overlays what differs; Kustomize puts them together again."""

from __future__ import annotations

from tests.render.conftest import Build
from tests.render.meshes import RIDES, city, document, mesh_of, rendered, replaced

from meshwarden.render.charts.release import NO_CHARTS
from meshwarden.render.content import Content
from meshwarden.render.products import product_objects

UNIT = "rendered/domains/trips/rides"


def test_each_overlay_builds_to_the_objects_of_its_environment(build: Build) -> None:
    files = city()
    mesh = mesh_of(files)
    found = build(rendered(), files)
    rides = product_objects(mesh, mesh.products["trips/rides"], Content.of(mesh, NO_CHARTS))
    for environment, rendered_there in rides.rendered.items():
        objects = rendered_there.objects
        for entry in objects:
            entry["metadata"]["labels"]["meshwarden.dev/environment"] = environment
        built = found[f"{UNIT}/overlays/{environment}"]
        assert sorted(built, key=str_of) == sorted(objects, key=str_of)


def str_of(entry: dict[str, object]) -> str:
    return f"{entry['kind']} {entry['metadata']}"


def test_namespaces_may_differ_by_environment(build: Build) -> None:
    changes = replaced(
        "mesh.yaml",
        "      cluster: {name: city-prod}",
        "      cluster: {name: city-prod}\n      namespace: p-{domain}-{product}",
    )
    changes["mesh.yaml"] = changes["mesh.yaml"].replace(
        '"{domain}-*", kafka', '"{domain}-*", "p-{domain}-*", kafka'
    )
    files = city(changes)
    found = build(rendered(changes), files)
    spaces = {entry["metadata"]["namespace"] for entry in found[f"{UNIT}/overlays/prod"]}
    assert spaces == {"kafka", "p-trips-rides"}


def test_an_object_of_one_environment_only_stands_in_its_overlay() -> None:
    found = rendered(replaced(f"{RIDES}/contracts/rides.odcs.yaml", "environment: dev", "environment: test"))
    assert document(found, f"{UNIT}/overlays/prod/kustomization.yaml")["resources"] == [
        "../../base",
        "policy-rides.reader.demand.by-zone.yaml",
        "policy-rides.writer.yaml",
        "role-rides.reader.demand.by-zone.yaml",
        "role-rides.writer.yaml",
        "bucket-city-rides.yaml",
    ]
    assert not [path for path in found.files if path.startswith(f"{UNIT}/base/bucket")]


def test_without_objects_there_is_no_overlay_and_no_product() -> None:
    found = rendered()
    assert not [path for path in found.files if path.startswith("rendered/domains/demand/")]
    gone = rendered(
        {f"{RIDES}/contracts/rides.odcs.yaml": None, f"{RIDES}/contracts/started.odcs.yaml": None}
    )
    assert not [path for path in gone.files if path.startswith("rendered/domains/")]


def test_without_anything_shared_there_is_no_base(build: Build) -> None:
    changes = {
        **replaced(f"{RIDES}/contracts/rides.odcs.yaml", "environment: dev", "environment: test"),
        **replaced(f"{RIDES}/contracts/started.odcs.yaml", "type: kafka", "environment: dev, type: kafka"),
    }
    found = rendered(changes)
    assert not [path for path in found.files if path.startswith(f"{UNIT}/base/")]
    assert len(build(found, city(changes))[f"{UNIT}/overlays/prod"]) == 5


def test_an_overlay_that_differs_in_nothing_only_names_its_environment() -> None:
    assert document(rendered(), f"{UNIT}/overlays/dev/kustomization.yaml") == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "labels": [{"pairs": {"meshwarden.dev/environment": "dev"}}],
        "resources": ["../../base"],
    }


def test_a_patch_is_aimed_at_one_object() -> None:
    patches = document(rendered(), f"{UNIT}/overlays/prod/kustomization.yaml")["patches"]
    target = next(
        entry["target"] for entry in patches if "kafkauser" in entry["path"] and "writer" in entry["path"]
    )
    assert target == {
        "group": "kafka.strimzi.io",
        "version": "v1",
        "kind": "KafkaUser",
        "name": r"trips\.rides\.started\.writer",
        "namespace": "kafka",
    }
