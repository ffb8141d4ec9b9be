"""What rules about rules judge: a run as it is when all other rules have judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from meshwarden.manifests.waivers import Waiver
from meshwarden.mesh.records import Mesh


@dataclass(frozen=True)
class Run:
    """The rules that there are, and what became of the waivers on the day of the check.

    `waivable` tells of each rule, by its id, whether it may be waived. `used` are the waivers that waive
    something; `undecided` those of which that cannot be said, as not all was judged, with the reason.
    """

    mesh: Mesh
    today: date
    waivable: Mapping[str, bool]
    used: Collection[Waiver]
    undecided: Mapping[Waiver, str]
