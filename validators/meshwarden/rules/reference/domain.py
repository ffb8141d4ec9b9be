"""A data product says another domain than the one in whose folder it lies.

The folder decides who owns a product, and in which project and namespaces it is rendered; catalogues read
ODPS' `domain`. Where the two disagree, people look for the product in the wrong place.

To fix it, correct `domain`, or move the product.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Related, Severity
from meshwarden.manifests import fields
from meshwarden.mesh.records import Mesh
from meshwarden.rules.rule import MeshRule, Said, kinds


def _check(mesh: Mesh) -> Said:
    unread = [manifest.folder for manifest in mesh.unread("Domain")]
    for product in mesh.products.values():
        manifest = product.manifest
        said = fields.text(manifest.data, "domain") if manifest.known else None
        if said is None or said == product.domain:
            continue
        if any(manifest.path.startswith(f"{folder}/") for folder in unread):
            yield NotJudged(manifest.path, "the manifest of its domain cannot be read")
            continue
        domain = mesh.domains.get(product.domain)
        message = f"`domain` is `{said}`, and the product lies in domain `{product.domain}`"
        name = Place(domain.manifest.path, ("metadata", "name")) if domain else None
        related = (Related(name, "the domain of the folder"),) if name else ()
        hint = f"Write `{product.domain}`, or move the product."
        yield Fault(message, Place(manifest.path, ("domain",)), hint, related=related)


RULE: Final = MeshRule(
    "reference/domain", Severity.ERROR, __doc__, kinds("DataProduct", "Domain"), check=_check
)
