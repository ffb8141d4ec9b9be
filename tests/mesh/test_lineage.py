"""What flows from product to product, and who provides what: the graphs of the index."""

from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.sources.reader import read

CONTRACT = "apiVersion: v3.1.0\nkind: DataContract\nid: {}\n"


def product(inputs: str = "", outputs: str = "") -> str:
    ports = [f"inputPorts: [{inputs}]" if inputs else "", f"outputPorts: [{outputs}]" if outputs else ""]
    return "apiVersion: v1.0.0\nkind: DataProduct\n" + "\n".join(ports)


def mesh(files: dict[str, str]) -> Mesh:
    layout = Settings().layout
    return build_mesh(
        Settings(), [recognise(read(path, text.encode()), layout) for path, text in files.items()]
    )


def flows(found: Mesh) -> list[tuple[str, str, str | None]]:
    return [(flow.producer, flow.consumer, flow.port.contract) for flow in found.flows]


A, B = "domains/aggregate/x/a", "domains/aggregate/x/b"


def test_an_input_port_takes_what_an_output_port_offers() -> None:
    found = mesh(
        {
            f"{A}/data-product.yaml": product(outputs="{name: o, contractId: c}"),
            f"{A}/contracts/c.odcs.yaml": CONTRACT.format("c"),
            f"{B}/data-product.yaml": product(
                inputs="{name: i, contractId: c}, {name: j, contractId: gone}, {}"
            ),
        }
    )
    assert flows(found) == [("x/a", "x/b", "c")]


def test_what_is_not_offered_does_not_flow() -> None:
    found = mesh(
        {
            f"{A}/data-product.yaml": product(),
            f"{A}/contracts/c.odcs.yaml": CONTRACT.format("c"),
            f"{B}/data-product.yaml": product(inputs="{name: i, contractId: c}", outputs="{contractId: c}"),
        }
    )
    assert flows(found) == []


def test_several_versions_of_a_contract_are_one_flow() -> None:
    found = mesh(
        {
            f"{A}/data-product.yaml": product(outputs="{name: o, contractId: c}"),
            f"{A}/contracts/c-1.odcs.yaml": CONTRACT.format("c") + "version: 1.0.0\n",
            f"{A}/contracts/c-2.odcs.yaml": CONTRACT.format("c") + "version: 2.0.0\n",
            f"{B}/data-product.yaml": product(inputs="{name: i, contractId: c}"),
        }
    )
    assert flows(found) == [("x/a", "x/b", "c")]
    assert [contract.version for contract in found.contracts_by_id["c"]] == ["1.0.0", "2.0.0"]


def test_providers_of_a_capability() -> None:
    stage = (
        "apiVersion: meshwarden.dev/v1alpha1\nkind: Stage\nmetadata: {{name: {}}}\nspec: {{provides: [{}]}}\n"
    )
    found = mesh(
        {
            "platform/mesh-experience/01_one/stage.yaml": stage.format("one", "k, l, k"),
            "platform/mesh-experience/02_two/stage.yaml": stage.format("two", "k"),
        }
    )
    names = {capability: [one.name for one in those] for capability, those in found.providers.items()}
    assert names == {"k": ["one", "two"], "l": ["one"]}
