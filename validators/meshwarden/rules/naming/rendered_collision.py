"""Two manifests that would make one and the same thing.

Buckets, topics and roles have one name in a whole system. Where two products, or two environments of one,
render the same, each of them owns it in the eyes of its controller: the one's writers write into the other's
data, and removing one takes away both.

So it is with a namespace, where mesh.yaml gives each domain namespaces of its own (`{domain}` in an
environment's `namespace`): `trips/by-zone` and `trips-by/zone` both have `trips-by-zone`, and whoever runs
pods there may take the rights of either.

To fix it, give each its own place: another `location`, `physicalName` or `topic` in one of the contracts, or
one server an environment; another name for one of the products.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Related, Severity
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    for collision in rendered.rendering.collisions:
        related = tuple(Related(place, "it is made here as well") for place in collision.others)
        yield Fault(collision.message, collision.place, collision.hint, related=related)


RULE: Final = RenderedRule("naming/rendered-collision", Severity.ERROR, __doc__, check=_check)
