"""What differs between two objects, as a JSON patch (RFC 6902).

Merge patches lose list items of custom resources, as Kustomize knows no merge keys for them; so values are
replaced, lists whole. A `test` before each change makes the build fail where the base has moved on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.findings import Pointer, json_pointer

Operation = dict[str, Any]

_text: Final = json.JSONEncoder(sort_keys=True).encode


def patch(base: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Operation]:
    """The operations that make `wanted` of `base`; none if they are equal.

    The first holds the patch to the object that it is meant for: it also guards what is added, where there is
    no old value to test.
    """
    changes = list(_changes(base, wanted, ()))
    return [_operation("test", ("metadata", "name"), base["metadata"]["name"]), *changes] if changes else []


def _changes(base: Mapping[str, Any], wanted: Mapping[str, Any], at: Pointer) -> Iterator[Operation]:
    for key in sorted(base.keys() | wanted.keys()):
        if key not in wanted:
            yield _operation("test", (*at, key), base[key])
            yield {"op": "remove", "path": json_pointer((*at, key))}
        elif key not in base:
            yield _operation("add", (*at, key), wanted[key])
        elif not _is_same(base[key], wanted[key]):
            if isinstance(base[key], Mapping) and isinstance(wanted[key], Mapping):
                yield from _changes(base[key], wanted[key], (*at, key))
            else:
                yield _operation("test", (*at, key), base[key])
                yield _operation("replace", (*at, key), wanted[key])


def _is_same(base: Any, wanted: Any) -> bool:
    """Whether two values are the same in JSON: `==` takes 1 for True, also deep in a list.

    Their `repr` is that of equal values in nearly all cases, and soon made; it tells the order of keys, too.
    """
    return bool(base == wanted) and (repr(base) == repr(wanted) or _text(base) == _text(wanted))


def _operation(name: str, at: Pointer, value: Any) -> Operation:
    return {"op": name, "path": json_pointer(at), "value": value}
