"""Where a mesh lies in its Git repository."""

from __future__ import annotations

from meshwarden.manifests.settings import Settings


def in_repository(settings: Settings, path: str) -> str:
    """A path of the mesh as a path of its Git repository, of which the mesh may be a folder."""
    prefix = settings.repository_path.removeprefix("./").strip("/")
    return f"{prefix}/{path}" if prefix not in {"", "."} else path
