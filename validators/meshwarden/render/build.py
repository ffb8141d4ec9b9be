"""Overlays → the objects that the clusters get, with the real Kustomize."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from meshwarden.errors import CouldNotFinish
from meshwarden.render.build_errors import culprit_of
from meshwarden.tools.command import Command

_SECONDS: Final = 120.0
# A kustomization may name remote resources, and a pull request is not to make us fetch what it likes:
# Kustomize finds no git, and a proxy that is not there. It runs no functions and no Helm unless told to.
_NOWHERE: Final = "http://127.0.0.1:9"
_ENVIRONMENT: Final = {
    "PATH": "",
    "HTTP_PROXY": _NOWHERE,
    "HTTPS_PROXY": _NOWHERE,
    "NO_PROXY": "",
    "KUSTOMIZE_PLUGIN_HOME": "/nonexistent",
}


@dataclass(frozen=True, slots=True)
class Built:
    """An overlay that was built. Either `output`, the objects as YAML, or `error`, and which file caused it.

    `culprit` is relative to the folder that was built in; None where Kustomize does not tell.
    """

    overlay: str
    output: bytes | None
    error: str | None = None
    culprit: str | None = None
    line: int | None = None
    column: int = 1


def build_overlays(root: Path, overlays: Iterable[str], kustomize: Path, jobs: int) -> tuple[Built, ...]:
    """Build each of `overlays`, folders below `root`, in the order given, `jobs` of them at a time.

    An overlay that Kustomize refuses is a result. Raises `CouldNotFinish` if Kustomize cannot be run at all.
    """
    real = root.resolve()  # as Kustomize names files in its errors
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as home, ThreadPoolExecutor(max(1, jobs)) as pool:
        return tuple(pool.map(lambda overlay: _build(real, overlay, kustomize, home), overlays))


def _build(root: Path, overlay: str, kustomize: Path, home: str) -> Built:
    environment = {**_ENVIRONMENT, "HOME": home, "TMPDIR": home}
    command = Command(
        (str(kustomize), "build", str(root / overlay)),
        directory=root,
        environment=environment,
        time_limit=_SECONDS,
        allowed_statuses=frozenset({0, 1}),
    )
    done = command.run()
    if done.status == 0 and done.stdout.strip():
        return Built(overlay, done.stdout)
    if done.status == 0 or not done.stderr.strip():  # no overlay without objects is ever written
        raise CouldNotFinish(
            f"{kustomize} ended with status {done.status} and said nothing: is it Kustomize?"
        )
    found = culprit_of(done.stderr, root, overlay)
    return Built(overlay, None, found.message, found.path, found.line, found.column)


def materialise(files: Mapping[str, bytes], folder: Path) -> None:
    """Write `files`, by paths relative to the mesh, into `folder`: to build what is nowhere on disk as it is.

    Raises `CouldNotFinish` for a path that leads out of the folder, or that cannot be written.
    """
    for path, content in files.items():
        if path.startswith("/") or {"", ".", ".."} & set(path.split("/")):
            raise CouldNotFinish(f"`{path}` leads out of the mesh")
        place = folder / path
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        except OSError as error:
            raise CouldNotFinish(f"`{path}` cannot be written for building: {error.strerror}") from error
