"""A column's type that its system does not have, or that cannot hold what the contract promises.

`physicalType` is the type in the system that the data lies in, `logicalType` what its values mean. Where the
two do not go together, the table cannot be made as the contract says, or values are lost on their way into
it: fractions in an integer, the time of day in a date. Consumers read the contract and get something else.

A contract has one `physicalType` a column, and may have servers in several systems. It is judged by the types
of those that have a list of their own: Athena, BigQuery, Databricks, Glue, MySQL, Oracle, PostgreSQL,
Redshift, Snowflake and SQL Server. A type is unknown if none of them has it; beside files, streams and other
systems, which may have it, nothing is said of it. It does not fit if all of them have it, and it holds the
values in none. A column that is rendered, of a table or of messages in Pub/Sub, and that no type of the
system can hold is told in any case.

To fix it, write the type as the system calls it, or correct what the values are; leave `physicalType` out if
the `logicalType` says enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from meshwarden.findings import Fault, Place, Pointer, Related, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Property, Server, properties
from meshwarden.manifests.hints import offer
from meshwarden.manifests.physical_types import TypeSystem, Written, holds, written
from meshwarden.manifests.type_systems import ANYWHERE, SYSTEMS
from meshwarden.mesh.records import Contract, Mesh
from meshwarden.render.untyped_columns import untyped
from meshwarden.rules.rule import MeshRule, Said, kinds

_WORDS_OF_ODCS: Final = ("array", "map", "object")  # its own examples have them as physical types, too


def _check(mesh: Mesh) -> Said:
    refused = _refused(mesh)
    for contract in mesh.contracts:
        told = refused.get(contract.manifest.path, {})
        for pointer, reason in told.items():
            hint = "Say a type that the system has, in physicalType or logicalType."
            yield Fault(reason, Place(contract.manifest.path, pointer), hint)
        for fault in _misfits(mesh, contract):
            if fault.place.pointer not in told:
                yield fault


def _refused(mesh: Mesh) -> Mapping[str, Mapping[Pointer, str]]:
    """Why columns cannot be rendered, by the contract's path and the column's place: each place once."""
    found: dict[str, dict[Pointer, str]] = {}
    known = mesh.settings.environment_names
    for product in mesh.products.values():
        for environment in product.environments:
            for contract, refusal in untyped(product, environment) if environment in known else ():
                found.setdefault(contract.manifest.path, {}).setdefault(refusal.pointer, refusal.reason)
    return found


def _misfits(mesh: Mesh, contract: Contract) -> Iterator[Fault]:
    """The columns whose type is none of the contract's systems, or does not fit what they hold."""
    servers = [server for server in contract.servers if _counts(mesh, server)]
    typed = {SYSTEMS[server.type].name: server for server in servers if server.type in SYSTEMS}
    systems = [SYSTEMS[server.type] for server in typed.values()]
    if not systems:
        return
    clear = all(server.type in SYSTEMS for server in servers)
    related = tuple(
        Related(Place(contract.manifest.path, (*server.pointer, "type")), f"it lies in {name}")
        for name, server in typed.items()
    )
    for entry in contract.objects:
        for column in properties(fields.at(contract.manifest.data, *entry.pointer), entry.pointer):
            found = _misfit(column, systems, clear=clear)
            if found:
                message, hint = found
                place = Place(contract.manifest.path, (*column.pointer, "physicalType"))
                yield Fault(f"column `{column.name}` has {message}", place, hint, related=related)


def _counts(mesh: Mesh, server: Server) -> bool:
    """Whether a server lies in an environment of the mesh."""
    known = mesh.settings.environment_names
    return server.environment is None or not known or server.environment in known


def _misfit(column: Property, systems: Sequence[TypeSystem], *, clear: bool) -> tuple[str, str] | None:
    """What is wrong with a column's physicalType, and a hint; None if nothing is, or that cannot be told.

    `clear` is whether these are all systems that the contract's data lies in.
    """
    physical, logical = (fields.text(column.said, key) or "" for key in ("physicalType", "logicalType"))
    named = written(physical) if physical else None
    if named is None or (named.name in _WORDS_OF_ODCS and named.name == logical):
        return None
    families = [system.family(named) for system in systems]
    called = " and ".join(system.name for system in systems)
    if clear and all(_lacks(system, named) for system in systems):
        known = {name for system in systems for name in system.types}
        hint = offer(named.name, known, f"Types of {called}")
        lacking = (
            f"neither {called.replace(' and ', ' nor ')} has" if systems[1:] else f"{called} does not have"
        )
        return f"physicalType `{physical}`, which {lacking}", hint
    if all(family and not holds(family, column.said) for family in families):
        hint = "Change the one that is wrong: the type of the column, or what its values are."
        return f"physicalType `{physical}` in {called}, which cannot hold its logicalType `{logical}`", hint
    return None


def _lacks(system: TypeSystem, named: Written) -> bool:
    """Whether a system surely has no type of that name."""
    if system.family(named):
        return False
    return not system.extensible or bool({named.name, named.name.partition(" ")[0]} & ANYWHERE)


RULE: Final = MeshRule("contract/physical-type", Severity.ERROR, __doc__, kinds("DataContract"), check=_check)
