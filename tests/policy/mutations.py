"""Documents as nobody writes them on purpose: values of every type, anywhere."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.5, 10**30, -(10**20), 1e308, 5e-324),
    *(
        "",
        " ",
        "\n",
        "x",
        "X",
        "public",
        "null",
        "%s %d %",
        "a\u0000b",
        "\U0001f6d1",
        "\u202e",
        "`",
        "x" * 300,
    ),
    *([], [[]], [None], ["x"], [1, "x", None, {}], [{}], [{"name": None}], [{"name": ["x"]}]),
    *({}, {"x": 1}, {"": ""}, {"name": {}}, {"classification": []}, {"0": 0}, {"properties": {"a": {}}}),
)


def places(data: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place in a document, the root first."""
    yield at
    if isinstance(data, dict | list):
        for key, below in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(below, (*at, key))


def replaced(data: Any, place: tuple[str | int, ...], value: Any) -> Any:
    """A copy of the document with `value` at the place."""
    if not place:
        return copy.deepcopy(value)
    data = copy.deepcopy(data)
    holder = data
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = copy.deepcopy(value)
    return data


def without(data: Any, place: tuple[str | int, ...]) -> Any:
    """A copy of the document without what is at the place."""
    data = copy.deepcopy(data)
    holder = data
    for key in place[:-1]:
        holder = holder[key]
    del holder[place[-1]]
    return data


def mutations(data: Any, chance: Random, count: int) -> Any:
    """The document with some of its places changed: a value of any type, nothing, or another part of it."""
    for _ in range(count):
        known = list(places(data))
        place = chance.choice(known)
        action = chance.randrange(4)
        if action == 0 and place:
            data = without(data, place)
        elif action == 1:
            data = replaced(data, place, _at(data, chance.choice(known)))
        else:
            data = replaced(data, place, chance.choice(VALUES))
    return data


def _at(data: Any, place: tuple[str | int, ...]) -> Any:
    for key in place:
        data = data[key]
    return copy.deepcopy(data)
