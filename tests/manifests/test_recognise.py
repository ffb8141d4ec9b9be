"""What a document is: a manifest, a look-alike, or nothing of the mesh's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshwarden.manifests.kinds import DATA_CONTRACT, DATA_PRODUCT, DOMAIN, KINDS, MESH, STAGE, Kind
from meshwarden.manifests.layout import Layout
from meshwarden.manifests.recognise import Manifest, Standing, nearest, recognise
from meshwarden.sources.document import Document
from meshwarden.sources.positions import Lines
from meshwarden.sources.reader import read

DOMAIN_FILE = "domains/source-aligned/trips/domain.yaml"
PRODUCT_FILE = "domains/source-aligned/trips/taxi/data-product.yaml"
CONTRACT_FILE = "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml"
ELSEWHERE = "domains/x.yaml"
OWN = "apiVersion: meshwarden.dev/v1alpha1\n"


def recognised(path: str, text: str) -> Manifest:
    return recognise(read(path, text.encode()), Layout())


@pytest.mark.parametrize(
    ("path", "text", "standing", "kind"),
    [
        (DOMAIN_FILE, f"{OWN}kind: Domain\n", Standing.KNOWN, DOMAIN),
        (ELSEWHERE, f"{OWN}kind: Domain\n", Standing.KNOWN, DOMAIN),
        ("mesh.yaml", f"{OWN}kind: Mesh\n", Standing.KNOWN, MESH),
        (PRODUCT_FILE, "apiVersion: v1.0.0\nkind: DataProduct\n", Standing.KNOWN, DATA_PRODUCT),
        (PRODUCT_FILE, "apiVersion: v0.9.0\nkind: DataProduct\n", Standing.KNOWN, DATA_PRODUCT),
        *[
            (CONTRACT_FILE, f"apiVersion: v{version}\nkind: DataContract\n", Standing.KNOWN, DATA_CONTRACT)
            for version in ("3.0.0", "3.0.1", "3.0.2", "3.1.0", "3.2.0")
        ],
        # Versions that are not known
        (CONTRACT_FILE, "apiVersion: v2.2.2\nkind: DataContract\n", Standing.UNKNOWN_VERSION, DATA_CONTRACT),
        (CONTRACT_FILE, "apiVersion: 3.1.0\nkind: DataContract\n", Standing.UNKNOWN_VERSION, DATA_CONTRACT),
        (PRODUCT_FILE, "apiVersion: v9.9\nkind: DataProduct\n", Standing.UNKNOWN_VERSION, DATA_PRODUCT),
        (DOMAIN_FILE, "apiVersion: meshwarden.dev/v2\nkind: Domain\n", Standing.UNKNOWN_VERSION, DOMAIN),
        # What its schema has to say
        (DOMAIN_FILE, "kind: Domain\n", Standing.KNOWN, DOMAIN),
        (DOMAIN_FILE, "apiVersion: 1\nkind: Domain\n", Standing.KNOWN, DOMAIN),
        # Look-alikes
        (DOMAIN_FILE, "name: trips\n", Standing.UNKNOWN_KIND, DOMAIN),
        (DOMAIN_FILE, "", Standing.UNKNOWN_KIND, DOMAIN),
        (DOMAIN_FILE, "- a\n", Standing.UNKNOWN_KIND, DOMAIN),
        (DOMAIN_FILE, f"{OWN}kind: domain\n", Standing.UNKNOWN_KIND, DOMAIN),
        (ELSEWHERE, f"{OWN}kind: Domian\n", Standing.UNKNOWN_KIND, None),
        (ELSEWHERE, "kind: Domain\n", Standing.UNKNOWN_KIND, DOMAIN),
        (ELSEWHERE, "apiVersion: backstage.io/v1alpha1\nkind: Domain\n", Standing.UNKNOWN_KIND, DOMAIN),
        (ELSEWHERE, "apiVersion: v1.0.0\nkind: data-contract\n", Standing.UNKNOWN_KIND, None),
        # Nothing of the mesh's
        (ELSEWHERE, "apiVersion: apps/v1\nkind: Deployment\n", Standing.FOREIGN, None),
        (ELSEWHERE, "a: 1\n", Standing.FOREIGN, None),
        (ELSEWHERE, "", Standing.FOREIGN, None),
        # What cannot be read
        (DOMAIN_FILE, "a: [\n", Standing.UNREADABLE, DOMAIN),
        (ELSEWHERE, "kind: Stage\na: [\n", Standing.UNREADABLE, STAGE),
        (ELSEWHERE, "a: [\n", Standing.UNREADABLE, None),
    ],
)
def test_a_document_is(path: str, text: str, standing: Standing, kind: Kind | None) -> None:
    found = recognised(path, text)
    assert (found.standing, found.kind) == (standing, kind)


def test_a_manifest_knows_what_its_path_says() -> None:
    found = recognised(PRODUCT_FILE, "apiVersion: v1.0.0\nkind: DataProduct\n")
    assert found.variables == {"type": "source-aligned", "domain": "trips", "product": "taxi"}
    assert found.folder == "domains/source-aligned/trips/taxi"
    assert found.expected is DATA_PRODUCT
    assert found.known


def test_a_manifest_may_lie_where_another_is_expected() -> None:
    found = recognised(DOMAIN_FILE, f"{OWN}kind: Stage\n")
    assert (found.standing, found.kind, found.expected) == (Standing.KNOWN, STAGE, DOMAIN)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("dataContractSpecification: 1.1.0\n", "Data Contract Specification"),
        ("dataProductSpecification: 0.0.1\n", "Data Product Specification"),
        ("dataProductDescriptor: 1.0.0\n", "Open Data Mesh's descriptor"),
        ("a: 1\n", None),
    ],
)
def test_other_specifications_are_called_by_name(text: str, dialect: str | None) -> None:
    assert recognised(CONTRACT_FILE, text).dialect == dialect


@pytest.mark.parametrize(
    ("said", "api", "kind"),
    [
        ("Domian", None, "Domain"),
        ("domain", "meshwarden.dev/v1alpha1", "Domain"),
        ("data_contract", "v3.0.0", "DataContract"),
        ("Domian", "apps/v1", None),
        ("Deployment", None, None),
        (3, None, None),
    ],
)
def test_the_nearest_kind(said: object, api: object, kind: str | None) -> None:
    assert nearest(said, api) is (KINDS[kind] if kind else None)


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([*KINDS, "v1.0.0", "meshwarden.dev/v1alpha1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "apiVersion", "dprod", "a"]), inner, max_size=3)
    ),
)


@given(anything, st.sampled_from([DOMAIN_FILE, PRODUCT_FILE, ELSEWHERE, "mesh.yaml", "waivers.yaml"]))
def test_any_data_is_something(data: object, path: str) -> None:
    found = recognise(Document(path, Lines(""), data), Layout())
    assert not found.known or found.kind
