"""The compiled tools of this wheel, by name."""

import os
from pathlib import Path
from typing import Final

NAMES: Final = ("opa", "kustomize")

_SUFFIX: Final = ".exe" if os.name == "nt" else ""


def path(name: str) -> Path:
    """Return the absolute path of the executable `name`, one of `NAMES`; raises `KeyError` for any other."""
    if name not in NAMES:
        raise KeyError(name)
    return Path(__file__).resolve().parent / "bin" / (name + _SUFFIX)
