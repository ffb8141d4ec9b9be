"""An overlay that Kustomize cannot build.

Argo CD builds every overlay with Kustomize before it syncs; one that does not build syncs nothing, and
says so only in the cluster. meshwarden builds them all with the real Kustomize.

To fix it, follow Kustomize's message: it is shown at the file and line that caused it.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Fault, Place, Severity, Span
from meshwarden.rules.rendered import Rendered
from meshwarden.rules.rule import RenderedRule, Said


def _check(rendered: Rendered) -> Said:
    said = set()
    for built in rendered.built:
        if built.error is None:
            continue
        path, line = built.culprit or f"{built.overlay}/kustomization.yaml", built.line or 1
        if (path, line, built.error) in said:
            continue  # the same cause breaks the overlays of all environments
        said.add((path, line, built.error))
        place = Place(path, span=Span(line, built.column, line, built.column))
        hint = f"Try `kustomize build {built.overlay}`." if built.overlay else None
        yield Fault(f"Kustomize cannot build this: {built.error}", place, hint)


RULE: Final = RenderedRule("gitops/build", Severity.ERROR, __doc__, check=_check, builds=True)
