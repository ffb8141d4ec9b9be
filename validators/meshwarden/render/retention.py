"""How long a contract has its data kept: the retention of ODCS' `slaProperties`, in the systems' units.

A service level is of all schema objects, or of those that its `element` names: `object`, `object.column`, or
several of them with commas in between. An object's own goes before one of all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject, number
from meshwarden.mesh.records import Contract
from meshwarden.render.targets.target import NotRendered, ServerContext, Why

# ODCS writes `y`, `yr`, `years` and so on. Years and months count by the calendar's mean, so that seven years
# are not two days short.
_DAYS: Final = {
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 365.25),
    **dict.fromkeys(("m", "mo", "mon", "month", "months"), 365.25 / 12),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7.0),
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 1440),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1 / 86_400),
}
_MILLISECONDS_A_DAY: Final = 86_400_000

# Days that buckets keep what no retention speaks of, so that it does not pile up:
RECOVERY_DAYS: Final = 30  # how long what was overwritten or deleted can be had back
UPLOAD_DAYS: Final = 7  # after which parts of an upload that never ended are cleared away
_MOST: Final = (2**31 - 1) * _MILLISECONDS_A_DAY  # buckets count days in 32 bits


@dataclass(frozen=True, slots=True)
class Retention:
    """A service level that tells how long something is kept, and the columns that it counts from."""

    said: Mapping[str, Any]
    pointer: Pointer
    counted: tuple[str, ...] = ()

    @property
    def value(self) -> Pointer:
        """Where its value stands."""
        return (*self.pointer, "value")

    @property
    def milliseconds(self) -> int | None:
        """None if it is no positive time in a unit that is known."""
        unit = (fields.text(self.said, "unit") or "").strip().lower()
        found = (number(self.said.get("value")) or 0) * _DAYS.get(unit, 0)
        milliseconds = found * _MILLISECONDS_A_DAY
        return round(milliseconds) if 0 < milliseconds <= _MOST else None

    @property
    def is_rounded(self) -> bool:
        """Whether it is told in parts of a day, and is no number of whole days."""
        unit = (fields.text(self.said, "unit") or "").strip().lower()
        return _DAYS.get(unit, 1.0) < 1 and (self.milliseconds or 0) % _MILLISECONDS_A_DAY > 0

    @property
    def days(self) -> int | None:
        """In whole days, at least one."""
        found = self.milliseconds
        return None if found is None else max(1, math.ceil(found / _MILLISECONDS_A_DAY))


def of_object(contract: Contract, entry: SchemaObject) -> Retention | None:
    """How long a schema object is kept; None where the contract does not say, or only for its others.

    Of several times it is the longest, and one that cannot be read is longer than all: nothing is deleted
    before its time.
    """
    return max(_all_of(contract, entry), key=_length, default=None)


def _all_of(contract: Contract, entry: SchemaObject) -> Sequence[Retention]:
    """The retentions that hold for a schema object: those of its columns, and its own before those of all.

    No system deletes single columns, so that one of a column is one of the rows.
    """
    own: list[Retention] = []
    of_columns: list[Retention] = []
    of_all: list[Retention] = []
    for level, elements in _levels(contract):
        mine = [column for element in elements if (column := _column_of(entry, element)) is not None]
        if mine:
            columns = tuple(column for column in mine if column)
            (of_columns if len(columns) == len(mine) else own).append(replace(level, counted=columns))
        elif not elements:
            of_all.append(level)
    return sorted((*of_columns, *(own or of_all)), key=lambda level: level.pointer)


def _length(level: Retention) -> float:
    return math.inf if level.milliseconds is None else level.milliseconds


def of_contract(contract: Contract) -> tuple[Retention, ...]:
    """The retentions that hold for something of a contract, each once."""
    if not contract.objects:
        longest = max((level for level, _ in _levels(contract)), key=_length, default=None)
        return (longest,) if longest else ()
    found = (of_object(contract, entry) for entry in contract.objects)
    return tuple({level.pointer: level for level in found if level}.values())


def days(contract: Contract) -> int | None:
    """The days that all of a contract is kept; None if it does not say, or not the same of all objects."""
    found = {level.days if level else None for level in _of_each(contract)}
    return found.pop() if len(found) == 1 else None


def unreadable(context: ServerContext) -> Iterator[NotRendered]:
    """What is not rendered where the contract's retention is none that is known, or of nothing."""
    for level in of_contract(context.contract):
        if level.milliseconds is None:
            yield _told(context, level.value, "its retention has no value and unit that can be read")
    yield from mistaken(context)


def mistaken(context: ServerContext) -> Iterator[NotRendered]:
    """Retentions of what the contract has not, and different ones of one thing."""
    contract = context.contract
    several = [_all_of(contract, entry) for entry in contract.objects]
    for levels in several or [[level for level, _ in _levels(contract)]]:
        if len({level.milliseconds for level in levels}) > 1:
            reason = "another retention is of the same: the longest counts, and nothing is deleted before"
            yield _told(context, levels[-1].value, reason)
            break
    for level, elements in _levels(contract) if contract.objects else ():
        strays = [
            one for one in elements if all(_column_of(entry, one) is None for entry in contract.objects)
        ]
        if strays:
            reason = f"its retention is of `{strays[0]}`, and no schema object is called so"
            yield _told(context, (*level.pointer, "element"), reason)


def of_one_prefix(context: ServerContext) -> Iterator[NotRendered]:
    """The same, and what the lifecycle of a bucket cannot tell: it is of a prefix, and counts in days."""
    contract = context.contract
    found = of_contract(contract)
    if told := tuple(unreadable(context)):
        yield from told
    elif len({level and level.milliseconds for level in _of_each(contract)}) > 1:
        reason = (
            "its schema objects are kept for different times, and a bucket's lifecycle is of all that the"
            " contract has there: give them contracts of their own"
        )
        yield _told(context, found[-1].value, reason)
    elif found and found[0].is_rounded:
        longer = f"{found[0].days} day{'s' if found[0].days != 1 else ''}"
        reason = f"its data is kept for {longer}, and so for longer than it says: lifecycles count in days"
        yield _told(context, found[0].value, reason)


def _of_each(contract: Contract) -> Iterable[Retention | None]:
    """The retention of each schema object; of a contract that tells none, its own."""
    if not contract.objects:
        return of_contract(contract) or (None,)
    return [of_object(contract, entry) for entry in contract.objects]


def _levels(contract: Contract) -> Iterator[tuple[Retention, tuple[str, ...]]]:
    """The retentions as the contract lists them, each with the elements that it names."""
    for index, said in fields.mappings(contract.manifest.data, "slaProperties"):
        if fields.text(said, "property") == "retention":
            elements = (part.strip() for part in (fields.text(said, "element") or "").split(","))
            yield Retention(said, ("slaProperties", index)), tuple(filter(None, elements))


def _column_of(entry: SchemaObject, element: str) -> str | None:
    """The column of a schema object that an element names, empty for all of it; None if it is of another.

    Topics have dots in their names, so that the element is not taken apart at its first one.
    """
    for called in (entry.physical_name, entry.name):
        if element == called:
            return ""
        if element.startswith(f"{called}."):
            return element.removeprefix(f"{called}.")
    return element if any(element in (one.name, one.physical_name) for one in entry.columns) else None


def _told(context: ServerContext, pointer: Pointer, reason: str) -> NotRendered:
    return context.at(pointer, reason, why=Why.RETENTION)
