"""The schema of an older release, made of the next newer one's and of what the older one says otherwise.

The differences are files in schemas/older/; data-contract-3.1.json there explains their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from meshwarden.manifests.subschemas import deciding

Schema = dict[str, Any]


def older(schema: Schema, changes: Iterable[Mapping[str, Any]]) -> Schema:
    """The schema with the changes made, in order; `LookupError` where one has no place in it."""
    for change in changes:
        for pointer in change["at"]:
            schema = _changed(schema, pointer.split("/")[1:], change)
    return without_idle_conditions(schema)


def without_idle_conditions(schema: Schema) -> Schema:
    """The schema without conditions on values that the field they are about may not have."""
    definitions = {name: _without_idle(part) for name, part in schema.get("$defs", {}).items()}
    return {**schema, "$defs": definitions}


def _changed(node: Any, path: Sequence[str], change: Mapping[str, Any]) -> Any:
    """A copy of `node` in which what stands at `path` is changed; the rest is shared with it."""
    if not path:
        return _result(node, change)
    key, *rest = path
    if isinstance(node, list):
        index = next((index for index, entry in enumerate(node) if _is_condition_on(entry, key)), None)
        if index is None:
            raise LookupError(f"no condition on {key}")
        return [*node[:index], _changed(node[index], rest, change), *node[index + 1 :]]
    if key not in node:
        raise LookupError(f"no {key}")
    return {**node, key: _changed(node[key], rest, change)}


def _result(node: Any, change: Mapping[str, Any]) -> Any:
    if "is" in change:
        return change["is"]
    without = change.get("without", ())
    if isinstance(node, list):
        return [value for value in node if value not in without] + change.get("with", [])
    return {key: value for key, value in node.items() if key not in without} | change.get("with", {})


def _is_condition_on(entry: Mapping[str, Any], said: str) -> bool:
    name, _, value = said.partition("=")
    return (name, value) in deciding(entry.get("if"))


def _without_idle(part: Any) -> Any:
    if not isinstance(part, Mapping) or "allOf" not in part or "properties" not in part:
        return part
    return {**part, "allOf": [entry for entry in part["allOf"] if not _is_idle(entry, part["properties"])]}


def _is_idle(entry: Mapping[str, Any], properties: Mapping[str, Any]) -> bool:
    wanted = list(deciding(entry.get("if")))
    return bool(wanted) and all(
        value is not None and value not in properties.get(name, {}).get("enum", [value])
        for name, value in wanted
    )
