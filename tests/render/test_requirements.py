"""What rules know of the targets without importing them is what the targets are."""

from meshwarden.render.requirements import BY_SYSTEM
from meshwarden.render.targets.registry import TARGETS


def test_each_type_that_is_rendered_says_what_it_needs() -> None:
    assert set(BY_SYSTEM) == set(TARGETS)
