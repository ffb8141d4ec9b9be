"""What rules know of targets and runtimes without importing them is what these are."""

from meshwarden.render.requirements import BY_RUNTIME, BY_SYSTEM
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.targets.registry import TARGETS


def test_each_type_that_is_rendered_says_what_it_needs() -> None:
    assert set(BY_SYSTEM) == set(TARGETS)


def test_each_runtime_says_what_it_needs() -> None:
    assert set(RUNTIMES) <= set(BY_RUNTIME)
