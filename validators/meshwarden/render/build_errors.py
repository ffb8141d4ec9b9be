"""What Kustomize writes when it gives up → the file and the line that caused it.

Its errors are nested, one layer a kustomization that leads to the next. The innermost one that names a folder
is the one at fault, or what it names is. The forms are those of Kustomize 5.8.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.kustomizations import FILES
from meshwarden.sources.document import AnomalyKind
from meshwarden.sources.reader import read

_LAYER: Final = re.compile(r"recursed accumulation of (?:path|component) '([^']+)': ")
_TARGET: Final = re.compile(r"couldn't make target for path '([^']+)': (.*)", re.DOTALL)
_ENTRY: Final = re.compile(r"(?:resources from |loading configMap |components from )'([^']+)'")
_NAMED: Final = re.compile(r"from path\(([^)]+)\)|(?:file|env) sources: \[([^\]\s]+)")
_ABSENT: Final = re.compile(r"(?:evalsymlink failure on|lstat) '?([^':]+)'?")
_MALFORMED: Final = re.compile(r"MalformedYAMLError: (.*?) in File: (\S+)", re.DOTALL)
_LINE: Final = re.compile(r"\bline (\d+)\b")
_ANCHOR: Final = re.compile(r"unknown anchor '([^']+)'")
_FIELD: Final = re.compile(r'unknown field "([^"]+)"|field Kustomization\.([A-Za-z]+)')
_REMOTE: Final = re.compile(r"\A(?:[a-z]+://|git@|github\.com)")


@dataclass(frozen=True, slots=True)
class Culprit:
    """What is wrong in a sentence's end, and where; `path` is relative to the folder that was built in."""

    message: str
    path: str | None = None
    line: int | None = None
    column: int = 1


def culprit_of(stderr: str, root: Path, overlay: str) -> Culprit:
    """The cause of a failed build of `overlay` below `root`, which is a path without symbolic links."""
    said = stderr.partition("Error: ")[2].strip() or stderr.strip()
    layers = list(_LAYER.finditer(said))
    folder = _relative(layers[-1][1], root) if layers else overlay
    inner = said[layers[-1].end() :] if layers else said
    here = _Here(root, folder, _kustomization(root, folder))
    return (
        _unusable(here, inner)
        or _malformed(here, inner)
        or _entry(here, inner)
        or _other(here, overlay, said, inner)
    )


@dataclass(frozen=True)
class _Here:
    """The innermost kustomization of an error."""

    root: Path
    folder: str
    file: str | None

    def at(self, path: str | None, text: str, message: str) -> Culprit:
        """The first line of `path` that has `text` as a value or a key."""
        line, column = (_place_of(self.root, path, text) if path else None) or (None, 1)
        return Culprit(message, path, line, column)

    def shown(self, text: str) -> str:
        return text.replace(f"{self.root}/", "").strip()


def _unusable(here: _Here, said: str) -> Culprit | None:
    """A folder without a kustomization, or one that Kustomize cannot read."""
    found = _TARGET.search(said)
    if found is None:
        return None
    folder, reason = _relative(found[1], here.root), here.shown(found[2])
    file = _kustomization(here.root, folder)
    if file is None:
        entry = _entries(said)[-1] if _entries(said) else folder
        return here.at(here.file, entry, f"names `{entry}`, a folder without kustomization.yaml")
    if line := _LINE.search(reason):
        return Culprit(reason, file, int(line[1]))
    if field := _FIELD.search(reason):
        return here.at(file, field[1] or field[2], reason)
    return Culprit(reason, file, 1)


def _malformed(here: _Here, said: str) -> Culprit | None:
    """A resource that is no YAML."""
    found = _MALFORMED.search(said)
    if found is None:
        return None
    path = posixpath.normpath(posixpath.join(here.folder, found[2]))
    if own := _own_reading(here.root, path):
        return own
    reason = found[1].removeprefix("yaml: ").strip()
    if anchor := _ANCHOR.search(reason):
        return here.at(path, f"*{anchor[1]}", reason)
    line = _LINE.search(reason)
    return Culprit(reason, path, int(line[1]) if line else 1)


def _own_reading(root: Path, path: str) -> Culprit | None:
    """What our own reader says of a file that is not YAML: its places are exact, Kustomize's are not."""
    try:
        document = read(path, (root / path).read_bytes())
    except OSError:
        return None
    for anomaly in document.anomalies if not document.readable else ():
        return Culprit(anomaly.detail or anomaly.kind.value, path, anomaly.span.line, anomaly.span.column)
    return None


def _entry(here: _Here, said: str) -> Culprit | None:
    """Something that the kustomization names: it is not there, or not what it should be."""
    named = _NAMED.search(said)
    entries = [*_entries(said), *([named[1] or named[2]] if named else [])]
    if not entries:
        return None
    entry = entries[-1]
    path = posixpath.normpath(posixpath.join(here.folder, entry))
    if _REMOTE.match(entry):
        return here.at(here.file, entry, f"names `{entry}`, which is remote: nothing is fetched for a build")
    if _ABSENT.search(said) and not (here.root / path).exists():
        return here.at(here.file, entry, f"names `{entry}`, which is not there")
    if "missing metadata.name" in said or "missing Resource metadata" in said or "missing kind" in said:
        return Culprit(f"`{entry}` holds an object without apiVersion, kind or metadata.name", path, 1)
    return here.at(here.file, entry, f"names `{entry}`: {_innermost(here.shown(said))}")


def _other(here: _Here, overlay: str, whole: str, said: str) -> Culprit:
    """Everything else: what the kustomization does; or a duplicate key, of which Kustomize tells no file."""
    if "already defined at line" in whole and (found := _duplicate(here.root, overlay, whole)):
        return found
    absent = _ABSENT.search(said)
    if absent and here.file:
        entry = posixpath.relpath(_relative(absent[1].strip(), here.root), here.folder)
        return here.at(here.file, entry, f"names `{entry}`, which is not there")
    about_patch = here.file and ("patch" in said or "operation does not apply" in said)
    place = _place_of(here.root, here.file, "patches") if about_patch and here.file else None
    return Culprit(" ".join(here.shown(said).split()), here.file, *(place or (1, 1)))


def _duplicate(root: Path, overlay: str, said: str) -> Culprit | None:
    line = _LINE.search(said)
    for path in _reached(root, overlay) if line else ():
        document = read(path, (root / path).read_bytes())
        for anomaly in document.anomalies:
            if anomaly.kind is AnomalyKind.DUPLICATE_KEY and line and anomaly.span.line == int(line[1]):
                message = f"key `{anomaly.text}` is written twice"
                return Culprit(message, path, anomaly.span.line, anomaly.span.column)
    return None


def _reached(root: Path, overlay: str) -> Iterator[str]:
    """The files that a build of `overlay` reads, as far as its kustomizations can be read themselves."""
    folders, seen = [overlay], set()
    while folders:
        folder = folders.pop()
        file = _kustomization(root, folder)
        if file is None or folder in seen:
            continue
        seen.add(folder)
        yield file
        data = read(file, (root / file).read_bytes()).data
        named = [*fields.texts(data, "resources"), *fields.texts(data, "components")]
        named += [
            path for _, entry in fields.mappings(data, "patches") if (path := fields.text(entry, "path"))
        ]
        for path in (posixpath.normpath(posixpath.join(folder, entry)) for entry in named):
            if (root / path).is_dir():
                folders.append(path)
            elif (root / path).is_file():
                yield path


def _entries(said: str) -> list[str]:
    return [found for found in _ENTRY.findall(said) if not found.startswith("/")]


def _innermost(said: str) -> str:
    """The part of a nested error after what is only the way to it."""
    last = (
        said.rpartition("': ")[2]
        if "must build at directory" not in said
        else said.partition("': must build")[0]
    )
    return re.sub(r"\A.*?resources from '[^']+': ", "", last).strip("' ")


def _kustomization(root: Path, folder: str) -> str | None:
    found = (posixpath.normpath(posixpath.join(folder, name)) for name in FILES)
    return next((path for path in found if (root / path).is_file()), None)


def _relative(path: str, root: Path) -> str:
    return path.removeprefix(f"{root}/")


def _place_of(root: Path, path: str, text: str) -> tuple[int, int] | None:
    """Line and column, from 1, of the first value or key `text` in a file; None if it is not in it."""
    pattern = re.compile(rf"""(?:^|[\s"'\[,{{:])({re.escape(text)})(?:$|[\s"'\],}}:#])""")
    try:
        lines = (root / path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    for number, line in enumerate(lines, 1):
        if found := pattern.search(line.partition(" #")[0]):
            quoted = found.start(1) > 0 and line[found.start(1) - 1] in "\"'"
            return number, found.start(1) + (0 if quoted else 1)
    return None
