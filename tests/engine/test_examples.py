"""Documents that nobody here wrote: the examples of Bitol's standards, laid into the reference mesh."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.reports_read import standing

Run = Callable[..., "CompletedProcess[str]"]
_FOLDER = os.environ.get("MESHWARDEN_TEST_EXAMPLES", "")
_PRODUCT = "domains/source-aligned/trips/taxi-trips"
_UNOFFERED = {"reference/contract": 1}  # no port of the product offers it
_NO_LEVELS = {"sla/required": 1}  # the product is active

pytestmark = pytest.mark.skipif(
    not _FOLDER, reason="MESHWARDEN_TEST_EXAMPLES names no folder of the standards' examples"
)

# What is right to say of each: they are valid, and know nothing of a mesh that wants classes and keys.
_CONTRACTS: dict[str, dict[str, int]] = {
    "all-schema-types": {
        **_UNOFFERED,
        **_NO_LEVELS,
        "classification/required": 4,
        "contract/primary-key": 2,
    },
    "database-table-sla": {**_UNOFFERED, "yaml/ambiguous-scalar": 1},
    "full-example": {**_UNOFFERED, "yaml/ambiguous-scalar": 1},
    "kafka-schema": {**_UNOFFERED, **_NO_LEVELS, "classification/required": 3},
    "kafka-server": {**_UNOFFERED, **_NO_LEVELS},
    "table-columns-with-partition": {**_UNOFFERED, **_NO_LEVELS, "classification/required": 4},
}


def _rules(mesh: Path, meshwarden: Run) -> Counter[str]:
    done = meshwarden(mesh, "check", "--no-render", "--format", "json")
    report = json.loads(done.stdout)
    assert report["errors"] == []
    return Counter(finding["rule"] for finding in standing(report))


@pytest.mark.parametrize("name", _CONTRACTS)
def test_a_contract_of_the_standard_is_judged(reference: Path, meshwarden: Run, name: str) -> None:
    shutil.copy(Path(_FOLDER) / f"odcs/{name}.odcs.yaml", reference / _PRODUCT / "contracts")

    assert _rules(reference, meshwarden) == _CONTRACTS[name]


def test_a_data_product_of_the_standard_is_judged(reference: Path, meshwarden: Run) -> None:
    folder = reference / "domains/source-aligned/trips/simple"
    folder.mkdir()
    shutil.copy(Path(_FOLDER) / "odps/simple-data-product.odps.yaml", folder / "data-product.yaml")

    assert _rules(reference, meshwarden) == {
        "contract/version": 1,  # `v1.0.0` is read as `1.0.0`
        "naming/metadata-name": 1,  # it is called `Simple Data Product`
        "ownership/owner": 2,  # neither team nor support channel
        "reference/contract": 2,  # the contracts of both its ports lie elsewhere
    }


def test_every_example_is_among_these() -> None:
    there = {path.name for path in Path(_FOLDER).glob("o*/*.yaml")}

    assert there == {*(f"{name}.odcs.yaml" for name in _CONTRACTS), "simple-data-product.odps.yaml"}
