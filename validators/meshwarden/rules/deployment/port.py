"""deployment.yaml names a port that the product does not have, or a version that none of its contracts is in.

`ports` says which version of a contract is in force in an environment. Where the port or the version is not
there, nothing of the contract is rendered in that environment, and what was rendered before is removed.

To fix it, call the port as the product's `outputPorts` do, and write a version that one of the contract's
files has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Port
from meshwarden.manifests.hints import offer
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.versions import same_version
from meshwarden.mesh.records import Mesh, Product
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    for product in mesh.products.values():
        if product.deployment is None:
            continue
        manifest = product.deployment.manifest
        for name, version, place in _pins(manifest):
            if not product.manifest.known:
                yield NotJudged(manifest.path, f"{product.manifest.path} cannot be read")
                continue
            port = next((found for found in product.outputs if found.name == name), None)
            yield from (
                (_unknown(product, name, place),) if port is None else _in_no(product, port, version, place)
            )


def _pins(manifest: Manifest) -> Iterator[tuple[str, str, Place]]:
    for index, _ in fields.mappings(manifest.data, "spec", "environments"):
        at = ("spec", "environments", index, "ports")
        for name, version in fields.mapping(manifest.data, *at).items():
            if isinstance(version, str):
                yield name, version, Place(manifest.path, (*at, name))


def _unknown(product: Product, name: str, place: Place) -> Fault:
    ports = [port.name for port in product.outputs]
    hint = offer(name, ports, "Output ports")
    on_key = Place(place.path, place.pointer, on_key=True)
    return Fault(f"`{name}` is no output port of `{product.key}`", on_key, hint)


def _in_no(product: Product, port: Port, version: str, place: Place) -> Said:
    """Versions that no contract of the port's has."""
    contracts = [found for found in product.contracts if found.id == port.contract]
    if any(same_version(found.version, version) for found in contracts):
        return
    if any(not found.manifest.known for found in product.contracts):
        yield NotJudged(place.path, f"a contract of {product.key} cannot be read")
    elif contracts:  # else the port itself is at fault
        versions = ", ".join(f"`{found.version}`" for found in contracts)
        message = f"contract `{port.contract}` of port `{port.name}` has no version `{version}`"
        yield Fault(message, place, f"Its versions: {versions}.")


RULE: Final = MeshRule(
    "deployment/port",
    Severity.ERROR,
    __doc__,
    kinds("DataProductDeployment", "DataProduct", "DataContract"),
    check=_check,
)
