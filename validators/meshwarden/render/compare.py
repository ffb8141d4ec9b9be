"""What lies in the rendered folder against what would be rendered: stale, edited by hand, left over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from meshwarden.findings import FILE_START, Span
from meshwarden.render.digests import SUMS_FILE, digest, read_sums
from meshwarden.render.outcome import Rendering, Unit


class DifferenceKind(Enum):
    """What became of a rendered file since it was written."""

    STALE = "stale"
    EDITED = "edited"
    ORPHAN = "orphan"


@dataclass(frozen=True)
class Difference:
    """One cause of differing files: `path` is the first of them, `others` are the rest.

    `unit` is None for an orphan.
    """

    kind: DifferenceKind
    path: str
    span: Span
    message: str
    unit: Unit | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How each file of a rendered folder stands; all paths are relative to the mesh's folder.

    `recorded` are the digests that the SHA256SUMS of the files' folders tell. `leftovers` are files that
    meshwarden wrote, untouched since, and would not write now; `foreign` are all others that it would not
    write.
    """

    recorded: Mapping[str, frozenset[str]]
    leftovers: frozenset[str]
    foreign: frozenset[str]

    @classmethod
    def of(cls, rendering: Rendering, actual: Mapping[str, bytes]) -> Standing:
        """The standing of the files in `actual`, which are those below the rendered folder."""
        recorded: dict[str, frozenset[str]] = {}
        sums = []
        for path in sorted(path for path in actual if path.rpartition("/")[2] == SUMS_FILE):
            found = read_sums(actual[path])
            recorded.update({f"{_folder(path)}/{name}": value for name, value in found.items()})
            sums += [path] if found else []
        unwanted = actual.keys() - rendering.files.keys()
        untouched = {path for path in unwanted if digest(actual[path]) in recorded.get(path, ())}
        leftovers = untouched | (unwanted & set(sums))
        return cls(recorded, frozenset(leftovers), frozenset(unwanted - leftovers))


def compare(rendering: Rendering, actual: Mapping[str, bytes], render_path: str) -> tuple[Difference, ...]:
    """The differences, by path. Of `actual`, the files as they are, those outside `render_path` are ignored.

    A unit that is not up to date is one difference, whatever number of its files that concerns.
    """
    below = {path: content for path, content in actual.items() if path.startswith(f"{render_path}/")}
    standing = Standing.of(rendering, below)
    by_folder = _files_by_unit(rendering)
    found: list[Difference] = []
    left = set(standing.leftovers)
    for unit in rendering.units:
        own = sorted(path for path in left if path.startswith(f"{unit.folder}/"))
        left -= set(own)
        found += _of_unit(unit, by_folder[unit.folder], below, standing, own)
    found += _of_leftovers(left)
    found += (_foreign(path, path in standing.recorded) for path in standing.foreign)
    return tuple(sorted(found, key=lambda difference: (difference.path, difference.kind.value)))


def first_difference(actual: bytes, wanted: bytes) -> Span:
    """Where two texts begin to differ, to the end of that line in `actual`; 1:1 where either is no UTF-8."""
    try:
        ours, theirs = actual.decode("utf-8").split("\n"), wanted.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return FILE_START
    for number, line in enumerate(ours):
        if number >= len(theirs) or line != theirs[number]:
            other = theirs[number] if number < len(theirs) else ""
            same = next(
                (at for at, pair in enumerate(zip(line, other, strict=False)) if pair[0] != pair[1]), None
            )
            column = (min(len(line), len(other)) if same is None else same) + 1
            return Span(number + 1, column, number + 1, max(column, len(line) + 1))
    end = len(ours[-1]) + 1
    return Span(len(ours), end, len(ours), end)


def _of_unit(
    unit: Unit,
    wanted: Mapping[str, bytes],
    actual: Mapping[str, bytes],
    standing: Standing,
    leftovers: Sequence[str],
) -> Iterator[Difference]:
    sums = f"{unit.folder}/{SUMS_FILE}"
    differing = [path for path in wanted if path != sums and actual.get(path) != wanted[path]]
    present = [path for path in differing if path in actual]
    edited = [path for path in present if digest(actual[path]) not in standing.recorded.get(path, ())]
    stale = sorted([*(path for path in differing if path not in edited), *leftovers])
    for path in edited:
        span = first_difference(actual[path], wanted[path])
        who = "was edited by hand" if path in standing.recorded else "was not written by meshwarden"
        yield Difference(
            DifferenceKind.EDITED, path, span, f"`{path}` {who}: it differs from what is rendered", unit
        )
    if stale:
        first = stale[0]
        known = first in actual and first in wanted
        span = first_difference(actual[first], wanted[first]) if known else FILE_START
        yield Difference(
            DifferenceKind.STALE, first, span, _stale(unit, stale, wanted, actual), unit, tuple(stale[1:])
        )
    elif not edited and actual.get(sums) != wanted[sums]:
        kind = DifferenceKind.EDITED if sums in actual else DifferenceKind.STALE
        span = first_difference(actual[sums], wanted[sums]) if sums in actual else FILE_START
        what = "does not tell what was rendered" if sums in actual else "is missing"
        yield Difference(
            kind, sums, span, f"`{sums}` {what}, though all that it is about is up to date", unit
        )


def _stale(unit: Unit, stale: Sequence[str], wanted: Mapping[str, bytes], actual: Mapping[str, bytes]) -> str:
    source = f"`{unit.sources[0]}`" if unit.sources else "the mesh"
    if not any(path in actual for path in wanted):
        return f"`{unit.folder}` is missing: it is rendered from {source}"
    count = f"{len(stale)} files" if len(stale) > 1 else "1 file"
    return f"`{unit.folder}` is not up to date with {source}: {count} would change"


def _of_leftovers(paths: Iterable[str]) -> Iterator[Difference]:
    """Units that are rendered no more, each as one difference."""
    remaining = set(paths)
    for sums in sorted(
        (path for path in remaining if path.rpartition("/")[2] == SUMS_FILE), key=len, reverse=True
    ):
        folder = _folder(sums)
        own = sorted(path for path in remaining if path.startswith(f"{folder}/") and path != sums)
        remaining -= {sums, *own}
        message = (
            f"`{folder}` is left over: nothing is rendered to it any more; `meshwarden render` removes it"
        )
        yield Difference(DifferenceKind.ORPHAN, sums, FILE_START, message, None, tuple(own))


def _foreign(path: str, recorded: bool) -> Difference:
    who = "was rendered once and edited by hand since" if recorded else "was not written by meshwarden"
    message = f"`{path}` {who}, and nothing is rendered to it; `meshwarden render` does not remove it"
    return Difference(DifferenceKind.ORPHAN, path, FILE_START, message)


def _files_by_unit(rendering: Rendering) -> Mapping[str, Mapping[str, bytes]]:
    folders = {unit.folder for unit in rendering.units}
    found: dict[str, dict[str, bytes]] = defaultdict(dict)
    for path, content in rendering.files.items():
        folder = _folder(path)
        while folder not in folders:
            folder = _folder(folder)
        found[folder][path] = content
    return found


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
