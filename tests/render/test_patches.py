"""A JSON patch makes one object of another, and fails on any object that is not the one it was made for."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meshwarden.render.patches import patch

leaves = st.one_of(st.none(), st.booleans(), st.integers(0, 3), st.sampled_from(["", "a", "b", "~/"]))
keys = st.sampled_from(["a", "b", "a/b", "~", "c"])
values = st.recursive(
    leaves,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(keys, below, max_size=3)),
    max_leaves=8,
)
objects = st.dictionaries(keys, values, max_size=4).map(
    lambda spec: {"metadata": {"name": "x"}, "spec": spec}
)


class Failed(Exception):
    """A `test` of a patch does not hold."""


def apply(thing: Any, operations: list[dict[str, Any]]) -> Any:
    """RFC 6902, as far as our patches use it."""
    result = copy.deepcopy(thing)
    for operation in operations:
        *way, last = [key.replace("~1", "/").replace("~0", "~") for key in operation["path"].split("/")[1:]]
        parent = result
        for key in way:
            parent = parent[key]
        match operation["op"]:
            case "test":
                if last not in parent or repr(parent[last]) != repr(operation["value"]):
                    raise Failed(operation)
            case "remove":
                del parent[last]
            case "replace":
                assert last in parent
                parent[last] = copy.deepcopy(operation["value"])
            case "add":
                parent[last] = copy.deepcopy(operation["value"])
    return result


@given(objects, objects)
@settings(deadline=None)
def test_it_makes_the_one_of_the_other(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert repr_sorted(apply(base, patch(base, wanted))) == repr_sorted(wanted)


@given(objects)
@settings(deadline=None)
def test_equal_objects_need_none(thing: dict[str, Any]) -> None:
    assert patch(thing, copy.deepcopy(thing)) == []


@given(objects, objects)
@settings(deadline=None)
def test_each_change_is_tested_first(base: dict[str, Any], wanted: dict[str, Any]) -> None:
    operations = patch(base, wanted)
    for before, operation in pairwise(operations):
        if operation["op"] in {"replace", "remove"}:
            assert (before["op"], before["path"]) == ("test", operation["path"])
    assert not operations or operations[0] == {"op": "test", "path": "/metadata/name", "value": "x"}


def test_it_fails_where_the_base_has_moved_on() -> None:
    operations = patch(
        {"metadata": {"name": "x"}, "spec": {"a": 1}}, {"metadata": {"name": "x"}, "spec": {"a": 2}}
    )
    with pytest.raises(Failed):
        apply({"metadata": {"name": "x"}, "spec": {"a": 3}}, operations)


def test_a_list_is_replaced_whole() -> None:
    operations = patch(
        {"metadata": {"name": "x"}, "spec": {"tags": [1, 2]}},
        {"metadata": {"name": "x"}, "spec": {"tags": [1, 3]}},
    )
    assert operations[1:] == [
        {"op": "test", "path": "/spec/tags", "value": [1, 2]},
        {"op": "replace", "path": "/spec/tags", "value": [1, 3]},
    ]


def repr_sorted(value: Any) -> str:
    """Tells 1 from True, and does not mind the order of keys."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{repr_sorted(value[key])}" for key in sorted(value)) + "}"
    return repr([repr_sorted(item) for item in value]) if isinstance(value, list) else repr(value)
