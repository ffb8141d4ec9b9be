"""What differs between two objects, as a JSON patch (RFC 6902).

Merge patches lose list items of custom resources, as Kustomize knows no merge keys for them; so values are
replaced, lists whole. A `test` before each change makes the build fail where the base has moved on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from meshwarden.findings import Pointer, json_pointer

Operation = dict[str, Any]


def patch(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Operation]:
    """The operations that make `wanted` of `base`; none if they are equal.

    The first holds the patch to the object that it is meant for: it also guards what is added, where there is
    no old value to test.
    """
    changes = list(_changes(base, wanted, ()))
    return [_operation("test", ("metadata", "name"), base["metadata"]["name"]), *changes] if changes else []


def _changes(base: Any, wanted: Any, at: Pointer) -> Iterator[Operation]:
    if isinstance(base, Mapping) and isinstance(wanted, Mapping):
        for key in sorted(base.keys() | wanted.keys()):
            if key not in wanted:
                yield _operation("test", (*at, key), base[key])
                yield {"op": "remove", "path": json_pointer((*at, key))}
            elif key not in base:
                yield _operation("add", (*at, key), wanted[key])
            else:
                yield from _changes(base[key], wanted[key], (*at, key))
    elif not _is_same(base, wanted):
        yield _operation("test", at, base)
        yield _operation("replace", at, wanted)


def _is_same(base: Any, wanted: Any) -> bool:
    """Whether two values are the same in JSON: `==` takes 1 for True, also deep in a list."""
    if isinstance(base, str) or base is None:
        return bool(base == wanted)
    if not isinstance(base, list | tuple | Mapping):
        return type(base) is type(wanted) and bool(base == wanted)
    return json.dumps(base, sort_keys=True) == json.dumps(wanted, sort_keys=True)


def _operation(name: str, at: Pointer, value: Any) -> Operation:
    return {"op": name, "path": json_pointer(at), "value": value}
