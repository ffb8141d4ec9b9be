"""The kinds of manifests: by which apiVersion and kind they are known, and which schema judges them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

OWN_GROUP: Final = "meshwarden.dev"
OWN_VERSION: Final = "meshwarden.dev/v1alpha1"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a kind that has a schema of its own, and the apiVersions that mean it.

    `differences` is the file in schemas/older/ that tells what it says otherwise than the next newer one;
    None for the newest, whose schema is there as a whole.
    """

    api_versions: tuple[str, ...]
    differences: str | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of manifest. `layout` is the key of its path pattern in mesh.yaml, `standard` who defines it."""

    name: str
    releases: tuple[Release, ...]  # the newest last
    layout: str | None
    standard: str
    api_form: re.Pattern[str]  # apiVersions that mean this kind, also in versions that are not known

    @property
    def api_versions(self) -> tuple[str, ...]:
        """The apiVersions that are known, the newest last."""
        return tuple(version for release in self.releases for version in release.api_versions)

    def release(self, api_version: object) -> Release:
        """The release that an apiVersion means; the newest for one that means none."""
        meant = (release for release in self.releases if api_version in release.api_versions)
        return next(meant, self.releases[-1])


_OWN_FORM: Final = re.compile(r"meshwarden\.dev(?:/|\Z)")
_BITOL_FORM: Final = re.compile(r"v?[0-9]+(?:\.[0-9]+)*\Z")  # Bitol's standards write `v1.0.0`, and no group


def _own(name: str, layout: str | None) -> Kind:
    return Kind(name, (Release((OWN_VERSION,)),), layout, "meshwarden", _OWN_FORM)


MESH: Final = _own("Mesh", None)
DOMAIN: Final = _own("Domain", "domain")
DEPLOYMENT: Final = _own("DataProductDeployment", "deployment")
PLANE: Final = _own("Plane", "plane")
STAGE: Final = _own("Stage", "stage")
PLATFORM_PRODUCT: Final = _own("PlatformProduct", "platformProduct")
WAIVER_LIST: Final = _own("WaiverList", "waivers")
DATA_PRODUCT: Final = Kind(
    "DataProduct",
    (
        Release(("v0.9.0",), "data-product-0.9"),
        Release(("v1.0.0",), "data-product-1.0"),
        Release(("v1.1.0",)),
    ),
    "product",
    "Bitol ODPS",
    _BITOL_FORM,
)
DATA_CONTRACT: Final = Kind(
    "DataContract",
    (
        Release(("v3.0.0", "v3.0.1", "v3.0.2"), "data-contract-3.0"),
        Release(("v3.1.0",), "data-contract-3.1"),
        Release(("v3.2.0",)),
    ),
    "contract",
    "Bitol ODCS",
    _BITOL_FORM,
)

KINDS: Final = {
    kind.name: kind
    for kind in (
        *(MESH, DOMAIN, DATA_PRODUCT, DATA_CONTRACT, DEPLOYMENT),
        *(PLANE, STAGE, PLATFORM_PRODUCT, WAIVER_LIST),
    )
}
BY_LAYOUT: Final = {kind.layout: kind for kind in KINDS.values() if kind.layout}
