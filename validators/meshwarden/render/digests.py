"""SHA256SUMS: in each folder that meshwarden writes, which files it wrote, in the format of `sha256sum`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Final

SUMS_FILE: Final = "SHA256SUMS"
_LINE: Final = re.compile(r"([0-9a-f]{64})  ([^\\\n]+)\Z")


def digest(content: bytes) -> str:
    """The SHA-256 of `content`, as `sha256sum` writes it."""
    return hashlib.sha256(content).hexdigest()


def write_sums(files: Mapping[str, bytes]) -> bytes:
    """The SHA256SUMS of `files`, by paths relative to its folder."""
    return "".join(f"{digest(files[path])}  {path}\n" for path in sorted(files)).encode()


def read_sums(content: bytes) -> dict[str, frozenset[str]]:
    """The digests of each path; without lines that meshwarden would not write, and paths that lead out.

    A path has several where Git could not merge.
    """
    found: dict[str, frozenset[str]] = {}
    for line in content.decode("utf-8", "replace").splitlines():
        match = _LINE.match(line)
        if match and _stays_inside(match[2]):
            found[match[2]] = found.get(match[2], frozenset()) | {match[1]}
    return found


def _stays_inside(path: str) -> bool:
    return not path.startswith("/") and not {"", ".", ".."} & set(path.split("/"))
