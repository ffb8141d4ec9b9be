"""Where the files of a contract's tables lie, and in which format: what a server of Glue or Athena tells.

One of Athena tells neither, and one of Glue need not: then the contract's other servers there do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject, Server
from meshwarden.mesh.records import Contract, Product
from meshwarden.render import names
from meshwarden.render.servers import ServerInUse, servers_in
from meshwarden.render.targets import iam, s3
from meshwarden.render.targets.glue_tables import FORMATS
from meshwarden.render.targets.target import ServerContext

MODEL: Final = "{model}"  # what stands in ODCS' locations for the name of a schema object
_LOCATION: Final = re.compile(r"s3[an]?://([^/]+)(?:/(.*))?\Z", re.DOTALL)
_PATTERN: Final = re.compile(r"[*?{\[]")
_FOLDERS: Final = re.compile(r"\*\*?|[^=*?{\[]+=.*", re.DOTALL)  # any folder, or a partition's


@dataclass(frozen=True, slots=True)
class Files:
    """Bucket, path within it, with `{model}` and patterns in it, and the format."""

    bucket: str
    path: str
    format: str


def files_of(context: ServerContext) -> Files | str:
    """The files of a contract's tables; a text that says why they are not known."""
    called = f"server `{context.server.name}`"
    environment = context.environment.name
    sources = _sources(context.product, environment, context.contract, context.server)
    location = next((found for one in sources if (found := fields.text(one.fields, "location"))), None)
    kind = _format_of(sources)
    if location is None:
        return f"{called} tells no location, and no server of type s3 does for its environment"
    parts = _LOCATION.match(location)
    if parts is None or not names.is_bucket(parts[1]):
        return f"{called} has files at `{location}`; wanted `s3://<bucket>/<folder>/`"
    if kind is None or kind not in FORMATS:
        known = ", ".join(f"`{name}`" for name in FORMATS)
        said = f"has files of format `{kind}`, of" if kind else "tells no format of its files, of"
        return f"{called} {said} which Glue's tables may be {known}"
    if kind == "json" and any(fields.text(one.fields, "delimiter") == "array" for one in sources):
        return f"{called} has files that are JSON arrays; Glue's tables read one document a line"
    return Files(parts[1], parts[2] or "", kind)


def format_of(product: Product, environment: str, used: ServerInUse) -> str | None:
    """The format of the files of a contract's tables; None if it is not told, or Glue does not know it."""
    found = _format_of(_sources(product, environment, used.contract, used.server))
    return found if found in FORMATS else None


def _format_of(sources: Sequence[Server]) -> str | None:
    return next((found.lower() for one in sources if (found := fields.text(one.fields, "format"))), None)


def folder_of(files: Files, entry: SchemaObject, *, alone: bool) -> str | None:
    """Where the files of a table lie, as a URI that ends with `/`; None if they have no folder of their own.

    A pattern may tell files and the folders of partitions: any other would leave out files that lie beside.
    """
    if not alone and MODEL not in files.path:
        return None
    parts = files.path.replace(MODEL, entry.name).split("/")
    if MODEL in files.path and ("/" in entry.name or _PATTERN.search(entry.name)):
        return None
    literal = next((index for index, part in enumerate(parts) if _PATTERN.search(part)), len(parts))
    if literal == len(parts):
        last = parts[-1]
        if "." in last:  # one file, as S3's target reads it too
            return None
        folders = parts if last else parts[:-1]
    elif all(map(_FOLDERS.fullmatch, parts[literal:-1])):
        folders = parts[:literal]
    else:
        return None
    return "/".join([f"s3://{files.bucket}", *folders, ""])


def place_of(context: ServerContext, files: Files) -> iam.Place | None:
    """The contract's place in S3 that the files lie in; None if none is rendered for it.

    Who reads the table may read that place, and no other: a location alone would open any bucket.
    """
    for used in _of_contract(context.product, context.environment.name, context.contract):
        if used.system == "s3" and not used.outside:
            place = s3.rendered_place(used.server, used.settings)
            if place and place.bucket == files.bucket and files.path.startswith(place.prefix):
                return place
    return None


def database_of(server: Server) -> str | None:
    """The database that a server of Glue or Athena names."""
    return fields.text(server.fields, "schema" if server.type == "athena" else "database")


def _sources(product: Product, environment: str, contract: Contract, server: Server) -> list[Server]:
    """The servers that may tell of a server's files: of Glue with the same database, then of S3."""
    used = list(_of_contract(product, environment, contract))
    glue = [one.server for one in used if one.server.type == "glue"]
    same = [one for one in glue if database_of(one) == database_of(server)]
    return [*sorted(same, key=lambda one: one != server), *(one.server for one in used if one.system == "s3")]


def _of_contract(product: Product, environment: str, contract: Contract) -> Iterator[ServerInUse]:
    for used in servers_in(product, environment):
        if used.contract.manifest.path == contract.manifest.path:
            yield used
