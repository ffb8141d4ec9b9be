"""The index of a mesh: what belongs to what, and what counts as there although it cannot be read."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshwarden.manifests.recognise import Manifest, recognise
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.sources.document import Document
from meshwarden.sources.positions import Lines
from meshwarden.sources.reader import read

OWN = "apiVersion: meshwarden.dev/v1alpha1\n"
TRIPS = "domains/source-aligned/trips"
FILES = {
    f"{TRIPS}/domain.yaml": f"{OWN}kind: Domain\nmetadata: {{name: trips}}\n"
    "spec: {type: sourceAligned, owner: trips, environments: [dev, {name: prod, aws: {region: x}}, dev]}\n",
    f"{TRIPS}/taxi/data-product.yaml": "apiVersion: v1.0.0\nkind: DataProduct\nid: p\nversion: 1.0.0\n"
    "outputPorts: [{name: out, contractId: c}]\ninputPorts: [{name: in, contractId: d}]\n",
    f"{TRIPS}/taxi/contracts/trips.odcs.yaml": "apiVersion: v3.1.0\nkind: DataContract\nid: c\n"
    "servers: [{server: lake, type: s3}]\nschema: [{name: trips}]\n",
    f"{TRIPS}/taxi/deployment.yaml": f"{OWN}kind: DataProductDeployment\nspec:\n"
    "  environments: [dev]\n  access: [{consumer: mobility/zones, port: out}, {port: x}]\n",
    "platform/mesh-experience/plane.yaml": f"{OWN}kind: Plane\nmetadata: {{name: mesh-experience}}\n"
    "spec: {owner: p}\n",
    "platform/mesh-experience/07_catalogue/stage.yaml": f"{OWN}kind: Stage\nmetadata: {{name: catalogue}}\n"
    "spec: {needs: [a], provides: [b, 3], components: [{name: x, helm: {chart: c}}, {name: y}, z]}\n",
    "platform/mesh-experience/products/portal/product.yaml": f"{OWN}kind: PlatformProduct\n"
    "metadata: {name: portal}\nspec: {package: helm, owner: p}\n",
}


def manifests(files: dict[str, str]) -> list[Manifest]:
    layout = Settings().layout
    return [recognise(read(path, text.encode()), layout) for path, text in files.items()]


def mesh(**changed: str | None) -> Mesh:
    """The mesh of the files above, some of them changed by the end of their path, or left out."""
    files = dict(FILES)
    for end, text in changed.items():
        path = next(path for path in FILES if path.endswith(end.replace("__", "-").replace("_", ".")))
        files.pop(path)
        if text is not None:
            files[path] = text
    return build_mesh(Settings(), manifests(files), tuple(files))


def with_more(path: str, text: str) -> Mesh:
    return build_mesh(Settings(), manifests({**FILES, path: text}))


def test_a_product_and_what_belongs_to_it() -> None:
    product = mesh().products["trips/taxi"]
    assert (product.key, product.folder, product.id) == ("trips/taxi", f"{TRIPS}/taxi", "p")
    assert [(port.name, port.contract) for port in (*product.outputs, *product.inputs)] == [
        ("out", "c"),
        ("in", "d"),
    ]
    assert [contract.id for contract in product.contracts] == ["c"]
    assert product.deployment is not None
    assert [(grant.consumer, grant.port) for grant in product.deployment.access] == [
        ("mobility/zones", "out")
    ]
    assert product.environments == ("dev",)


def test_environments_and_owner_are_the_domain_s_if_not_said() -> None:
    found = mesh(deployment_yaml=None)
    assert found.products["trips/taxi"].environments == ("dev", "prod")
    assert found.products["trips/taxi"].owner == "trips"
    assert found.domains["trips"].overrides == {"prod": {"name": "prod", "aws": {"region": "x"}}}
    own = "apiVersion: v1.0.0\nkind: DataProduct\nteam: {name: taxis}\n"
    assert mesh(data__product_yaml=own).products["trips/taxi"].owner == "taxis"


def test_a_contract_belongs_to_the_nearest_product_above_it() -> None:
    contract = FILES[f"{TRIPS}/taxi/contracts/trips.odcs.yaml"]
    for path, product in (
        (f"{TRIPS}/taxi/a/b/more.yaml", "trips/taxi"),
        (f"{TRIPS}/taxi/more.yaml", "trips/taxi"),
        (f"{TRIPS}/more.yaml", None),
    ):
        found = {one.manifest.path: one.product for one in with_more(path, contract).contracts}
        assert found[path] == product


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("trips.odcs.yaml", "trips"),
        ("trips.v2.odcs.yaml", "trips.v2"),
        ("trips.yml", "trips"),
        ("trips.json", "trips"),
    ],
)
def test_the_stem_of_a_contract(name: str, stem: str) -> None:
    found = with_more(f"{TRIPS}/taxi/{name}", "apiVersion: v3.1.0\nkind: DataContract\n")
    assert [contract.stem for contract in found.contracts if contract.id is None] == [stem]


def test_a_stage() -> None:
    (stage,) = mesh().stages
    assert (stage.name, stage.layer, stage.plane, stage.applied_by) == (
        "catalogue",
        "07",
        "mesh-experience",
        "cluster",
    )
    assert (stage.needs, stage.provides) == (("a",), ("b",))
    assert [(part.name, part.kind, part.spec) for part in stage.components] == [("x", "helm", {"chart": "c"})]


def test_planes_and_platform_products() -> None:
    found = mesh()
    assert [(plane.name, plane.owner) for plane in found.planes] == [("mesh-experience", "p")]
    assert [(product.name, product.package) for product in found.platform_products] == [("portal", "helm")]


@pytest.mark.parametrize(
    "text", ["a: [\n", "apiVersion: v9.0.0\nkind: DataProduct\nid: q\n", "name: taxi\n", ""]
)
def test_a_product_that_cannot_be_read_is_there(text: str) -> None:
    found = mesh(data__product_yaml=text)
    product = found.products["trips/taxi"]
    assert (product.id, product.outputs, len(product.contracts)) == (None, (), 1)
    assert [manifest.path for manifest in found.unread("DataProduct")] == [product.manifest.path]
    assert found.of_kind("DataProduct") == ()


@pytest.mark.parametrize(
    "text", ["kind: DataContract\nid: c\nschema: [\n", "apiVersion: v9.0.0\nkind: DataContract\nid: c\n"]
)
def test_a_contract_that_cannot_be_read_keeps_its_id(text: str) -> None:
    (contract,) = mesh(odcs_yaml=text).contracts
    assert (contract.id, contract.version, contract.product) == ("c", None, "trips/taxi")


def test_a_product_without_a_readable_domain_is_called_by_its_path() -> None:
    assert list(mesh(domain_yaml=None).products) == ["trips/taxi"]
    elsewhere = build_mesh(
        Settings(), manifests({"domains/x/y/p.yaml": "apiVersion: v1.0.0\nkind: DataProduct\n"})
    )
    assert list(elsewhere.products) == ["x/y"]
    at_the_top = build_mesh(Settings(), manifests({"p.yaml": "apiVersion: v1.0.0\nkind: DataProduct\n"}))
    assert list(at_the_top.products) == ["/"]


def test_of_two_products_in_a_folder_the_one_at_its_place_counts_once() -> None:
    found = with_more(f"{TRIPS}/taxi/copy.yaml", "apiVersion: v1.0.0\nkind: DataProduct\nid: copy\n")
    assert found.products["trips/taxi"].id == "p"
    assert [contract.id for contract in found.contracts] == ["c"]


def test_a_mesh_is_the_same_in_whatever_order_its_files_come() -> None:
    files = dict(reversed(FILES.items()))
    found, again = mesh(), build_mesh(Settings(), manifests(files), tuple(files))
    assert [one.path for one in again.manifests] == [one.path for one in found.manifests]
    assert again.files == found.files
    assert (list(again.products), list(again.domains)) == (list(found.products), list(found.domains))


ODD: list[Any] = [None, True, 3, 0.5, "", "text", [], [None, 3, "x", {}, []], {}, {"name": 3}, {"spec": {}}]
KEYS = st.sampled_from(
    [
        "metadata",
        "spec",
        "name",
        "environments",
        "components",
        "access",
        "servers",
        "schema",
        "properties",
        "team",
    ]
)
odd = st.recursive(
    st.sampled_from(ODD),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=100)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(FILES)), st.dictionaries(KEYS, odd, max_size=3)), max_size=3)
)
def test_any_data_is_indexed(changes: list[tuple[str, dict[str, Any]]]) -> None:
    layout = Settings().layout
    found = {manifest.path: manifest for manifest in manifests(FILES)}
    for path, more in changes:
        data = {**found[path].data, **more}
        found[path] = recognise(Document(path, Lines(""), data), layout)
    built = build_mesh(Settings(), list(found.values()))
    assert len(built.manifests) == len(FILES)
    assert list(built.products) in (["trips/taxi"], [f"{name}/taxi" for name in built.domains])
