"""Where an error of jsonschema-rs lies.

Its own paths leave empty keys out, and turn keys of digits into numbers: `00` and `0` are both 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import jsonschema_rs

from meshwarden.findings import Pointer
from meshwarden.manifests.fields import at


def pointer_of(error: jsonschema_rs.ValidationError, data: Any) -> Pointer:
    """The pointer to the value that the error is about: the one that fits its path, and has its value."""
    found = list(_fitting(error.instance_path, data, ()))
    exact = (pointer for pointer in found if at(data, *pointer) == error.instance)
    return next(exact, found[0] if found else tuple(error.instance_path))


def _fitting(path: Sequence[str | int], data: Any, reached: Pointer) -> Iterator[Pointer]:
    if not path:
        yield reached
    elif isinstance(data, list) and isinstance(path[0], int) and path[0] < len(data):
        yield from _fitting(path[1:], data[path[0]], (*reached, path[0]))
    elif isinstance(data, dict):
        for key in data:
            if key == path[0] or _is_number(key, path[0]):
                yield from _fitting(path[1:], data[key], (*reached, key))
    if isinstance(data, dict) and "" in data:
        yield from _fitting(path, data[""], (*reached, ""))


def _is_number(key: str, number: str | int) -> bool:
    digits = key.removeprefix("+")
    if not (isinstance(number, int) and digits.isascii() and digits.isdigit()):
        return False
    return (digits.lstrip("0") or "0") == str(number)  # Python reads no number of 5,000
