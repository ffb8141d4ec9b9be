"""Documents that differ from a given one in one thing, and are the same ones each time."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.schemas.documents import Pointer, at, nodes, removed, replaced

_OTHERS: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "unheard of",
    "2026-01-01",
    [],
    [None],
    ["x"],
    {},
    {"x": 1},
)


_NAMES = ("name", "server", "property", "username", "url", "id")  # by which entries of two lists are the same


def removals(document: Any) -> Iterator[tuple[str, Any]]:
    """The document without one thing, for each thing in it but its `apiVersion`."""
    for pointer, _ in nodes(document):
        if pointer and pointer != ("apiVersion",):
            yield f"without {pointer}", removed(document, pointer)


def grafts(document: Any, other: Any) -> Iterator[tuple[str, Any]]:
    """The document with one thing that another one has and it has not, for each such thing."""
    for pointer, value in _more(document, other, ()):
        yield f"with {pointer}", replaced(document, pointer, value)


def _more(here: Any, there: Any, pointer: Pointer) -> Iterator[tuple[Pointer, Any]]:
    if isinstance(here, dict) and isinstance(there, dict):
        for key, value in there.items():
            if key in here:
                yield from _more(here[key], value, (*pointer, key))
            else:
                yield (*pointer, key), value
    elif isinstance(here, list) and isinstance(there, list):
        for entry in there:
            index = next((index for index, own in enumerate(here) if _is_same(own, entry)), None)
            if index is None:
                yield pointer, [*here, entry]
            else:
                yield from _more(here[index], entry, (*pointer, index))
    elif here != there and pointer != ("apiVersion",):
        yield pointer, there


def _is_same(own: Any, entry: Any) -> bool:
    if isinstance(own, dict) and isinstance(entry, dict):
        return any(name in own and own[name] == entry.get(name) for name in _NAMES)
    return bool(own == entry)


def mutants(document: Any, count: int, seed: int) -> Iterator[tuple[str, Any]]:
    """`count` mutants, each with what was done; `apiVersion` stays, as it says which schema judges."""
    random = Random(seed)
    places = [pointer for pointer, _ in nodes(document) if pointer and pointer != ("apiVersion",)]
    text = json.dumps(document)  # read anew for each, which is five times as fast as a deep copy
    made = 0
    while made < count:
        mutate = random.choice(_MUTATIONS)
        pointer = random.choice(places)
        changed = json.loads(text)
        holder = at(changed, pointer[:-1])
        if mutate(random, changed, holder, pointer[-1], places):
            yield f"{mutate.__name__} {pointer}", changed
            made += 1


def _deleted(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    del holder[key]
    return True


def _renamed(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    if isinstance(holder, dict):
        value = holder.pop(key)
        holder[f"{key}s" if random.random() < 0.5 else str(random.choice(places)[-1])] = value
    return isinstance(holder, dict)


def _of_another_type(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    holder[key] = copy.deepcopy(random.choice(_OTHERS))
    return True


def _with_another_word(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    """A text for one that stands elsewhere: most often none of those that are allowed."""
    words = [value for _, value in nodes(document) if isinstance(value, str)]
    if isinstance(holder[key], str):
        holder[key] = random.choice(words)
        return True
    return False


def _with_an_unknown_key(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    if isinstance(holder[key], dict):
        holder[key]["unheardOf"] = copy.deepcopy(random.choice(_OTHERS))
        return True
    return False


def _with_a_known_key(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    """A field with its value, copied into a mapping where it may have no business."""
    source = random.choice(places)
    if isinstance(holder[key], dict) and isinstance(source[-1], str):
        holder[key][source[-1]] = copy.deepcopy(at(document, source))
        return True
    return False


def _twice(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    if isinstance(holder, list):
        holder.append(copy.deepcopy(holder[key]))
    return isinstance(holder, list)


def _swapped(random: Random, document: Any, holder: Any, key: Any, places: list[Pointer]) -> bool:
    """What stands here, and what stands elsewhere, each in the other's place."""
    other = random.choice(places)
    here = (*_pointer_of(document, holder), key)
    if here[: len(other)] == other or other[: len(here)] == here:
        return False
    elsewhere = at(document, other[:-1])
    holder[key], elsewhere[other[-1]] = elsewhere[other[-1]], holder[key]
    return True


def _pointer_of(document: Any, wanted: Any) -> Pointer:
    return next(pointer for pointer, value in nodes(document) if value is wanted)


_MUTATIONS = (
    *(_deleted, _renamed, _of_another_type, _with_another_word),
    *(_with_an_unknown_key, _with_a_known_key, _twice, _swapped),
)
