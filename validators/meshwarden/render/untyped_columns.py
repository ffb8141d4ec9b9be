"""Which columns no type of the systems can hold that their contracts are rendered to.

Targets refuse these with `Why.TYPE`. What is read here are the contracts alone, so that a check that renders
nothing says the same. Their modules are imported where a contract lies in the system: they take longer to
import than a contract takes to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from meshwarden.manifests import fields
from meshwarden.mesh.records import Contract, Product
from meshwarden.render.servers import ServerInUse, servers_in

if TYPE_CHECKING:
    from meshwarden.render.targets.refusal import Refusal


def untyped(product: Product, environment: str) -> Iterator[tuple[Contract, Refusal]]:
    """The columns of the contracts in force in an environment that a system there has no type for."""
    for used in servers_in(product, environment):
        if not used.outside and used.system in BY_SYSTEM:
            for refusal in BY_SYSTEM[used.system](product, environment, used):
                yield used.contract, refusal


def _in_bigquery(_product: Product, _environment: str, used: ServerInUse) -> Iterator[Refusal]:
    from meshwarden.render.targets.bigquery_columns import columns  # noqa: PLC0415
    from meshwarden.render.targets.target import Why  # noqa: PLC0415

    data = used.contract.manifest.data
    for entry in used.contract.objects:
        said = fields.mapping(data, *entry.pointer)
        found = columns(said, entry.pointer).refusals
        yield from (refusal for refusal in found if refusal.why is Why.TYPE)


def _in_glue(product: Product, environment: str, used: ServerInUse) -> Iterator[Refusal]:
    """Of tables over files: which types they may have depends on the files' format."""
    from meshwarden.render.targets import glue_files, glue_tables  # noqa: PLC0415

    kind = glue_files.format_of(product, environment, used)
    for entry in used.contract.objects if kind else ():
        yield from glue_tables.untyped(used.contract, entry, str(kind))


def _in_pubsub(_product: Product, _environment: str, used: ServerInUse) -> Iterator[Refusal]:
    """Of the records that messages are."""
    from meshwarden.render.targets import avro  # noqa: PLC0415
    from meshwarden.render.targets.target import Why  # noqa: PLC0415

    for entry in used.contract.objects:
        said = fields.mapping(used.contract.manifest.data, *entry.pointer)
        found = avro.record(said, entry.name, entry.pointer).refusals
        yield from (refusal for refusal in found if refusal.why is Why.TYPE)


def _in_redshift(_product: Product, _environment: str, used: ServerInUse) -> Iterator[Refusal]:
    from meshwarden.render.targets import redshift_tables  # noqa: PLC0415

    for entry in used.contract.objects:
        yield from redshift_tables.untyped(used.contract, entry)


# Of the other systems none makes columns: Kafka's topics and buckets hold what the product writes into them,
# and a database's tables are made by the product's own migrations.
BY_SYSTEM: Final[Mapping[str, Callable[[Product, str, ServerInUse], Iterable[Refusal]]]] = {
    "bigquery": _in_bigquery,
    "glue": _in_glue,
    "pubsub": _in_pubsub,
    "redshift": _in_redshift,
}
