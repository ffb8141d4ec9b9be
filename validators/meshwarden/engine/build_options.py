"""How overlays are to be built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.tools.helm import FindHelm

BUILD_RULE: Final = "gitops/build"


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """The kustomize to build with, if any was found, and whether a build is wanted at all.

    Helm is looked for when a chart is rendered.
    """

    kustomize: Path | None
    wanted: bool
    find_helm: FindHelm
