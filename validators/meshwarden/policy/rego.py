"""The text of a Rego file → what meshwarden must know of it before OPA has seen it.

OPA knows it better, and costs a process for each question; so only that is read here which the text tells
plainly. Where the text leaves doubt, too much is taken for a rule's name rather than too little: a name that
is none yields nothing, and one that is missed would be a policy that never denies.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.sources.reader import read

Path = tuple[str, ...]  # of a package: `package a.b["c-d"]` is ("a", "b", "c-d")

# Only blanks and comments may stand before the package.
_PACKAGE: Final = re.compile(r'\A\ufeff?(?:\s|#[^\n]*)*package\s+(\w+(?:\.\w+|\["[^"\n]+"\])*)')
_REFERENCE: Final = re.compile(r'(?<![\w.])(import\s+)?data((?:\.\w+|\["[^"\n]+"\])+)')
_STEP: Final = re.compile(r'\.?(\w+)|\["([^"\n]+)"\]')
_TOKEN: Final = re.compile(
    r"""(?P<text> "(?:\\.|[^"\\\n])*" | `[^`]*` | \#[^\n]* )
      | (?P<open> [\[({] ) | (?P<close> [\])}] )
      | (?<![\w.]) (?P<entry> (?:deny|violation|warn)(?:_\w+)? ) (?!\w|[ \t]*\()""",
    re.VERBOSE,
)


def package(text: str) -> Path | None:
    """The path of the module's package; None where the text does not begin with one."""
    found = _PACKAGE.match(text)
    return _steps(found[1]) if found else None


def package_line(text: str) -> int:
    """The line on which the module's package stands; 1 where there is none."""
    found = _PACKAGE.match(text)
    return text.count("\n", 0, found.start(1)) + 1 if found else 1


def entries(text: str) -> tuple[str, ...]:
    """The names by which conftest knows rules that yield results: deny, violation, warn, deny_<name>.

    Functions are none. A name counts outside of all brackets, and at the beginning of a line anywhere.
    """
    return tuple(dict.fromkeys(_entries(text)))


def _entries(text: str) -> Iterator[str]:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token["open"]:
            depth += 1
        elif token["close"]:
            depth -= 1
        elif token["entry"] and (depth == 0 or text[token.start() - 1 : token.start()] in {"", "\n"}):
            yield token["entry"]


def references(text: str) -> Iterator[tuple[Path, bool, int]]:
    """What the module refers to below `data`: the path, whether by an import, and on which line."""
    for found in _REFERENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if not _is_comment(text, found.start()):
            yield _steps(found[2]), found[1] is not None, line


def _is_comment(text: str, at: int) -> bool:
    return text[text.rfind("\n", 0, at) + 1 : at].lstrip().startswith("#")


def _steps(reference: str) -> Path:
    return tuple(found[1] or json.loads(f'"{found[2]}"') for found in _STEP.finditer(reference))


def metadata(text: str) -> Mapping[str, Any]:
    """The annotations of the module's package, as OPA reads them; empty where there are none.

    A block begins with `# METADATA` and ends with the first line that is no comment. Of the blocks before
    the package the first counts whose scope is not said, or `package`: OPA refuses a second.
    """
    found = _PACKAGE.match(text)
    before = text[: found.start(1)] if found else ""
    for block in _blocks(before):
        said = read("METADATA", block.encode("utf-8", "replace")).data
        if fields.at(said, "scope") in (None, "package"):
            return fields.mapping(said)
    return {}


def _blocks(text: str) -> list[str]:
    blocks: list[str] = []
    within = False
    for line in text.split("\n"):
        comment = line[1:].removesuffix("\r") if line.startswith("#") else None
        if comment is None:
            within = False
        elif comment.strip().startswith("METADATA"):
            within = True
            blocks.append("")
        elif within:
            blocks[-1] += comment.removeprefix(" ") + "\n"
    return blocks
