"""Secrets that say what is secret: rendered, they would lie in Git for all to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.targets.target import ObjectKind

_SECRET: Final = ObjectKind("", "Secret")
_CONTENT: Final = ("data", "stringData")
_GENERATED: Final = ("literals", "files", "envs", "env")  # what a secretGenerator makes a Secret of


def holds_secret(entry: Mapping[str, Any]) -> bool:
    """Whether an object is a Secret with its content, or what a secretGenerator makes one of."""
    if ObjectKind.of(entry) != _SECRET:
        return False
    generated = any(fields.at(entry, "metadata", key) for key in _GENERATED)
    return generated or any(entry.get(key) for key in _CONTENT)
