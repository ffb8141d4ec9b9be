"""The reference mesh with some of its documents changed, judged in this process by one OPA that stays up."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from meshwarden.engine import opening
from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.outcome import Outcome
from meshwarden.engine.selection import Selection
from meshwarden.errors import WrongUsage
from meshwarden.findings import Pointer
from meshwarden.manifests.kinds import KINDS
from meshwarden.policy.modules import Module, own_modules
from meshwarden.policy.opa import Opa, OpaAt
from meshwarden.sources.reader import read
from meshwarden.sources.tree import MemoryTree
from meshwarden.tools.find import find

CHECKOUT: Final = Path(__file__).resolve().parents[2]
TODAY: Final = date(2026, 11, 23)
_LONGEST_SIMPLE_KEY: Final = 1000  # YAML's own limit is 1,024 characters, with the colon
_ESCAPED: Final = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


class Word(str):
    """Text that is written without quotes, whatever it means to a reader."""

    __slots__ = ()


@dataclass(frozen=True)
class Manifest:
    """A manifest of the reference mesh: where it lies, and what it says."""

    path: str
    kind: str
    data: Any


@cache
def reference_files(*, rendered: bool = False) -> Mapping[str, bytes]:
    """The files of the reference mesh by their paths; with those that are rendered where asked."""
    folders = ("domains", "platform", *(["rendered"] if rendered else []))
    paths = [CHECKOUT / "mesh.yaml", CHECKOUT / "waivers.yaml"]
    paths += [path for folder in folders for path in sorted((CHECKOUT / folder).rglob("*"))]
    return {
        path.relative_to(CHECKOUT).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts
    }


@cache
def manifests() -> tuple[Manifest, ...]:
    """All manifests of the reference mesh, in the order of their paths."""
    found = []
    for path, content in sorted(reference_files().items()):
        if path.endswith(".yaml") and b"\nkind: " in content and "/chart/" not in path:
            data = read(path, content).data
            if isinstance(data, dict) and data["kind"] in KINDS and data["apiVersion"] in _versions(data):
                found.append(Manifest(path, data["kind"], data))
    return tuple(found)


def _versions(data: Mapping[str, Any]) -> tuple[str, ...]:
    return KINDS[data["kind"]].api_versions


def manifest(path: str) -> Manifest:
    """The manifest at a path."""
    return next(found for found in manifests() if found.path == path)


def text_of(data: Any, *, flow: bool = False) -> bytes:
    """The data as YAML: in block style, or in one line. Text is quoted, but for a `Word`."""
    return (_flow(data) + "\n" if flow else _block(data, "")).encode()


def _block(data: Any, pad: str) -> str:
    if not isinstance(data, dict | list) or not data:
        return f"{pad}{_flow(data)}\n"
    if isinstance(data, list):
        return "".join(f"{pad}-{_after(item, pad)}" for item in data)
    return "".join(
        f"{pad}{_scalar(key)}:{_after(value, pad)}"
        if len(key) <= _LONGEST_SIMPLE_KEY
        else f"{pad}? {_scalar(key)}\n{pad}: {_flow(value)}\n"
        for key, value in data.items()
    )


def _after(value: Any, pad: str) -> str:
    """What follows a `-` or a key in block style."""
    nested = isinstance(value, dict | list) and value
    return f"\n{_block(value, f'{pad}  ')}" if nested else f" {_flow(value)}\n"


def _flow(data: Any) -> str:
    if isinstance(data, list):
        return f"[{', '.join(map(_flow, data))}]"
    if isinstance(data, dict):
        return f"{{{', '.join(f'{_key(key)}: {_flow(value)}' for key, value in data.items())}}}"
    return _scalar(data)


def _key(key: str) -> str:
    return _scalar(key) if len(key) <= _LONGEST_SIMPLE_KEY else f"? {_scalar(key)} "


def _scalar(value: Any) -> str:
    if isinstance(value, Word):
        return str(value)
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


class _Lasting:
    """An OPA for many checks: `close` is for who began it."""

    def __init__(self, opa: Opa) -> None:
        self.ready = opa.ready

    def close(self) -> None:
        pass


@contextlib.contextmanager
def one_opa() -> Iterator[None]:
    """Has all checks meanwhile judge by one and the same OPA: starting one for each takes the most time."""
    own = own_modules()
    lasting = Opa(OpaAt(_program("opa")), own)

    def begin(at: OpaAt, modules: Sequence[Module]) -> Opa | _Lasting:
        return _Lasting(lasting) if list(modules) == own else Opa(at, modules)

    with contextlib.closing(lasting), pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "Opa", begin)
        yield


def _program(name: str) -> Path:
    found = find(name)
    assert found is not None, f"{name} is not installed"
    return found.path


def judged(
    files: Mapping[str, bytes],
    *,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    render: bool = False,
) -> Outcome | None:
    """What a check says of the files; None where it refuses to work with their mesh.yaml (exit status 2)."""
    options = CheckOptions(
        render=render,
        selection=Selection(select, ignore),
        opa=OpaAt(_program("opa")),
        kustomize=_program("kustomize") if render else None,
        today=TODAY,
    )
    try:
        return check(MemoryTree(files), options)
    except WrongUsage:
        return None


def nodes(data: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """Every place in a document, the root first."""
    yield pointer
    if isinstance(data, dict | list):
        for key, below in data.items() if isinstance(data, dict) else enumerate(data):
            yield from nodes(below, (*pointer, key))


def at(data: Any, pointer: Pointer) -> Any:
    """What stands at a place."""
    for key in pointer:
        data = data[key]
    return data
