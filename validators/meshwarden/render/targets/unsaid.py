"""What a contract says and a system has no way to say: told once, where it stands first."""

from __future__ import annotations

from collections.abc import Iterator

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.mesh.records import Contract
from meshwarden.render import retention
from meshwarden.render.targets.properties import name_of
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why


def partitions(contract: Contract, entry: SchemaObject, system: str) -> Iterator[Refusal]:
    """What a schema object is partitioned by, for a system that has no partitions."""
    said = fields.mapping(contract.manifest.data, *entry.pointer)
    parts = fields.mappings(said, "properties")
    if found := [(index, part) for index, part in parts if part.get("partitioned") is True]:
        called = ", ".join(f"`{name_of(part)}`" for _, part in found)
        place = (*entry.pointer, "properties", found[0][0], "partitioned")
        yield _unsaid(place, f"{system} has no partitions: those of `{entry.physical_name}` are by {called}")


def different_classes(entry: SchemaObject, reason: str) -> Iterator[Refusal]:
    """Classes of single columns, for a system that has tags for all of a schema object alone."""
    other = next((one for one in entry.classes if one.name != entry.classes[0].name), None)
    if other is not None:
        yield _unsaid(other.pointer, reason)


def retentions(contract: Contract, reason: str) -> Iterator[Refusal]:
    """How long data is kept, for a system that deletes nothing; where a scheduler is named, that does."""
    for level in retention.of_contract(contract):
        if level.milliseconds is not None and not fields.text(level.said, "scheduler"):
            yield _unsaid(level.value, reason)


def _unsaid(pointer: tuple[str | int, ...], reason: str) -> Refusal:
    return Refusal(pointer, reason, Why.NOT_EXPRESSED)
