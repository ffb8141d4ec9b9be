"""What rendered objects refer to is rendered with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from tests.render.meshes import in_glue, rendered
from tests.render.warehouse import warehouse

CHECKOUT: Final = Path(__file__).parents[2]
# The kind that each of these fields names; a `resourceRef` says it itself.
_KINDS: Final = {
    "datasetRef": "BigQueryDataset",
    "topicRef": "PubSubTopic",
    "schemaRef": "PubSubSchema",
    "from": "Policy",
}


def _objects(files: Mapping[str, bytes]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of data products, each with its unit's folder."""
    for path, content in files.items():
        if path.startswith("rendered/domains/") and path.endswith(".yaml"):
            data = yaml.safe_load(content)
            if isinstance(data, dict) and "kind" in data and "metadata" in data:
                yield "/".join(path.split("/")[:4]), data


def _references(value: Any) -> Iterator[tuple[str, str]]:
    """Kind and name of what a value refers to in its cluster."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, below in value.items():
            kind = below.get("kind") if key == "resourceRef" else _KINDS.get(key)
            if isinstance(below, dict) and kind and "name" in below:
                yield kind, below["name"]
            yield from _references(below)


@pytest.mark.parametrize("changes", [{}, in_glue(), warehouse()], ids=["small", "glue", "warehouse"])
def test_what_is_referred_to_is_there(changes: dict[str, str]) -> None:
    _assert_there(rendered(changes).files)


def test_in_the_reference_mesh_as_well() -> None:
    paths = (CHECKOUT / "rendered/domains").rglob("*.yaml")
    _assert_there({path.relative_to(CHECKOUT).as_posix(): path.read_bytes() for path in paths})


def _assert_there(files: Mapping[str, bytes]) -> None:
    found = list(_objects(files))
    there = {(unit, data["kind"], data["metadata"]["name"]) for unit, data in found}
    wanted = {(unit, *one) for unit, data in found for one in _references(data.get("spec"))}
    assert wanted
    assert wanted - there == set()
