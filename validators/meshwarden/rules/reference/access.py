"""An access grant names a consumer, a port or a team that there is not.

The producer's consent in deployment.yaml is what a grant is rendered from. Consent to nobody, or to a port
that is none, gives no access, and the consumer learns of it when its reads are refused.

To fix it, call the consumer `<domain>/<product>`, the port as the product's `outputPorts` do, and the team
that approves as mesh.yaml does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.hints import offer
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.grants import access_lists
from meshwarden.mesh.records import Mesh, Product
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    lacking = set(_without_manifest(mesh))
    for product in mesh.products.values():
        if product.deployment is not None:
            yield from _grants(mesh, product, product.deployment.manifest, lacking)


def _without_manifest(mesh: Mesh) -> Iterator[str]:
    """The products of which there is something, by its path, but no manifest: layout/missing-manifest."""
    for manifest in mesh.of_kind("DataContract", "DataProductDeployment"):
        if manifest.path not in mesh.owners and "product" in manifest.variables:
            domain = mesh.domain_of(manifest.path) or manifest.variables.get("domain")
            yield f"{domain}/{manifest.variables['product']}"


def _grants(mesh: Mesh, product: Product, manifest: Manifest, lacking: Collection[str]) -> Said:
    ports = {port.name for port in product.outputs}
    grants = [
        ((*pointer, index), grant)
        for _, pointer in access_lists(manifest.data)
        for index, grant in fields.mappings(manifest.data, *pointer)
    ]
    for at, grant in grants:
        consumer, port = fields.text(grant, "consumer"), fields.text(grant, "port")
        team = fields.text(grant, "approvedBy")
        if consumer in lacking:
            yield NotJudged(manifest.path, f"the manifest of {consumer} is missing")
        elif consumer and consumer not in mesh.products:
            place = Place(manifest.path, (*at, "consumer"))
            hint = offer(consumer, mesh.products, "Data products")
            yield Fault(f"`{consumer}` is no data product of the mesh", place, hint)
        if port and port not in ports:
            if product.manifest.known:
                place = Place(manifest.path, (*at, "port"))
                hint = offer(port, ports, "Output ports")
                yield Fault(f"`{port}` is no output port of `{product.key}`", place, hint)
            else:
                yield NotJudged(manifest.path, f"{product.manifest.path} cannot be read")
        if team and mesh.settings.teams is not None and team not in mesh.settings.teams:
            place = Place(manifest.path, (*at, "approvedBy"))
            hint = offer(team, mesh.settings.teams, "Teams of the mesh")
            yield Fault(f"`{team}` is no team of the mesh", place, hint)


RULE: Final = MeshRule(
    "reference/access",
    Severity.ERROR,
    __doc__,
    kinds("DataProductDeployment", "DataProduct"),
    check=_check,
)
