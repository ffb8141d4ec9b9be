"""Layouts in which products have no folder of their own, or their parts lie in folders apart."""

from meshwarden.manifests.layout import DEFAULT_PATTERNS, Layout
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.sources.reader import read

PRODUCT = "apiVersion: v1.0.0\nkind: DataProduct\nid: {}\n"
CONTRACT = "apiVersion: v3.1.0\nkind: DataContract\nid: {}\n"
DEPLOYMENT = (
    "apiVersion: meshwarden.dev/v1alpha1\nkind: DataProductDeployment\nspec: {{environments: [{}]}}\n"
)


def mesh(patterns: dict[str, str], files: dict[str, str]) -> Mesh:
    layout = Layout({**DEFAULT_PATTERNS, **patterns})
    documents = [recognise(read(path, text.encode()), layout) for path, text in files.items()]
    return build_mesh(Settings(layout=layout), documents)


def test_parts_of_a_product_in_folders_apart() -> None:
    found = mesh(
        {
            "product": "products/{domain}/{product}.yaml",
            "contract": "contracts/{domain}/{product}/{contract}.yaml",
            "deployment": "deployments/{domain}/{product}.yaml",
        },
        {
            "products/trips/taxi.yaml": PRODUCT.format("taxi"),
            "products/trips/bikes.yaml": PRODUCT.format("bikes"),
            "contracts/trips/taxi/rides.yaml": CONTRACT.format("rides"),
            "contracts/trips/bikes/hires.yaml": CONTRACT.format("hires"),
            "deployments/trips/bikes.yaml": DEPLOYMENT.format("dev"),
        },
    )
    assert {key: product.id for key, product in found.products.items()} == {
        "trips/bikes": "bikes",
        "trips/taxi": "taxi",
    }
    assert {contract.id: contract.product for contract in found.contracts} == {
        "hires": "trips/bikes",
        "rides": "trips/taxi",
    }
    assert found.products["trips/bikes"].environments == ("dev",)
    assert found.products["trips/taxi"].deployment is None
    assert found.owners["deployments/trips/bikes.yaml"] == "trips/bikes"


def test_a_contract_beside_several_products_belongs_to_none() -> None:
    found = mesh(
        {"product": "products/{domain}.{product}.yaml"},
        {
            "products/trips.taxi.yaml": PRODUCT.format("taxi"),
            "products/trips.bikes.yaml": PRODUCT.format("bikes"),
            "products/rides.yaml": CONTRACT.format("rides"),
        },
    )
    assert sorted(found.products) == ["trips/bikes", "trips/taxi"]
    assert [contract.product for contract in found.contracts] == [None]


def test_products_of_one_name_in_two_domains() -> None:
    found = mesh(
        {"deployment": "deployments/{domain}/{product}.yaml"},
        {
            "domains/aggregate/a/hourly/data-product.yaml": PRODUCT.format("a"),
            "domains/aggregate/b/hourly/data-product.yaml": PRODUCT.format("b"),
            "deployments/b/hourly.yaml": DEPLOYMENT.format("dev"),
        },
    )
    assert found.products["b/hourly"].environments == ("dev",)
    assert found.products["a/hourly"].environments == ()


DOMAIN = """\
apiVersion: meshwarden.dev/v1alpha1
kind: Domain
metadata: {{name: {}}}
spec: {{owner: {}, environments: [dev]}}
"""


def test_domains_as_flat_files() -> None:
    found = mesh(
        {"domain": "domains/{domain}.yaml", "product": "domains/{domain}/{product}.yaml"},
        {
            "domains/trips.yaml": DOMAIN.format("trips", "t"),
            "domains/mobility.yaml": DOMAIN.format("mobility", "m"),
            "domains/mobility/demand.yaml": PRODUCT.format("demand"),
            "domains/weather/stations.yaml": PRODUCT.format("stations"),
        },
    )
    assert {key: product.owner for key, product in found.products.items()} == {
        "mobility/demand": "m",
        "weather/stations": None,
    }
    assert found.domain_of("domains/mobility/demand.yaml") == "mobility"
    assert found.domain_of("domains/mobility.yaml") is None


def test_a_product_that_is_deployed_nowhere() -> None:
    found = mesh(
        {},
        {
            "domains/aggregate/a/domain.yaml": DOMAIN.format("a", "t"),
            "domains/aggregate/a/p/data-product.yaml": PRODUCT.format("p"),
            "domains/aggregate/a/p/deployment.yaml": DEPLOYMENT.format(""),
            "domains/aggregate/a/q/data-product.yaml": PRODUCT.format("q"),
        },
    )
    assert (found.products["a/p"].environments, found.products["a/q"].environments) == ((), ("dev",))
