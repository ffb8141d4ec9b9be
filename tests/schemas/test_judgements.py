"""What schemas refuse, each with one error at its place, and what they leave to rules of their own."""

import pytest
from tests.schemas.documents import Pointer, at, example, removed, replaced, schema_of
from tests.schemas.verdicts import errors

MESH = ("spec", "environments", 0)
RUNTIME = ("spec", "runtime")
OVERRIDE = ("spec", "environments", 1, "runtime")
COMPONENT = ("spec", "components", 0)
NIFI = {"flow": {"bucketId": "a", "flowId": "b"}}


@pytest.mark.parametrize(
    ("name", "pointer", "value", "place"),
    [
        ("mesh-complete", ("apiVersion",), "meshwarden.dev/v1", ("apiVersion",)),
        ("mesh-complete", ("kind",), "mesh", ("kind",)),
        ("mesh-complete", ("metadata", "labels"), {}, ("metadata",)),
        ("mesh-complete", ("spec", "environments"), [], ("spec", "environments")),
        ("mesh-complete", (*MESH, "cluster"), {}, (*MESH, "cluster")),
        ("mesh-complete", (*MESH, "cluster", "server"), "https://k8s.example.org", (*MESH, "cluster")),
        ("mesh-complete", (*MESH, "kubernetes"), 1.34, (*MESH, "kubernetes")),
        ("mesh-complete", (*MESH, "kubernetes"), "v1.34.2", (*MESH, "kubernetes")),
        ("mesh-complete", (*MESH, "aws", "account"), 111122223333, (*MESH, "aws", "account")),
        ("mesh-complete", (*MESH, "aws", "account"), "1234", (*MESH, "aws", "account")),
        ("mesh-complete", (*MESH, "postgres", "storage"), "10 GB", (*MESH, "postgres", "storage")),
        ("mesh-complete", (*MESH, "postgres", "instances"), 0, (*MESH, "postgres", "instances")),
        ("mesh-complete", ("spec", "layers", "3"), "storage", ("spec", "layers")),
        ("mesh-complete", ("spec", "layers", "003"), "storage", ("spec", "layers")),
        ("mesh-complete", ("spec", "layout", "stage"), "/stage.yaml", ("spec", "layout", "stage")),
        ("mesh-complete", ("spec", "layout", "types", "x"), "source", ("spec", "layout", "types", "x")),
        ("mesh-complete", ("spec", "rules", "failOn"), "off", ("spec", "rules", "failOn")),
        (
            "mesh-complete",
            ("spec", "rules", "settings", 0, "severity"),
            False,
            ("spec", "rules", "settings", 0, "severity"),
        ),
        ("domain-complete", ("spec", "type"), "source-aligned", ("spec", "type")),
        ("domain-complete", ("spec", "environments", 1, "kafka"), {}, ("spec", "environments", 1)),
        ("domain-minimal", ("spec", "environments"), ["dev", "dev"], ("spec", "environments")),
        ("domain-minimal", ("spec", "environments"), [{}], ("spec", "environments", 0)),
        ("domain-minimal", ("spec", "environments"), [3], ("spec", "environments", 0)),
        ("domain-minimal", ("spec", "owner"), None, ("spec", "owner")),
        ("data-product-deployment-complete", ("metadata",), {"name": "taxi-trips"}, ()),
        ("data-product-deployment-complete", (*RUNTIME, "kubernetes"), {"path": "m"}, RUNTIME),
        ("data-product-deployment-helm-chart", (*RUNTIME, "helm", "product"), "x", (*RUNTIME, "helm")),
        ("data-product-deployment-helm-chart", (*RUNTIME, "helm"), {}, (*RUNTIME, "helm")),
        ("data-product-deployment-helm-chart", (*RUNTIME, "nifi"), NIFI, RUNTIME),
        ("data-product-deployment-complete", (*OVERRIDE, "kubernetes"), {}, OVERRIDE),
        (
            "data-product-deployment-complete",
            (*RUNTIME, "nifi", "parameters", "batch.size"),
            50000,
            (*RUNTIME, "nifi", "parameters", "batch.size"),
        ),
        (
            "data-product-deployment-complete",
            ("spec", "access", 0, "consumer"),
            "trips-by-zone",
            ("spec", "access", 0, "consumer"),
        ),
        (
            "data-product-deployment-complete",
            ("spec", "servers", "kafka", "objects", "trip_started", "partition"),
            3,
            ("spec", "servers", "kafka", "objects", "trip_started"),
        ),
        ("stage-complete", (*COMPONENT, "kustomize"), {"path": "x"}, COMPONENT),
        ("stage-complete", (*COMPONENT,), {"name": "nothing"}, COMPONENT),
        ("stage-complete", (*COMPONENT, "helm", "product"), "x", (*COMPONENT, "helm")),
        ("stage-complete", ("spec", "appliedBy"), "hand", ("spec", "appliedBy")),
        ("stage-complete", ("spec", "layer"), "02", ("spec",)),
        ("platform-product-complete", ("spec", "package"), "kustomize", ("spec", "package")),
        ("platform-product-complete", ("spec", "version"), 1.2, ("spec", "version")),
        ("waiver-list-complete", ("spec", "waivers", 0, "until"), "2027-01-01", ("spec", "waivers", 0)),
        ("data-product-complete", ("apiVersion",), "v2.0.0", ("apiVersion",)),
        ("data-product-complete", ("team",), [{"username": "ada"}], ("team",)),
    ],
)
def test_is_refused_once_at_its_place(name: str, pointer: Pointer, value: object, place: Pointer) -> None:
    assert errors(schema_of(name), replaced(example(name), pointer, value)) == [place]


@pytest.mark.parametrize(
    ("name", "pointer", "value"),
    [
        ("mesh-complete", ("metadata", "name"), "City Mobility!"),
        ("mesh-complete", ("spec", "teams", 0, "clearance"), "cosmic"),
        ("mesh-complete", ("spec", "rules", "ignore"), ["no/such-rule"]),
        ("mesh-complete", ("spec", "rules", "settings", 0, "rule"), "no/such-rule"),
        ("mesh-complete", ("spec", "rules", "settings", 0, "domains"), ["nowhere"]),
        ("domain-complete", ("metadata", "name"), ""),
        ("domain-complete", ("spec", "owner"), ""),
        ("domain-complete", ("spec", "environments"), ["nowhere"]),
        ("data-product-deployment-complete", ("spec", "environments", 1, "ports", "trips"), "latest"),
        ("data-product-deployment-complete", ("spec", "access", 0, "approvedBy"), "nobody"),
        ("plane-complete", ("metadata", "name"), "Infrastructure"),
        ("plane-complete", ("spec", "owner"), ""),
        ("stage-complete", ("metadata", "name"), "02_operators"),
        ("stage-complete", ("spec", "needs"), ["what-nobody-provides"]),
        ("platform-product-complete", ("spec", "version"), "v1"),
        ("waiver-list-complete", ("spec", "waivers", 0, "rule"), "no/such-rule"),
        ("waiver-list-complete", ("spec", "waivers", 0, "reason"), ""),
        ("waiver-list-complete", ("spec", "waivers", 0, "expires"), "soon"),
        ("data-product-complete", ("version",), "1"),
        ("data-product-complete", ("status",), "sunset"),
    ],
)
def test_is_left_to_a_rule(name: str, pointer: Pointer, value: object) -> None:
    assert errors(schema_of(name), replaced(example(name), pointer, value)) == []


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("domain-complete", ("spec", "owner")),
        ("plane-complete", ("spec", "owner")),
        ("stage-complete", ("spec", "owner")),
        ("platform-product-complete", ("spec", "owner")),
        ("mesh-complete", ("spec", "environments", 0, "aws", "account")),
        ("mesh-complete", ("spec", "environments", 0, "kafka", "cluster")),
        ("data-product-deployment-complete", ("spec", "runtime", "nifi", "flow", "version")),
        ("waiver-list-complete", ("spec", "waivers", 0, "owner")),
        ("waiver-list-complete", ("spec", "waivers", 0, "reason")),
        ("data-product-complete", ("team", "name")),
        ("data-product-complete", ("outputPorts", 0, "contractId")),
    ],
)
def test_may_be_missing_as_far_as_the_schema_goes(name: str, pointer: Pointer) -> None:
    document = example(name)
    assert at(document, pointer)
    assert errors(schema_of(name), removed(document, pointer)) == []
