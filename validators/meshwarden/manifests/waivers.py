"""Waivers as waivers.yaml lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.globs import path_glob
from meshwarden.manifests.recognise import Manifest


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that is accepted until a day.

    Of its target, `paths` matches the paths that are meant, and `below` is the JSON pointer.
    """

    rule: str
    paths: re.Pattern[str]
    below: str
    owner: str | None
    reason: str | None
    expires: date
    path: str
    pointer: Pointer

    def meets(self, path: str, pointer: str) -> bool:
        """Whether its target holds what is found at a pointer of a file."""
        if not self.paths.fullmatch(path):
            return False
        return pointer == self.below or pointer.startswith(f"{self.below}/")


def read_waivers(manifest: Manifest) -> Iterator[Waiver]:
    """The waivers of a list that say what they waive, and until when; the schema tells of the others."""
    for index, entry in fields.mappings(manifest.data, "spec", "waivers"):
        rule, target = fields.text(entry, "rule"), fields.text(entry, "target")
        expires = fields.day(entry, "expires")
        if rule and target and expires:
            paths, _, below = target.partition("#")
            yield Waiver(
                rule=rule,
                paths=path_glob(paths),
                below=below.rstrip("/"),
                owner=fields.text(entry, "owner"),
                reason=fields.text(entry, "reason"),
                expires=expires,
                path=manifest.path,
                pointer=("spec", "waivers", index),
            )
