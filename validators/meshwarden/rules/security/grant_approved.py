"""An input port without the producer's consent, or consent that is over or goes too far.

Who reads a data product is its producer's to say: `access` in the producer's deployment.yaml names consumer,
port, purpose and end, and what is rendered for a consumer is rendered from that. An environment may have an
`access` of its own, which then is all that holds there. An input port alone opens nothing, and its product
fails where it first reads. Consent that is past its end is still in force in the clusters as long as it is
written, as what is rendered does not change with the day. And a producer cannot give what the mesh keeps from
a team: where the contract has columns of a class above the `clearance` of the consumer's owner in mesh.yaml,
nothing is rendered of the grant.

A product that is proposed or draft may ask before it is let in: of it a missing grant is a warning. Nothing
is said of products that are retired, of contracts whose product has no deployment.yaml, and of teams and
columns that have no class of the mesh.

To fix it, ask the producer's team for an entry under `access`, or remove the input port; give an entry that
is over a new end, or remove it; leave the columns out of the port that the consumer's team may not read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Pointer, Related, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Classified, Port
from meshwarden.manifests.settings import MESH_FILE
from meshwarden.manifests.wording import listed
from meshwarden.mesh.clearance import beyond_clearance, clearance_of
from meshwarden.mesh.grants import access_lists
from meshwarden.mesh.lineage import lists_outputs
from meshwarden.mesh.records import Contract, Deployment, Grant, Mesh, Product
from meshwarden.render.contracts import in_force
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run

_ASKING: Final = ("draft", "proposed")


def _check(run: Run) -> Said:
    producers: dict[tuple[str, Port], list[Product]] = defaultdict(list)
    for flow in run.mesh.flows:
        producers[flow.consumer, flow.port].append(run.mesh.products[flow.producer])
    for (consumer, port), found in producers.items():
        yield from _asked(run.mesh, run.mesh.products[consumer], port, found)
    for product in run.mesh.products.values():
        for grant in product.deployment.access if product.deployment else ():
            yield from _over(run, product, grant)
            yield from _too_far(run.mesh, product, grant)


def _asked(mesh: Mesh, consumer: Product, port: Port, producers: list[Product]) -> Said:
    """What an input port takes that its producer does not let it read."""
    producer, path = producers[0], consumer.manifest.path
    deployment, status = producer.deployment, (consumer.status or "").lower()
    if consumer.retired:
        return
    if deployment is None:
        for unread in mesh.unread("DataProductDeployment")[:1]:  # it may be the producer's
            yield NotJudged(path, f"{unread.path} cannot be read")
        return
    if len(producers) > 1:
        yield NotJudged(path, f"several products offer contract `{port.contract}`")
        return
    offering = {found.name for found in producer.outputs if found.contract == port.contract}
    own = [grant for grant in deployment.access if grant.consumer == consumer.key]
    granted = {grant.environment for grant in own if grant.port in offering}
    lacking = [name for name in _both_in(consumer, producer) if not granted & {deployment.list_of(name)}]
    if granted and not lacking:
        return
    if unclear := _unclear(mesh, producer, deployment, own):
        yield NotJudged(path, unclear)
        return
    message = f"input port `{port.name}` takes contract `{port.contract}` of `{producer.key}`, which does not"
    message += f" grant `{consumer.key}` access"
    if granted:
        message += f" in {listed(lacking)}"
    team = f"team `{producer.owner}`" if producer.owner else "its team"
    hint = f"Ask {team} for an entry under `access` in {deployment.manifest.path}."
    whose = deployment.list_of(lacking[0]) if lacking else None
    where = _lists(deployment).get(whose, ("spec",))
    grants = Related(Place(deployment.manifest.path, where), f"what `{producer.key}` grants")
    severity = Severity.WARNING if status in _ASKING else None
    yield Fault(message, Place(path, (*port.pointer, "contractId")), hint, severity, (grants,))


def _both_in(consumer: Product, producer: Product) -> list[str]:
    """The environments that two products have in common."""
    return [name for name in consumer.environments if name in producer.environments]


def _lists(deployment: Deployment) -> dict[str | None, Pointer]:
    """The lists of grants that there are, by environment."""
    data = deployment.manifest.data
    return {name: place for name, place in access_lists(data) if fields.at(data, *place) is not None}


def _unclear(mesh: Mesh, producer: Product, deployment: Deployment, own: list[Grant]) -> str | None:
    """Why it is not known whether a grant is there: one that names nobody may be meant for any."""
    path, data = deployment.manifest.path, deployment.manifest.data
    there = [fields.at(data, *place) for place in _lists(deployment).values()]
    readable = isinstance(fields.at(data, "spec"), dict) and all(isinstance(one, list) for one in there)
    if not readable or sum(map(len, there)) != len(deployment.access):
        return f"what {path} grants cannot be read"
    if not lists_outputs(producer):
        return f"what {producer.manifest.path} offers is not known"
    if any(grant.consumer not in mesh.products for grant in deployment.access):
        return f"{path} grants access to a product that there is not"
    ports = {port.name for port in producer.outputs}
    return f"{path} grants a port that there is not" if any(one.port not in ports for one in own) else None


def _over(run: Run, product: Product, grant: Grant) -> Iterator[Fault]:
    """A grant that is past its end, if none stands beside it that is not."""
    deployment = product.deployment
    if deployment is None:
        return
    ends = [
        fields.day(deployment.manifest.data, *other.pointer, "expires")
        for other in deployment.access
        if (other.consumer, other.port, other.environment) == (grant.consumer, grant.port, grant.environment)
    ]
    last = fields.day(deployment.manifest.data, *grant.pointer, "expires")
    if last is None or any(end is None or end >= run.today for end in ends):
        return
    message = f"the access of `{grant.consumer}` to port `{grant.port}` ended on {last.isoformat()}"
    hint = "Decide again with a new date, or remove it: as long as it is written, it is rendered."
    taken = {port.contract for port in product.outputs if port.name == grant.port}
    related = tuple(
        Related(Place(run.mesh.products[flow.consumer].manifest.path, flow.port.pointer), "read here")
        for flow in run.mesh.flows
        if (flow.producer, flow.consumer) == (product.key, grant.consumer) and flow.port.contract in taken
    )
    yield Fault(message, Place(deployment.manifest.path, (*grant.pointer, "expires")), hint, related=related)


def _too_far(mesh: Mesh, product: Product, grant: Grant) -> Iterator[Fault]:
    """A grant of data that the consumer's team may not read."""
    consumer, deployment = mesh.products.get(grant.consumer), product.deployment
    if consumer is None or deployment is None:
        return
    for contract in _granted(product, grant):
        if beyond := beyond_clearance(mesh.settings, contract, consumer.owner):
            allowed = clearance_of(mesh.settings, consumer.owner)
            message = (
                f"`{grant.consumer}` is granted port `{grant.port}` with data of class `{beyond.name}`, "
            )
            message += f"and team `{consumer.owner}` may read `{allowed}` at most"
            hint = (
                "Nothing is rendered of it. Take these columns out of the port, or give the team clearance."
            )
            place = Place(deployment.manifest.path, (*grant.pointer, "consumer"))
            yield Fault(message, place, hint, related=_about(mesh, contract, beyond, consumer))
            return


def _granted(product: Product, grant: Grant) -> Iterator[Contract]:
    """The contracts of a granted port that are in force somewhere, each once."""
    ids = {port.contract for port in product.outputs if port.name == grant.port} - {None}
    found = [one for environment in product.environments for one in in_force(product, environment)[0]]
    yield from {one.manifest.path: one for one in found if one.id in ids}.values()


def _about(mesh: Mesh, contract: Contract, beyond: Classified, consumer: Product) -> tuple[Related, ...]:
    """Where the column has its class, and the team its clearance."""
    column = Related(Place(contract.manifest.path, beyond.pointer), "the column's class")
    teams = fields.mappings(mesh.root.data if mesh.root else None, "spec", "teams")
    index = next((index for index, team in teams if team.get("name") == consumer.owner), None)
    if index is None:
        return (column,)
    return column, Related(Place(MESH_FILE, ("spec", "teams", index, "clearance")), "the team's clearance")


RULE: Final = RunRule(
    "security/grant-approved",
    Severity.ERROR,
    __doc__,
    kinds("DataProduct", "DataProductDeployment"),
    check=_check,
)
