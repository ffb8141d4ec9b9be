"""How messages call values: what they are, what they hold, what is wanted instead."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests.fields import text

_TYPES: Final = {"object": "a mapping", "array": "a list", "null": "empty", "integer": "an integer"}
_LONGEST: Final = 60  # characters of a value that a message shows
_NAMES: Final = ("name", "server", "id", "property")  # fields that list items are called by


def shown(pointer: Pointer, data: Any) -> str:
    """What a message calls the value at `pointer`: its field, or the list item by its name."""
    if not pointer:
        return "the document"
    last = pointer[-1]
    if isinstance(last, str):
        return quoted(last)
    name = next(filter(None, (text(data, *pointer, key) for key in _NAMES)), None)
    return quoted(name) if name else f"item {last + 1} of {shown(pointer[:-1], data)}"


def type_of(value: Any) -> str:
    """The type of a value, as a message says what it is."""
    match value:
        case None:
            return "empty"
        case bool():
            return "a boolean"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return "a string"
        case _:
            return "a number"


def either(types: Iterable[str]) -> str:
    """The types that JSON Schema's names mean, any of which is wanted."""
    return " or ".join(_TYPES.get(name, f"a {name}") for name in dict.fromkeys(types))


def listed(values: Iterable[Any]) -> str:
    """Values one after the other."""
    return ", ".join(quoted(value) for value in values)


def quoted(value: Any) -> str:
    """A value as it is written, or its beginning; of a mapping or a list, that it is one."""
    if isinstance(value, dict | list):
        return type_of(value)
    written = value if isinstance(value, str) else json.dumps(value)
    return f"`{written if len(written) <= _LONGEST else written[: _LONGEST - 3] + '...'}`"
