"""Terraform modules, read as far as rendering needs it: which variables they declare.

Nothing is executed, and no expression is understood: a scan is enough to find `variable` blocks, and takes a
fraction of the time of a parser of all of HCL (a few milliseconds a module, where python-hcl2 takes a quarter
of a second). A test holds it to what that parser finds.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh
from meshwarden.render.content import Content
from meshwarden.render.terraform.module import Module

# https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
_CODE: Final = re.compile(
    r"""(?P<comment> (?:\#|//)[^\n]* | /\*.*?(?:\*/|\Z) )
      | (?P<heredoc> <<-?(?P<mark>[^\W\d][\w-]*)[^\n]* (?:\n.*?(?:^[ \t]*(?P=mark)[ \t]*$|\Z)|\Z) )
      | (?P<quote> " )
      | (?P<word> [^\W\d][\w-]* )
      | (?P<opening> [\[({] )
      | (?P<closing> [\])}] )
      | (?P<sign> ==|=>|=|\n|[^\s] )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_QUOTED: Final = re.compile(r'((?:[^"\\$%\n]|\\.|\$\$\{|%%\{|[$%](?!\{))*)("|\n|[$%]\{|\Z)')
_Token = tuple[str, str]  # what it is, and its text


def module_in(content: Content, folder: str) -> Module | None:
    """The module in a folder; None if no file there is Terraform's."""
    files = [
        content.manifests[path]
        for path in content.below(folder)
        if path.endswith((".tf", ".tf.json")) and path.rpartition("/")[0] == folder
    ]
    found = {name: required for manifest in files for name, required in _declared(manifest)}
    return Module(folder, dict(sorted(found.items()))) if files else None


def module_of_product(mesh: Mesh, content: Content, name: str | None) -> Module | None:
    """The module of a product of the platform; None if there is no such product, or it is no module."""
    for product in mesh.platform_products if name else ():
        if product.name == name and product.path and product.package == "terraform":
            folder = posixpath.normpath(posixpath.join(product.manifest.folder, product.path))
            return module_in(content, folder) if folder.startswith(f"{product.manifest.folder}/") else None
    return None


def _declared(manifest: Manifest) -> Iterable[tuple[str, bool]]:
    if manifest.path.endswith(".tf"):
        return _variables(manifest.document.lines.text)
    said = fields.mapping(manifest.data, "variable")
    return ((name, "default" not in fields.mapping(said, name)) for name in said)


@lru_cache(maxsize=1024)  # a module of the platform runs for many products
def _variables(source: str) -> tuple[tuple[str, bool], ...]:
    return tuple(variables_of(source)) if "variable" in source else ()


def variables_of(source: str) -> Iterator[tuple[str, bool]]:
    """The variables that a file declares, and whether they have no default."""
    depth, block, has_default = 0, None, False
    before: list[_Token] = []  # what stands before in the same line of the same level
    for kind, text in _tokens(source):
        if kind == "opening":
            if depth == 0:
                block, has_default = _variable(before), False
            depth, before = depth + 1, []
        elif kind == "closing":
            depth, before = max(depth - 1, 0), []
            if depth == 0 and block is not None:
                yield block, not has_default
                block = None
        elif text == "\n":
            before = []
        else:
            has_default |= depth == 1 and text == "=" and before == [("word", "default")]
            before.append((kind, text))


def _variable(header: list[_Token]) -> str | None:
    """What a block declares, by what stands before its brace, if it is a variable."""
    return header[1][1] if len(header) == 2 and header[0] == ("word", "variable") else None


def _tokens(text: str) -> Iterator[_Token]:
    """The words, texts, brackets and signs of a file, but for comments and what stands in templates."""
    place, label = 0, ""
    within: list[int] = []  # of each quoted text that is open: how many brackets its template has open
    while place < len(text):
        in_quotes = bool(within) and within[-1] == 0
        found = (_QUOTED.match if in_quotes else _CODE.search)(text, place)
        if found is None:
            return
        place = found.end()
        if in_quotes:
            label += found[1]
            if found[2] in {"${", "%{"}:
                within[-1] = 1
            else:
                within.pop()
                if not within:
                    yield "text", label
        elif found["quote"]:
            within.append(0)
            label = "" if len(within) == 1 else label
        elif within:
            within[-1] += bool(found["opening"]) - bool(found["closing"])
        elif not found["comment"]:
            yield ("text", "") if found["heredoc"] else (found.lastgroup or "", found[0])
