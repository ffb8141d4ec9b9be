"""Path globs as Git's pathspecs with the magic word `glob` are: `*` within a folder, `**` at any depth."""

from __future__ import annotations

import re
from functools import lru_cache


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
    if glob.endswith("/"):  # a folder, which wildcards never match
        return re.compile(f"{literal}/.*", re.DOTALL)
    last = len(parts) - 1
    matching = "".join(_segment(part, last=index == last) for index, part in enumerate(parts))
    return re.compile(f"{literal}(?:/.*)?|{matching}", re.DOTALL)


def _segment(part: str, *, last: bool) -> str:
    if part == "**":
        return ".*" if last else "(?:.*/)?"
    return _translated(part) + ("" if last else "/")


def _translated(part: str) -> str:
    """A segment as a regular expression; a bracket that is not closed stands for itself."""
    written, at = [], 0
    while at < len(part):
        char = part[at]
        found = re.match(r"\[([!^]?)(\]?[^]]*)\]", part[at:]) if char == "[" else None
        if found:
            written.append(_members(found[2], inverted=bool(found[1])))
            at += found.end()
            continue
        if char == "\\" and at + 1 < len(part):
            at += 1
            written.append(re.escape(part[at]))
        else:
            written.append({"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char))
        at += 1
    return "".join(written)


def _members(members: str, *, inverted: bool) -> str:
    """A character class, which never holds `/`; one that means nothing, such as `[b-a]`, matches nothing."""
    escaped = re.sub(r"([\\\[\]&~|^])", r"\\\1", members)
    written = f"(?!/)[{'^' if inverted else ''}{escaped}]"
    try:
        re.compile(written)
    except re.error:
        return "(?!)"
    return written
