"""The cases of the rules: Markdown pages that people read, and that a test holds the rules to.

`cases/<category>/<rule>.md` has sections `## bad: …` and `## good: …`. A section shows files, each a path
in backticks and a fenced block, which are laid over the small mesh in `cases/seed/`. A comment in a block
points at what must be found in the line above it, and the text behind the colon must stand in the message:

    owner: nobody
    #      ^^^^^^ reference/team: no team of the mesh

Two and more carets also say how wide it is; `# <- rule` means column 1. A quoted line,
`> path:1:1 rule: text`, names a finding in a file that is not shown. The block's info string may hold
`encoding=…`, `padded=…` for a file filled up to so many bytes, or `→=U+0009` where the page shows an arrow
for a character that nobody would see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).resolve().parent / "cases"
SEED: Final = _FOLDER / "seed"
_SECTION: Final = re.compile(r"^## (bad|good): (.+)$", re.MULTILINE)
_DOCUMENT: Final = re.compile(r"^`([^`\n]+)`:?\n+```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK: Final = re.compile(r"^(\s*#\s*)(\^+|<-) ([a-z]+/[a-z-]+)(?:: (.*))?$")
_QUOTED: Final = re.compile(r"^> (\S+):(\d+):(\d+) ([a-z]+/[a-z-]+)(?:: (.*))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, order=True)
class Expected:
    """A finding that a case wants: where, by which rule, and a part of its message.

    `width` is the number of characters that it covers in its line; None where the page does not say.
    """

    path: str
    line: int
    column: int
    rule: str
    message: str
    width: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A file of a case: as it is laid over the mesh, and as it is shown, with the marks."""

    path: str
    content: bytes
    annotated: str


@dataclass(frozen=True, slots=True)
class Case:
    """A section of a page. `quoted` are those of `expected` that lie in files which are not shown."""

    rule: str
    good: bool
    title: str
    documents: tuple[CaseDocument, ...]
    expected: tuple[Expected, ...]
    quoted: tuple[Expected, ...] = ()
    prose: str = ""


def cases_of(rule: str) -> tuple[Case, ...]:
    """The cases of a rule, bad ones first as they stand on its page; empty if it has no page."""
    path = _FOLDER / f"{rule}.md"
    return tuple(_cases(rule, path.read_text("utf-8"))) if path.is_file() else ()


def _cases(rule: str, page: str) -> Iterator[Case]:
    sections = list(_SECTION.finditer(page))
    for found, following in zip(sections, [*sections[1:], None], strict=True):
        body = page[found.end() : following.start() if following else len(page)]
        documents, expected = [], []
        for path, _, info, text in _DOCUMENT.findall(body):
            document, marked = _document(path, info, text)
            documents.append(document)
            expected += marked
        quoted = [
            Expected(path, int(line), int(column), name, message)
            for path, line, column, name, message in _QUOTED.findall(body)
        ]
        prose = re.split(r"^[`>]", body, maxsplit=1, flags=re.MULTILINE)[0].strip()
        wanted = tuple(sorted([*expected, *quoted]))
        yield Case(rule, found[1] == "good", found[2], tuple(documents), wanted, tuple(quoted), prose)


def _document(path: str, info: str, text: str) -> tuple[CaseDocument, list[Expected]]:
    lines: list[str] = []
    expected = []
    for line in text.splitlines(keepends=True):
        mark = _MARK.match(line.rstrip("\n"))
        if mark:
            column = 1 if mark[2] == "<-" else len(mark[1]) + 1
            width = len(mark[2]) if mark[2].startswith("^^") else None
            expected.append(Expected(path, len(lines), column, mark[3], mark[4] or "", width))
        else:
            lines.append(line)
    options = dict(option.split("=", 1) for option in info.split())
    content = _unhidden("".join(lines), options).encode(options.get("encoding", "utf-8"))
    padding = int(options.get("padded", 0)) - len(content)
    if padding > 0:
        content += b"#" * (padding - 1) + b"\n"
    return CaseDocument(path, content, text), expected


def _unhidden(text: str, options: Mapping[str, str]) -> str:
    """The text with the characters that the page shows as others."""
    for shown, meant in options.items():
        if meant.startswith("U+"):
            text = text.replace(shown, chr(int(meant[2:], 16)))
    return text
