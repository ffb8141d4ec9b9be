"""The schemas and their example documents, and ways to change a document."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
SCHEMAS: dict[str, dict[str, Any]] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8"))
    for path in sorted((ROOT / "schemas").glob("*.schema.json"))
}
FREE_MAPS = frozenset(
    {"layers", "objects", "parameters", "planes", "ports", "servers", "tags", "types", "value", "variables"}
)

Pointer = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """YAML in which a date is text, as it is for a schema."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def example(name: str) -> dict[str, Any]:
    """The document `examples/<name>.yaml`."""
    text = (Path(__file__).parent / "examples" / f"{name}.yaml").read_text("utf-8")
    document: dict[str, Any] = yaml.load(text, _Loader)
    return document


def schema_of(name: str) -> str:
    """The schema that the example called `name` is for: the longest one that its name begins with."""
    return max((schema for schema in SCHEMAS if name.startswith(f"{schema}-")), key=len)


EXAMPLES = sorted(path.stem for path in (Path(__file__).parent / "examples").glob("*.yaml"))


def nodes(value: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    """Every value in a document with its pointer, the document itself first."""
    yield pointer, value
    if isinstance(value, dict):
        for key, child in value.items():
            yield from nodes(child, (*pointer, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from nodes(child, (*pointer, index))


def at(document: Any, pointer: Pointer) -> Any:
    """The value at `pointer`."""
    for key in pointer:
        document = document[key]
    return document


def replaced(document: dict[str, Any], pointer: Pointer, value: object) -> dict[str, Any]:
    """A copy of `document` with `value` at `pointer`, whose parent exists."""
    changed = copy.deepcopy(document)
    at(changed, pointer[:-1])[pointer[-1]] = value
    return changed


def removed(document: dict[str, Any], pointer: Pointer) -> dict[str, Any]:
    """A copy of `document` without what stands at `pointer`."""
    changed = copy.deepcopy(document)
    del at(changed, pointer[:-1])[pointer[-1]]
    return changed
