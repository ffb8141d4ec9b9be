"""How long a contract has its data kept: the retention of ODCS' `slaProperties`, in the systems' units."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.manifests.bitol import service_level
from meshwarden.mesh.records import Contract
from meshwarden.render.targets.target import NotRendered, ServerContext, Why

# ODCS writes `y`, `yr`, `years` and so on. Years and months count by the calendar's mean, so that seven years
# are not two days short.
_DAYS: Final = {
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 365.25),
    **dict.fromkeys(("m", "mo", "mon", "month", "months"), 365.25 / 12),
    **dict.fromkeys(("w", "wk", "week", "weeks"), 7.0),
    **dict.fromkeys(("d", "day", "days"), 1.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 1 / 24),
}
_MILLISECONDS_A_DAY: Final = 86_400_000


def is_readable(contract: Contract) -> bool:
    """Whether the contract's retention, if it has one, is a positive time in a unit that is known."""
    data = contract.manifest.data
    return service_level(data, "retention") is None or _in_days(data) is not None


def unreadable(context: ServerContext) -> Iterator[NotRendered]:
    """What is not rendered where the contract's retention is none that is known."""
    said = service_level(context.contract.manifest.data, "retention")
    if said and not is_readable(context.contract):
        yield context.at(
            said.pointer, "its retention has no value and unit that can be read", why=Why.RETENTION
        )


def days(contract: Contract) -> int | None:
    """The retention in whole days, at least one; None if the contract has none that is readable."""
    found = _in_days(contract.manifest.data)
    return None if found is None else max(1, math.ceil(round(found, 6)))


def milliseconds(contract: Contract) -> int | None:
    """The retention in milliseconds; None if the contract has none that is readable."""
    return _in_milliseconds(contract.manifest.data)


def milliseconds_of(level: Mapping[str, Any]) -> int | None:
    """The same of one among the contract's `slaProperties`, where several tell retentions."""
    return _in_milliseconds({"slaProperties": [level]})


def _in_milliseconds(data: Any) -> int | None:
    found = _in_days(data)
    return None if found is None else round(found * _MILLISECONDS_A_DAY)


def _in_days(data: Any) -> float | None:
    said = service_level(data, "retention")
    if said is None:
        return None
    found = (said.value or 0) * _DAYS.get(said.unit.strip().lower(), 0)
    return found if found > 0 and math.isfinite(found * _MILLISECONDS_A_DAY) else None
