"""Which branch of an `anyOf` or `oneOf` was meant, by what each says against a value."""

from __future__ import annotations

from collections.abc import Iterable

import jsonschema_rs

Errors = Iterable[jsonschema_rs.ValidationError]


def wanted_types(branch: Errors, depth: int) -> list[str]:
    """The types that a branch wants, if the value's own type is what it refuses; else none."""
    for error in branch:
        if len(error.instance_path) == depth:
            said = error.kind.as_dict()
            if error.kind.name == "type":
                return list(said["types"])
            inner = [wanted_types(below, depth) for below in said.get("context") or []]
            if inner and all(inner):
                return [name for names in inner for name in names]
    return []


def distance(branch: Errors, depth: int) -> tuple[bool, int, int]:
    """How far a value is from a branch: its type, then its fields and their values, then all errors."""
    errors = list(branch)
    fields = [
        error
        for error in errors
        if (len(error.instance_path) == depth + 1 and error.kind.name in {"const", "enum", "type"})
        or (len(error.instance_path) == depth and error.kind.name == "required")
    ]
    return bool(wanted_types(errors, depth)), len(fields), len(errors)
