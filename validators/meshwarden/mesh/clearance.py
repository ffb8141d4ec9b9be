"""Which classes of data a contract has, and which of them a team may read."""

from __future__ import annotations

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import Classified
from meshwarden.manifests.settings import Settings
from meshwarden.mesh.records import Contract


def highest_class(settings: Settings, contract: Contract) -> Classified | None:
    """The highest class among the columns, at any depth; None if none has a class that the mesh knows."""
    order = settings.classifications or ()
    known = (found for entry in contract.objects for found in entry.classes if found.name in order)
    return max(known, key=lambda one: order.index(one.name), default=None)


def clearance_of(settings: Settings, team: str | None) -> str | None:
    """The highest class that a team may read; None if the mesh does not say, or does not have it."""
    said = fields.text((settings.teams or {}).get(team or ""), "clearance")
    return said if said in (settings.classifications or ()) else None


def beyond_clearance(settings: Settings, contract: Contract, team: str | None) -> Classified | None:
    """The highest class of a contract if a team may not read it; None if it may, or if that is not known."""
    order, allowed = settings.classifications or (), clearance_of(settings, team)
    found = highest_class(settings, contract)
    if allowed is None or found is None:
        return None
    return found if order.index(found.name) > order.index(allowed) else None
