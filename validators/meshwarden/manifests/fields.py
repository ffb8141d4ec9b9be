"""Reading fields of a document that may hold anything anywhere: what has the wrong type is as if not there.

The schema rule tells users about wrong types; every other reader gets by without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any


def at(data: Any, *keys: str | int) -> Any:
    """What stands below `data` at `keys`; None where nothing does."""
    for key in keys:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data):
            data = data[key]
        else:
            return None
    return data


def text(data: Any, *keys: str | int) -> str | None:
    """The text at `keys`; None where there is none, or a blank one."""
    value = at(data, *keys)
    return value if isinstance(value, str) and value.strip() else None


def day(data: Any, *keys: str | int) -> date | None:
    """The day at `keys`, written as `2027-02-15`; None where there is none."""
    value = text(data, *keys)
    try:
        found = date.fromisoformat(value) if value else None
    except ValueError:
        return None
    return found if found and found.isoformat() == value else None


def mapping(data: Any, *keys: str | int) -> Mapping[str, Any]:
    """The mapping at `keys`; empty where there is none."""
    value = at(data, *keys)
    return value if isinstance(value, dict) else {}


def entries(data: Any, *keys: str | int) -> list[Any]:
    """The list at `keys`; empty where there is none."""
    value = at(data, *keys)
    return value if isinstance(value, list) else []


def mappings(data: Any, *keys: str | int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The mappings in the list at `keys`, each with its index."""
    for index, item in enumerate(entries(data, *keys)):
        if isinstance(item, dict):
            yield index, item


def texts(data: Any, *keys: str | int) -> tuple[str, ...]:
    """The texts in the list at `keys`."""
    return tuple(item for item in entries(data, *keys) if isinstance(item, str))


def named(data: Any, *keys: str | int) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
    """Entries that are a name, or a mapping with one: index, name, and the mapping (empty for a name)."""
    for index, item in enumerate(entries(data, *keys)):
        name = item if isinstance(item, str) else text(item, "name")
        if name:
            yield index, name, item if isinstance(item, dict) else {}
