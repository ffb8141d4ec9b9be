"""The Cluster that a product has for itself: as large as deployment.yaml says, else as mesh.yaml does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render import names
from meshwarden.render.targets import postgres_roles
from meshwarden.render.targets.metadata import metadata, shared_by
from meshwarden.render.targets.postgres_roles import API_VERSION, Home
from meshwarden.render.targets.target import Object, ServerContext

_SIZES: Final = ("instances", "storage", "storageClass")
# The operator's webhook: a DNS label that begins with a letter, and of at most 50 characters.
# https://github.com/cloudnative-pg/cloudnative-pg/blob/main/internal/webhook/v1/cluster_webhook.go
_NAME_LENGTH: Final = 50


def home(context: ServerContext) -> Home:
    """Where a product's own Cluster is: in the product's namespace, and called as the product is."""
    name = names.label(context.product.name)
    name = names.shortened(name if name[0].isalpha() else f"x-{name}", _NAME_LENGTH)
    return Home(name, context.namespace)


def why_not(contexts: Sequence[ServerContext]) -> Iterator[str]:
    """Why the Cluster cannot be made: nobody says how large it is, or several say it differently."""
    found = [_sizes(context) for context in contexts]
    if any(one != found[0] for one in found):
        called = " and ".join(f"`{context.name}/{context.server.name}`" for context in contexts)
        yield f"{called} share a cluster, and deployment.yaml tells different sizes of it"
    elif "storage" not in found[0]:
        yield "neither deployment.yaml nor `postgres.storage` of mesh.yaml tells how large its cluster is"


def cluster(place: Home, databases: Mapping[str, Sequence[ServerContext]]) -> Object:
    """The Cluster with its lasting roles, for databases by name, each with the contracts in it.

    `initdb` makes the first database, and the Secret `<cluster>-app` with the password of its owner.
    """
    contexts = [context for found in databases.values() for context in found]
    first, sizes = contexts[0], _sizes(contexts[0])
    storage = {"size": sizes["storage"]}
    if "storageClass" in sizes:
        storage["storageClass"] = sizes["storageClass"]
    initdb = {
        "database": min(databases),
        "owner": postgres_roles.owner(first),
        "dataChecksums": True,
    }
    spec: dict[str, Any] = {
        "description": f"The databases of data product {first.product.key}.",
        "instances": sizes.get("instances", 1),
        "storage": storage,
        "bootstrap": {"initdb": initdb},
        "enableSuperuserAccess": False,
        "managed": {"roles": postgres_roles.managed(contexts)},
        "postgresql": {"pg_hba": list(_rules(databases))},
    }
    head = metadata(first, place.cluster, place.namespace, kept=True, annotations=shared_by(contexts))
    return {"apiVersion": API_VERSION, "kind": "Cluster", "metadata": head, "spec": spec}


def _sizes(context: ServerContext) -> dict[str, Any]:
    said = {**fields.mapping(context.environment.coordinates, "postgres"), **context.settings}
    return {key: said[key] for key in _SIZES if isinstance(said.get(key), str | int)}


def _rules(databases: Mapping[str, Sequence[ServerContext]]) -> Iterator[str]:
    """Consumers log in with their certificates, and to the database of their contract alone.

    The operator puts these between its own rules and the last one, which asks all others for a password.
    https://cloudnative-pg.io/docs/1.30/postgresql_conf/#the-pg_hba-section
    """
    for name in sorted(databases):
        for group in dict.fromkeys(map(postgres_roles.readers_of, databases[name])):
            yield f'hostssl "{name}" +{group} all cert'
