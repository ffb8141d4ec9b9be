"""The mistakes of mistakes.yaml and wrong_types.yaml, and how they are made in a copy of a mesh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

MARK: Final = "‸"
_FIRST_PRIVATE: Final = 0xE000  # of the characters that Unicode leaves to whoever needs some


@dataclass(frozen=True)
class Mistake:
    """An edit of the mesh, and where its one finding is."""

    rule: str
    path: str
    old: str | None
    new: str | None
    found_path: str
    found_at: str | None
    padded: int
    removes: bool
    also: Mapping[str, str] = field(default_factory=dict)
    needs: str | None = None  # a package without which it is not found


@dataclass(frozen=True, order=True)
class Found:
    """Where a finding is, and by which rule."""

    path: str
    line: int
    column: int
    rule: str


def mistakes(file: str) -> Iterator[Mistake]:
    """The mistakes of a file beside this one, in its order."""
    text = (Path(__file__).parent / file).read_text("utf-8")
    entries: list[dict[str, Any]] = yaml.safe_load(text)
    for entry in entries:
        found: Mapping[str, str] = entry.get("found", {})
        yield Mistake(
            rule=entry.get("rule", "schema/violation"),
            path=entry["path"],
            old=entry.get("old"),
            new=entry.get("new", entry.get("add")),
            found_path=found.get("path", entry["path"]),
            found_at=found.get("at"),
            padded=entry.get("padded", 0),
            removes=entry.get("remove", False),
            also=entry.get("also", {}),
            needs=entry.get("needs"),
        )


def make(mesh: Path, made: Iterable[Mistake]) -> list[Found]:
    """Makes mistakes in the mesh, and says what has to be found.

    While they are made, each has a mark of its own in the texts, so that one edit may move another.
    """
    numbered = list(enumerate(made, _FIRST_PRIVATE))
    for number, mistake in numbered:
        _edit(mesh, mistake, chr(number))
    found = [_find(mesh, mistake, chr(number)) for number, mistake in numbered]
    for number, mistake in numbered:
        _finish(mesh, mistake, chr(number))
    return sorted(found)


def _edit(mesh: Path, mistake: Mistake, mark: str) -> None:
    for beside, content in mistake.also.items():
        (mesh / beside).parent.mkdir(parents=True, exist_ok=True)
        _replace(mesh / beside, None, content)
    path = mesh / mistake.path
    if mistake.removes:
        path.unlink()
    elif mistake.new is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, mistake.old, mistake.new.replace(MARK, mark))
    if mistake.found_at is not None:
        _replace(
            mesh / mistake.found_path,
            mistake.found_at.replace(MARK, ""),
            mistake.found_at.replace(MARK, mark),
        )


def _replace(path: Path, old: str | None, new: str) -> None:
    if old is None:
        assert not path.exists()
        path.write_text(new, "utf-8")
        return
    text = path.read_text("utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), "utf-8")


def _find(mesh: Path, mistake: Mistake, mark: str) -> Found:
    path = mesh / mistake.found_path
    text = path.read_text("utf-8") if path.exists() else ""
    before = text.partition(mark)[0] if mark in text else ""
    own = "".join(character for character in before if ord(character) not in range(_FIRST_PRIVATE, 0xF900))
    line = own.count("\n") + 1
    return Found(mistake.found_path, line, len(own) - own.rfind("\n"), mistake.rule)


def _finish(mesh: Path, mistake: Mistake, mark: str) -> None:
    """Takes the mark away, and fills the file up."""
    path = mesh / mistake.found_path
    if not path.exists():
        return
    content = path.read_text("utf-8").replace(mark, "").encode()
    missing = mistake.padded - len(content)
    path.write_bytes(content + b"#" * (missing - 1) + b"\n" if missing > 0 else content)
