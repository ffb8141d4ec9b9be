"""Who may use a dataset, and who may run jobs: the producer, and the consumers that it grants access.

A dataset's `access` replaces what BigQuery would put there, as readers of the project. Access to data is
not enough to read it: a query is a job of the project that pays for it, and takes `roles/bigquery.jobUser`
there. A product has that once, in its own project, whichever of the producer's contracts it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.settings import Environment
from meshwarden.render import names
from meshwarden.render.targets.google_access import Role, consumer, member, producer
from meshwarden.render.targets.metadata import PREFIX, grant, shared_by
from meshwarden.render.targets.target import Object, Reader, ServerContext

_PROJECTS: Final = "resourcemanager.cnrm.cloud.google.com/v1beta1"


def access(contexts: Sequence[ServerContext]) -> list[dict[str, str]]:
    """The access list of a dataset: BigQuery refuses one without an owner. A retired product writes no more.

    Roles are by their old names, as BigQuery answers with these whatever it is told.
    """
    first = contexts[0]
    environment = first.environment
    found = [{"role": "OWNER", "specialGroup": "projectOwners"}]
    if controller := fields.text(environment.coordinates, "gcp", "configConnector", "serviceAccount"):
        found.append({"role": "OWNER", "userByEmail": controller})
    writer = producer(first)
    if not first.product.retired:
        found.append({"role": "WRITER", "iamMember": writer})
    readers = {consumer(first, reader) for context in contexts for reader in context.readers}
    found.extend({"role": "READER", "iamMember": reader} for reader in sorted(readers - {writer}))
    return found


def job_users(contexts: Sequence[ServerContext]) -> Iterator[Object]:
    """The right to run jobs: the producer's, and that of each consumer of any of the contracts."""
    first = contexts[0]
    product = first.product
    yield _job_user(contexts, (product.domain, product.name), producer(first), first.environment, {})
    by_key: dict[tuple[str, str], list[tuple[ServerContext, Reader]]] = {}
    for context in contexts:
        for reader in context.readers:
            by_key.setdefault((reader.domain, reader.product), []).append((context, reader))
    for key, found in sorted(by_key.items()):
        reader = found[0][1]
        if key == (product.domain, product.name) or not reader.environment.coordinate("gcp", "project"):
            continue
        whole = [grant(one) for _, one in found]
        said = whole[0] if all(one == whole[0] for one in whole) else {PREFIX + "consumer": "/".join(key)}
        granting = [context for context, _ in found]
        yield _job_user(granting, key, consumer(first, reader), reader.environment, said)


def _job_user(
    contexts: Sequence[ServerContext],
    who: tuple[str, str],
    principal: str,
    environment: Environment,
    annotations: dict[str, str],
) -> Object:
    """The role in the project of the product's own domain."""
    first = contexts[0]
    name = names.joined("bigquery-jobs", *who, limit=names.SUBDOMAIN_LENGTH)
    project = environment.coordinate("gcp", "project")
    resource = {"apiVersion": _PROJECTS, "kind": "Project", "external": f"projects/{project}"}
    role = Role("roles/bigquery.jobUser", resource)
    return member(first, name, principal, role, {**annotations, **shared_by(contexts)})
