"""What holds data is kept, whoever wrote it: in all that is rendered, and in what stages have by hand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from tests.conftest import CHECKOUT

from meshwarden.render.keeping import HOLDING, HOLDING_NOTHING, is_kept
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import ObjectKind


@cache
def objects() -> tuple[tuple[str, Any], ...]:
    """The objects of the reference mesh by path, whole ones: patches do not tell kinds."""
    return tuple(_objects())


def _objects() -> Iterator[tuple[str, Any]]:
    for folder in ("rendered", "platform"):
        for path in sorted((CHECKOUT / folder).rglob("*.yaml")):
            if "templates" in path.parts:
                continue
            for entry in yaml.load_all(path.read_bytes(), yaml.CSafeLoader):
                if isinstance(entry, dict) and "apiVersion" in entry and "metadata" in entry:
                    yield path.relative_to(CHECKOUT).as_posix(), entry


def test_each_kind_that_a_target_renders_is_known_to_hold_data_or_not() -> None:
    of_targets = {kind for target in TARGETS.values() for kind in target.kinds}
    of_runtimes = {kind for runtime in RUNTIMES.values() for kind in runtime.kinds}
    assert of_targets | of_runtimes <= {*HOLDING, *HOLDING_NOTHING}


def test_the_reference_mesh_has_an_object_of_each_kind_that_is_rendered() -> None:
    """Rendered, or written by hand where a product may also have one of its own, as a Cluster."""
    of_targets = {kind for target in TARGETS.values() for kind in target.kinds}
    of_runtimes = {kind for runtime in RUNTIMES.values() for kind in runtime.kinds}
    assert of_targets | of_runtimes <= {ObjectKind.of(entry) for _, entry in objects()}


def test_each_custom_kind_of_the_reference_mesh_is_known_to_hold_data_or_not() -> None:
    kinds = {ObjectKind.of(entry) for _, entry in objects()}
    custom = {
        kind
        for kind in kinds
        if "." in kind.group
        and not kind.group.endswith((".k8s.io", "config.k8s.io"))
        and kind.group != "meshwarden.dev"
    }
    assert custom <= {*HOLDING, *HOLDING_NOTHING}


@pytest.mark.parametrize("kind", HOLDING, ids=lambda kind: f"{kind.group}/{kind.kind}")
def test_what_holds_data_says_that_it_is_kept(kind: ObjectKind) -> None:
    """What is written is what the table tells: Argo CD's options, and the controller's own policy."""
    found = [(path, entry) for path, entry in objects() if ObjectKind.of(entry) == kind]
    lacking = {path: lacks for path, entry in found if (lacks := HOLDING[kind].lacks(entry))}
    assert lacking == {}


def test_what_holds_nothing_is_pruned() -> None:
    """But for roles of databases that own what is in them."""
    kept = {ObjectKind.of(entry) for _, entry in objects() if is_kept(entry)}
    assert {kind.kind for kind in kept & set(HOLDING_NOTHING)} <= {"DatabaseRole"}
