"""The values of a module's variables: as JSON knows them, and held against what the module declares."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests.hints import nearest
from meshwarden.render.terraform.module import Module

_LARGEST: Final = 2**63 - 1  # Kubernetes keeps whole numbers in 64 bits


def wrong_values(module: Module, given: Mapping[str, Any]) -> Iterator[tuple[Pointer, str]]:
    """What is wrong with values that are given: where among them, and what."""
    for name, value in given.items():
        if name not in module.variables:
            near = nearest(name, module.variables)
            meant = f"; it has `{near}`" if near else ""
            yield (name,), f"module `{module.folder}` has no variable `{name}`{meant}"
        for pointer in _too_large(value, (name,)):
            yield pointer, f"variable `{name}` has a whole number of more than 64 bits"


def missing_values(module: Module, given: Mapping[str, Any]) -> Iterator[str]:
    """The variables that the module asks for and that are not given."""
    for name in module.required:
        if name not in given:
            yield f"module `{module.folder}` asks for variable `{name}`, which nobody gives"


def as_json(value: Any) -> bytes:
    """A value as the text of a JSON file: the same value gives the same bytes."""
    return (json.dumps(value, indent=2, sort_keys=True) + "\n").encode()


def _too_large(value: Any, place: Pointer) -> Iterator[Pointer]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _too_large(entry, (*place, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _too_large(entry, (*place, index))
    elif isinstance(value, int) and abs(value) > _LARGEST:
        yield place
