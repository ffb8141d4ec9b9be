"""What `yaml/ambiguous-scalar` says to write is read alike by both versions of YAML."""

from __future__ import annotations

import re

import pytest
import yaml

from meshwarden.findings import Fault
from meshwarden.manifests.layout import Layout
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.rules.yaml.ambiguous_scalar import RULE
from meshwarden.sources.reader import read


@pytest.mark.parametrize(
    ("written", "number"),
    [("1e9", 1e9), ("1e+30", 1e30), ("2e-7", 2e-7), ("0123", 123), ("07654321", 7654321)],
)
def test_the_number_that_it_offers(written: str, number: float) -> None:
    manifest = recognise(read("a.yaml", f"maximum: {written}\n".encode()), Layout())
    (found,) = RULE.check(manifest, SchemaStore())
    assert isinstance(found, Fault)
    offered = re.search(r"`([^`]+)` if it is the number", str(found.hint))
    assert offered is not None
    assert yaml.safe_load(offered[1]) == number
    assert read("b.yaml", f"maximum: {offered[1]}\n".encode()).data == {"maximum": number}
