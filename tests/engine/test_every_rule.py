"""Every rule that judges manifests finds what breaks it, at any place and with any value that does.

What breaks a rule, and where, follows from its definition, and not from the code that judges by it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine import breaches_of_files, breaches_of_products, breaches_of_references, breaches_of_text
from tests.engine.changed_mesh import judged, one_opa, reference_files

from meshwarden.policy.modules import own_modules, policies
from meshwarden.rules.registry import all_rules
from meshwarden.rules.rule import RenderedRule

BREACHES = {
    **breaches_of_text.BREACHES,
    **breaches_of_files.BREACHES,
    **breaches_of_references.BREACHES,
    **breaches_of_products.BREACHES,
}


@pytest.fixture(scope="module", autouse=True)
def _one_opa() -> Iterator[None]:
    with one_opa():
        yield


def test_no_rule_is_left_out() -> None:
    rules = all_rules(policies(own_modules()))
    assert set(BREACHES) == {rule.id for rule in rules if not isinstance(rule, RenderedRule)}


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
@pytest.mark.parametrize("rule", BREACHES)
def test_a_breach_is_found_where_it_is(rule: str, draw: st.DataObject) -> None:
    breach = draw.draw(BREACHES[rule])
    files = {**reference_files(), **breach.files}
    there = {path: content for path, content in files.items() if content is not None}
    outcome = judged(there, select=(rule, *breach.beside))
    assert outcome is not None
    assert outcome.errors == ()
    found = [finding for finding in outcome.findings if finding.rule == rule]
    assert any(map(breach.is_found, found)), found
