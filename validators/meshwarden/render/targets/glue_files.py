"""Where the files of a contract's tables lie, and in which format: what a server of Glue or Athena tells.

One of Athena tells neither, and one of Glue need not: then the contract's other servers there do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
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
    sources = [used.server for used in _sources(context)]
    location = next((found for one in sources if (found := fields.text(one.fields, "location"))), None)
    kind = next((found for one in sources if (found := fields.text(one.fields, "format"))), None)
    if location is None:
        return f"{called} tells no location, and no server of type s3 does for its environment"
    parts = _LOCATION.match(location)
    if parts is None or not names.is_bucket(parts[1]):
        return f"{called} has files at `{location}`; wanted `s3://<bucket>/<folder>/`"
    if kind is None or kind.lower() not in FORMATS:
        known = ", ".join(f"`{name}`" for name in FORMATS)
        said = f"has files of format `{kind}`, of" if kind else "tells no format of its files, of"
        return f"{called} {said} which Glue's tables may be {known}"
    if kind.lower() == "json" and any(fields.text(one.fields, "delimiter") == "array" for one in sources):
        return f"{called} has files that are JSON arrays; Glue's tables read one document a line"
    return Files(parts[1], parts[2] or "", kind.lower())


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
    for used in _of_contract(context):
        if used.system == "s3" and not used.outside:
            place = s3.rendered_place(used.server, used.settings)
            if place and place.bucket == files.bucket and files.path.startswith(place.prefix):
                return place
    return None


def database_of(context: ServerContext | ServerInUse) -> str | None:
    """The database that a server of Glue or Athena names."""
    server = context.server
    return fields.text(server.fields, "schema" if server.type == "athena" else "database")


def _sources(context: ServerContext) -> Iterator[ServerInUse]:
    """The servers that may tell of the files: of Glue with the same database, then of S3."""
    used = list(_of_contract(context))
    glue = [one for one in used if one.server.type == "glue" and database_of(one) == database_of(context)]
    yield from sorted(glue, key=lambda one: one.server != context.server)
    yield from (one for one in used if one.system == "s3")


def _of_contract(context: ServerContext) -> Iterator[ServerInUse]:
    path = context.contract.manifest.path
    for used in servers_in(context.product, context.environment.name):
        if used.contract.manifest.path == path:
            yield used
