"""A waiver that waives nothing.

What it waived is mended, or its target never met a file. Left in place, it would hide the next finding there.
What keeps a document from being read cannot be waived, and neither can findings about waivers.

To fix it, remove it, or correct its target.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from meshwarden.findings import Fault, NotJudged, Place, Severity
from meshwarden.manifests.waivers import Waiver
from meshwarden.rules.rule import RunRule, Said, kinds
from meshwarden.rules.run import Run


def _check(run: Run) -> Said:
    paths = {*run.mesh.files, *(manifest.path for manifest in run.mesh.manifests)}
    for waiver in run.mesh.waivers:
        over, known = waiver.expires < run.today, waiver.rule in run.waivable
        if over or not known or waiver in run.used:
            continue  # these are findings of their own, or none
        if waiver in run.undecided and run.waivable[waiver.rule]:
            yield NotJudged(waiver.path, f"the waiver of {waiver.rule}: {run.undecided[waiver]}")
        else:
            yield _fault(run, waiver, paths)


def _fault(run: Run, waiver: Waiver, paths: Collection[str]) -> Fault:
    place = Place(waiver.path, (*waiver.pointer, "target"))
    if not run.waivable[waiver.rule]:
        message = f"{waiver.rule} cannot be waived"
        return Fault(message, place, "Mend what it finds, and remove the waiver.")
    there = any(waiver.meets(path, waiver.below) for path in paths)
    what = "there is no such finding any more" if there else "no file of the mesh is there"
    return Fault(
        f"the waiver of {waiver.rule} waives nothing: {what}", place, "Remove it, or correct its target."
    )


RULE: Final = RunRule(
    "waiver/unused", Severity.ERROR, __doc__, kinds("WaiverList"), waivable=False, check=_check
)
