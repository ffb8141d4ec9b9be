"""Anchored values: what aliases stand for, and how much that is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

_A_VALUE: Final = 100  # characters of text


@dataclass
class Anchored:
    """A value with an anchor. `whole` is False until its end has come: an alias within it has no end."""

    value: Any
    whole: bool

    @cached_property
    def size(self) -> tuple[int, int]:
        """How many values it holds, those behind aliases counted each time, and how deep they are nested.

        Long text counts as several: repeated, it exhausts whatever writes the document out as JSON.

        Worked out at the first alias. What is aliased was within the limits, so this ends soon.
        """
        return _size(self.value)


def _size(value: Any) -> tuple[int, int]:
    if not isinstance(value, dict | list):
        return 1 + (len(value) // _A_VALUE if isinstance(value, str) else 0), 0
    sizes = [_size(item) for item in (value.values() if isinstance(value, dict) else value)]
    return 1 + sum(count for count, _ in sizes), 1 + max((height for _, height in sizes), default=0)


def merge(data: dict[Any, Any], value: Any) -> bool:
    """Merges into a mapping what stands behind its `<<`; False if that is neither mapping nor mappings.

    As YAML 1.1 does, and every reader of Kubernetes manifests still: keys that the mapping itself has win,
    wherever they stand; of a list of mappings the first.
    """
    sources = value if isinstance(value, list) else [value]
    if not sources or not all(isinstance(source, dict) for source in sources):
        return False
    for source in sources:
        for name, merged in source.items():
            data.setdefault(name, merged)
    return True
