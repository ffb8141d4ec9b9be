"""Path globs as Git's pathspecs with the magic word `glob` are: `*` within a folder, `**` at any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

# A class of characters. The first `]` stands for itself, and so does what follows a backslash.
_CLASS: Final = re.compile(r"\[([!^]?+)(\](?:\\.|[^]\\])*|(?:\\.|[^]\\])+)\]", re.DOTALL)
_DEEP: Final = re.compile(r"\*{2,}")  # Git takes `***` for `**`
_RANGE: Final = re.compile(r"\\?(.)(?:-\\?(.))?", re.DOTALL)


@lru_cache(maxsize=1024)
def path_glob(glob: str) -> re.Pattern[str]:
    """What matches the paths that a glob means.

    These are the path written as it is, all below a folder written so, and what its wildcards match whole;
    none for a blank one.

    https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-aiddefpathspecapathspec
    """
    parts = [part for part in glob.split("/") if part not in {"", "."}]
    if not parts:
        return re.compile(".*" if glob else "(?!)", re.DOTALL)
    literal = re.escape("/".join(parts))
    if glob.endswith(("/", "/.")):  # a folder, which wildcards never match
        return re.compile(f"{literal}/.*", re.DOTALL)
    return re.compile(f"{literal}(?:/.*)?|{''.join(_matching(parts))}", re.DOTALL)


def _matching(parts: Sequence[str]) -> Iterator[str]:
    """The segments as a regular expression.

    What stands between two `**` is taken where it first fits, and not elsewhere later: another place would
    leave less of the path, and trying all of them takes ages.
    """
    runs = [(deep, list(run)) for deep, run in groupby(parts, key=lambda part: bool(_DEEP.fullmatch(part)))]
    for index, (deep, run) in enumerate(runs):
        written = "/".join(map(_segment, run))
        last, after = index == len(runs) - 1, index > 0
        if deep:
            yield ".*" if last else ""
        elif last:
            yield f"(?:.*/)?{written}" if after else written
        else:
            yield f"(?>(?:[^/]*/)*?{written}/)" if after else f"{written}/"


def _segment(part: str) -> str:
    """A segment as a regular expression; what stands between two `*` is taken where it first fits."""
    first, *others = _pieces(part)
    if not others:
        return first
    *middle, last = others
    return f"{first}{''.join(f'(?>[^/]*?{piece})' for piece in middle if piece)}[^/]*{last}"


def _pieces(part: str) -> Iterator[str]:
    """What stands before, between and behind the `*` of a segment.

    A bracket that is not closed stands for itself; a backslash before nothing is what no path has.
    """
    piece: list[str] = []
    at = 0
    while at < len(part):
        found = _CLASS.match(part, at)
        if found:
            piece.append(_class(found[2], negated=bool(found[1])))
            at = found.end()
        elif part[at] == "*":
            yield "".join(piece)
            piece, at = [], at + 1
        elif part[at] == "\\" and at + 1 < len(part):
            piece.append(re.escape(part[at + 1]))
            at += 2
        else:
            piece.append({"?": "[^/]", "\\": "(?!)"}.get(part[at]) or re.escape(part[at]))
            at += 1
    yield "".join(piece)


def _class(members: str, *, negated: bool) -> str:
    """A class of characters, never with a `/`. Of a range that ends before it begins, that."""
    ranges = [(found[1], found[2] or found[1]) for found in _RANGE.finditer(members)]
    held = "".join(f"{re.escape(low)}-{re.escape(high if low <= high else low)}" for low, high in ranges)
    return f"(?!/)[{'^' if negated else ''}{held}]"
