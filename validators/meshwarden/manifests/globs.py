"""Path globs as Git's pathspecs with the magic word `glob` are: `*` within a folder, `**` at any depth."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence


def path_glob(glob: str) -> re.Pattern[str]:
    """What matches the paths that a glob means, in a time that grows with the product of both lengths.

    These are the path written as it is, all below a folder written so, and what its wildcards match whole;
    none for a blank one.

    https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-aiddefpathspecapathspec
    """
    parts = [part for part in glob.split("/") if part not in {"", "."}]
    if not parts:
        return re.compile(".*" if glob else "(?!)", re.DOTALL)
    literal = re.escape("/".join(parts))
    if glob.endswith("/"):  # a folder, which wildcards never match
        return re.compile(f"{literal}/.*", re.DOTALL)
    return re.compile(f"{literal}(?:/.*)?|{_path(parts)}", re.DOTALL)


def _path(parts: Sequence[str]) -> str:
    """The segments of a glob as a regular expression."""
    begun, *others = _split(parts, "**")
    written = "".join(f"{_segment(part)}/" for part in begun)
    for position, run in enumerate(others, start=1):
        wanted = "".join(f"{_segment(part)}/" for part in run)
        last = position == len(others)
        written += (".*" if last else "") if not run else _after("(?:[^/]*/)", wanted, last=last)
    return written.removesuffix("/")


def _segment(part: str) -> str:
    """A segment as a regular expression."""
    begun, *others = _split([*_tokens(part)], "[^/]*")
    written = "".join(begun)
    for position, run in enumerate(others, start=1):
        written += _after("[^/]", "".join(run), last=position == len(others))
    return written


def _after(skipped: str, wanted: str, *, last: bool) -> str:
    """What is wanted behind anything; where more of both follows, the first place of it is as good as any.

    Trying the others as well takes a time that grows with each wildcard.
    """
    return f"{skipped}*{wanted}" if last else f"(?>{skipped}*?{wanted})"


def _split(found: Sequence[str], at: str) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for one in found:
        if one == at:
            runs.append([])
        else:
            runs[-1].append(one)
    return runs


def _tokens(part: str) -> Iterator[str]:
    """What a segment is made of, as regular expressions; a bracket that is not closed stands for itself."""
    at = 0
    while at < len(part):
        char = part[at]
        found = re.match(r"\[([!^]?)(\]?[^]]*)\]", part[at:]) if char == "[" else None
        if found:
            yield _members(found[2], inverted=bool(found[1]))
            at += found.end()
            continue
        if char == "\\" and at + 1 < len(part):
            at += 1
            yield re.escape(part[at])
        else:
            yield {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        at += 1


def _members(members: str, *, inverted: bool) -> str:
    """A character class, which never holds `/`; one that means nothing, such as `[b-a]`, matches nothing."""
    escaped = re.sub(r"([\\\[\]&~|^])", r"\\\1", members)
    written = f"(?!/)[{'^' if inverted else ''}{escaped}]"
    try:
        re.compile(written)
    except re.error:
        return "(?!)"
    return written
