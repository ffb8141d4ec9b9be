"""What a document is: a manifest of a known kind, a look-alike of one, or nothing of the mesh's."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.kinds import BY_LAYOUT, KINDS, MESH, OWN_GROUP, Kind
from meshwarden.manifests.layout import Layout
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.sources.document import Document


class Standing(Enum):
    """How far a document could be made out."""

    KNOWN = "a manifest"
    UNREADABLE = "not readable"
    UNKNOWN_KIND = "of no known kind"
    UNKNOWN_VERSION = "of no known version"
    FOREIGN = "not the mesh's"


@dataclass(frozen=True)
class Manifest:
    """A document and what it is. `kind` is what it is or, by its path, ought to be; None if neither tells.

    `expected` is the kind that the layout wants there; `variables` are what its path says, such as domain and
    product. `dialect` names another specification that the document follows.
    """

    document: Document
    standing: Standing
    kind: Kind | None
    expected: Kind | None
    variables: dict[str, str] = field(default_factory=dict)
    dialect: str | None = None

    @property
    def path(self) -> str:
        return self.document.path

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def data(self) -> Any:
        return self.document.data

    @property
    def known(self) -> bool:
        return self.standing is Standing.KNOWN


# Keys by which other specifications for the same things are told, and what to do about them.
_DIALECTS: Final = {
    "dataContractSpecification": "Data Contract Specification",
    "dataProductSpecification": "Data Product Specification",
    "dataProductDescriptor": "Open Data Mesh's descriptor",
    "dprod": "DPROD",
}


def recognise(document: Document, layout: Layout) -> Manifest:
    """What `document` is, by its own apiVersion and kind, and by its path where those do not tell."""
    expected, variables = _by_path(document.path, layout)
    if not document.readable:
        kind = expected or KINDS.get(document.head.get("kind", ""))
        return Manifest(document, Standing.UNREADABLE, kind, expected, variables)
    said, api = fields.at(document.data, "kind"), fields.at(document.data, "apiVersion")
    kind = KINDS.get(said) if isinstance(said, str) else None
    dialect = next(
        (name for key, name in _DIALECTS.items() if fields.at(document.data, key) is not None), None
    )
    standing = _standing(kind, said, api, expected)
    return Manifest(document, standing, kind or expected, expected, variables, dialect)


def _by_path(path: str, layout: Layout) -> tuple[Kind | None, dict[str, str]]:
    if path == MESH_FILE:
        return MESH, {}
    found = layout.match(path)
    return (BY_LAYOUT.get(found[0]), found[1]) if found else (None, {})


def _standing(kind: Kind | None, said: Any, api: Any, expected: Kind | None) -> Standing:
    if kind and isinstance(api, str) and kind.api_form.match(api):
        return Standing.KNOWN if api in kind.api_versions else Standing.UNKNOWN_VERSION
    if kind and kind is expected and not isinstance(api, str):
        return Standing.KNOWN  # its schema says what is wrong with apiVersion
    ours = isinstance(api, str) and api.split("/")[0] == OWN_GROUP
    if expected or kind or ours or nearest(said, api):
        return Standing.UNKNOWN_KIND
    return Standing.FOREIGN


def nearest(said: Any, api: Any) -> Kind | None:
    """The known kind that a mistyped `kind` most likely means; None if none is near.

    What names an API group of its own (`apps/v1`) means what it says.
    """
    if not isinstance(said, str) or (isinstance(api, str) and "/" in api and not api.startswith(OWN_GROUP)):
        return None
    by_fold = {name.lower(): name for name in KINDS}
    found = get_close_matches(said.lower().replace("-", "").replace("_", ""), by_fold, n=1, cutoff=0.8)
    return KINDS[by_fold[found[0]]] if found else None
