"""Documents of all kinds, ways to change them, and what their schemas say."""

import copy
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft201909Validator, Draft202012Validator
from jsonschema.protocols import Validator

from meshwarden.findings import Fault, Pointer, Severity
from meshwarden.manifests.kinds import KINDS
from meshwarden.manifests.recognise import Manifest, Standing
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.manifests.violations import violations
from meshwarden.sources.document import Document
from meshwarden.sources.positions import Lines
from meshwarden.sources.reader import read

ROOT = Path(__file__).parents[2]
STORE = SchemaStore()


def manifest(kind: str, data: Any, path: str = "a.yaml") -> Manifest:
    """The manifest of a kind that holds `data`, and has no text."""
    return Manifest(Document(path, Lines(""), data), Standing.KNOWN, KINDS[kind], None)


def faults(kind: str, data: Any) -> list[Fault]:
    """What the schema of a kind finds in `data`."""
    return list(violations(manifest(kind, data), STORE.of(kind, api_version_of(data))))


def errors(kind: str, data: Any) -> list[Fault]:
    """What it finds, but for warnings."""
    return [fault for fault in faults(kind, data) if fault.severity in (None, Severity.ERROR)]


def api_version_of(data: Any) -> object:
    """What a document says of its version."""
    return data.get("apiVersion") if isinstance(data, dict) else None


def second_opinion(kind: str, data: Any) -> Validator:
    """The other validator of the same schema; formats are no matter of its."""
    return _second_validator(kind, KINDS[kind].release(api_version_of(data)).api_versions[0])


@cache
def _second_validator(kind: str, api_version: str) -> Validator:
    schema = STORE.of(kind, api_version).schema
    judge = Draft201909Validator if "2019-09" in str(schema["$schema"]) else Draft202012Validator
    return judge(schema)


def data_of(path: Path) -> Any:
    """What a YAML file holds."""
    document = read(str(path), path.read_bytes())
    assert document.readable, document.anomalies
    return document.data


def _examples() -> Iterator[tuple[str, Any]]:
    paths = [
        *(ROOT / "tests" / "schemas" / "examples").glob("*.yaml"),
        *(ROOT / "tests" / "manifests" / "examples").glob("*.yaml"),
        *(ROOT / "domains").rglob("*.odcs.yaml"),
        *(ROOT / "domains").rglob("d*.yaml"),
        *(ROOT / "platform").rglob("stage.yaml"),
        ROOT / "mesh.yaml",
    ]
    if more := os.environ.get("MESHWARDEN_TEST_EXAMPLES"):
        paths += Path(more).rglob("*.od?s.yaml")
    for path in sorted(paths):
        yield str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name), data_of(path)


EXAMPLES: dict[str, Any] = dict(_examples())
COMPLETE = [name for name in EXAMPLES if "complete" in name] + [
    name for name in EXAMPLES if "/" not in name and name != "mesh.yaml"
]


def at(data: Any, pointer: Pointer) -> Any:
    """The value at a pointer that leads to one."""
    for key in pointer:
        data = data[key]
    return data


def pointers(data: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Any]]:
    """Every value with its pointer, what holds others before them."""
    yield pointer, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from pointers(item, (*pointer, key))


def replaced(data: Any, pointer: Pointer, value: Any) -> Any:
    """A copy with another value at a pointer, or one more key."""
    if not pointer:
        return value
    changed = copy.deepcopy(data)
    at(changed, pointer[:-1])[pointer[-1]] = value
    return changed


def removed(data: Any, pointer: Pointer) -> Any:
    """A copy without what stands at a pointer."""
    changed = copy.deepcopy(data)
    del at(changed, pointer[:-1])[pointer[-1]]
    return changed


def renamed(data: Any, pointer: Pointer, name: str) -> Any:
    """A copy in which the key at a pointer has another name."""
    return replaced(removed(data, pointer), (*pointer[:-1], name), at(data, pointer))


def kind_of(data: Any) -> str:
    """The kind that an example says it is."""
    kind: str = data["kind"]
    return kind
