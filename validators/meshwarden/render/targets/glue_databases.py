"""Which database of which catalogue a server of Glue or Athena means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from meshwarden.manifests import fields
from meshwarden.render.targets import hive
from meshwarden.render.targets.glue_files import database_of
from meshwarden.render.targets.target import ServerContext

_CATALOG: Final = "awsdatacatalog"  # what Athena calls the account's own catalogue


@dataclass(frozen=True, slots=True)
class Database:
    """A database in an account's catalogue of a region."""

    account: str
    region: str
    name: str


def place_in_catalogue(context: ServerContext) -> Database | str:
    """Where a server's tables are entered; a text that says why they cannot be."""
    server, called = context.server, f"server `{context.server.name}`"
    account = context.environment.coordinate("aws", "account") or ""
    said = fields.text(server.fields, "account") if server.type == "glue" else None
    if said and said.replace("-", "") != account:  # ODCS writes `1234-5678-9012`
        return f"{called} lies in account `{said}`; those of `{context.environment.name}` are in `{account}`"
    catalog = fields.text(server.fields, "catalog") if server.type == "athena" else None
    if catalog and catalog.lower() != _CATALOG:
        return f"{called} is of catalog `{catalog}`; only `AwsDataCatalog` can be rendered"
    region = fields.text(server.fields, "regionName") if server.type == "athena" else None
    product = context.product
    # As the roles of the platform's controllers allow it: the domain's name first, and no hyphens.
    name = database_of(server) or f"{product.domain}_{product.name}".replace("-", "_")
    if problem := why_no_name(name):
        return f"{called} names database `{name}`, {problem}"
    return Database(account, region or context.environment.coordinate("aws", "region") or "", name)


def why_no_name(name: str) -> str | None:
    """Why Glue and its queries do not take a name; None if they do."""
    if hive.is_name(name):
        return None
    if hive.is_name(name.lower()):
        return f"which Glue folds to `{name.lower()}`: it has small letters only"
    return "a name that queries cannot use: it takes small letters, digits and `_`"
