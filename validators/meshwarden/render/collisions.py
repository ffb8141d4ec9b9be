"""What two products would both make outside of Kubernetes, and namespaces that do not keep domains apart."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from meshwarden.findings import Place
from meshwarden.manifests.settings import Environment
from meshwarden.mesh.records import Product
from meshwarden.render.identity import namespace_of
from meshwarden.render.outcome import Collision
from meshwarden.render.products import ProductObjects
from meshwarden.render.server_of_object import contract_of_object, place_of_object
from meshwarden.render.targets.target import Object

_ACCOUNT: Final = re.compile(r":iam::([0-9]+):")  # the provider that a role trusts is in its own account


def collisions(products: Sequence[ProductObjects]) -> tuple[Collision, ...]:
    """Buckets, datasets, databases, tables of Glue, schemas and topics that more than one of them makes.

    Each would reconcile it to its own wishes, and the policies of the one would open the data of the other.
    """
    makers: dict[Thing, list[_Maker]] = {}
    for found in products:
        for environment, rendered in found.rendered.items():
            for entry in rendered.objects:
                for thing in things(environment, entry):
                    makers.setdefault(thing, []).append(_Maker(found.product, environment, entry, thing))
    shared = [_collision(found) for found in makers.values() if len(found) > 1]
    own = [clash for found in products for clash in found.clashes]
    return tuple(sorted([*shared, *own], key=lambda one: (one.place.path, one.message)))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something outside of Kubernetes as messages call it, and the key that it has in its system."""

    said: str = field(compare=False)
    key: str


@dataclass(frozen=True, slots=True)
class _Maker:
    """A product that makes something in an environment, by an object."""

    product: Product
    environment: str
    entry: Object
    thing: Thing

    @property
    def place(self) -> Place:
        return place_of_object(self.product, self.environment, self.entry)


def shared_namespaces(
    environments: Iterable[Environment], products: Sequence[ProductObjects]
) -> Iterator[Collision]:
    """Namespaces of several domains, where each was to have its own: who runs pods there is all of them."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    known = {one.product.key: one.product for one in products}
    for environment in environments:
        for namespace, those in _by_namespace(environment, known.values()).items():
            if len({product.domain for product in those}) > 1:
                found[namespace, tuple(product.key for product in those)].append(f"`{environment.name}`")
    for (namespace, keys), names in found.items():
        *others, last = [_deployed(known[key]) for key in keys]
        who = " and of ".join(f"`{key}`" for key in keys)
        message = f"namespace `{namespace}` in {' and '.join(names)} is that of {who}"
        hint = "Rename one of them: domain and product together name it."
        yield Collision(last, message, tuple(others), hint)


def _by_namespace(environment: Environment, products: Iterable[Product]) -> dict[str, list[Product]]:
    """The products of an environment by their namespaces; none where these are shared on purpose."""
    found: dict[str, list[Product]] = defaultdict(list)
    for product in products if "{domain}" in environment.namespace else ():
        if environment.name in product.environments:
            found[namespace_of(environment, product.domain, product.name)].append(product)
    return found


def _deployed(product: Product) -> Place:
    return Place((product.deployment or product).manifest.path)


def things(environment: str, entry: Object) -> Iterator[Thing]:
    """What an object makes outside of Kubernetes; nothing if no target made it."""
    if contract_of_object(entry):  # what a product brings along may be anything
        for said in _things(environment, entry):
            # Metrics have `_` for `.`: Kafka refuses topics that differ in that alone.
            yield Thing(said, said.replace(".", "_") if entry["kind"] == "KafkaTopic" else said)


def _things(environment: str, entry: Object) -> Iterator[str]:
    name = entry["metadata"]["name"]
    if entry["kind"] == "Bucket":
        yield f"bucket `{entry['spec']['name']}`"  # one namespace for all accounts
    elif entry["kind"] == "StorageBucket":
        yield f"bucket `{entry['spec']['resourceID']}` of Google's"  # one namespace for all projects
    elif entry["apiVersion"].startswith("iam.services.") and entry["kind"] == "Role":
        account = _ACCOUNT.search(entry["spec"]["assumeRolePolicyDocument"])
        yield f"role `{entry['spec']['name']}` of account `{account[1] if account else environment}`"
    elif entry["apiVersion"].startswith("glue."):  # one catalogue an account and region, with small letters
        spec, region = entry["spec"], entry["metadata"]["annotations"]["services.k8s.aws/region"]
        what, path = entry["kind"].lower(), f"{spec.get('databaseName', '')}.{spec['name']}".lstrip(".")
        yield f"{what} `{path}` of account `{spec['catalogID']}` in `{region}`"
    elif entry["kind"] == "BigQueryDataset":
        spec = entry["spec"]
        yield f"dataset `{spec['projectRef']['external']}.{spec['resourceID']}`"
    elif entry["kind"] == "PubSubTopic":
        project = entry["metadata"]["annotations"]["cnrm.cloud.google.com/project-id"]
        yield f"topic `projects/{project}/topics/{entry['spec']['resourceID']}`"
    elif entry["apiVersion"].startswith("postgresql.") and entry["kind"] == "Database":
        spec = entry["spec"]
        cluster = f"{entry['metadata']['namespace']}/{spec['cluster']['name']}"
        yield f"database `{spec['name']}` of cluster `{cluster}` in `{environment}`"
    elif entry["kind"] == "Terraform":  # with a schema of its own in a warehouse
        given = {one["name"]: one["value"] for one in entry["spec"]["vars"]}
        path = f"{given['database']}.{given['schema']}".lower()  # Redshift knows small letters only
        yield f"schema `{path}` of Redshift in `{environment}`"
    elif entry["kind"] == "KafkaTopic":
        yield f"topic `{entry['spec'].get('topicName', name)}` in `{environment}`"


def _collision(makers: Sequence[_Maker]) -> Collision:
    *others, last = [maker.place for maker in makers]
    who = sorted({f"`{maker.product.key}` in `{maker.environment}`" for maker in makers})
    often = "twice " if len(who) == 1 else ""
    elsewhere = tuple(place for place in dict.fromkeys(others) if place != last)
    called = list(dict.fromkeys(maker.thing.said for maker in makers))
    what = f"{' and '.join(called)}, which are one to it, are" if len(called) > 1 else f"{called[0]} is"
    return Collision(last, f"{what} made {often}by {' and by '.join(who)}", elsewhere)
