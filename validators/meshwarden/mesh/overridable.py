"""Lists of environments as manifests write them: names, or objects that override what stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshwarden.manifests import fields


def environments_of(spec: Any) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, Any]]]:
    """The names under `environments`, each once, and what they override by name."""
    found = [(name, entry) for _, name, entry in fields.named(spec, "environments")]
    return tuple(dict.fromkeys(name for name, _ in found)), {name: entry for name, entry in found if entry}
