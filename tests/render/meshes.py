"""Meshes for tests: the small one in `city/`, changed where a test wants it otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import read_settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.render.rendering import Rendering, render_mesh
from meshwarden.sources.reader import read

CITY = Path(__file__).parent / "city"
RIDES = "domains/source-aligned/trips/rides"
ZONES = "domains/aggregate/demand/by-zone"
OPERATORS = "platform/infrastructure-utility/02_operators"


def files_of(folder: Path) -> dict[str, str]:
    """All files below a folder, by path: also those that only Kustomize reads."""
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "__pycache__"
    }


def city(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The files of the small mesh with other texts for some, or without them."""
    files: dict[str, str | None] = {**files_of(CITY), **(changes or {})}
    return {path: text for path, text in files.items() if text is not None}


def replaced(path: str, old: str, new: str) -> dict[str, str]:
    """A change of one file: `old` stands in it, and becomes `new`."""
    text = (CITY / path).read_text("utf-8")
    assert old in text
    return {path: text.replace(old, new)}


def in_glue() -> dict[str, str]:
    """A change that enters the rides in Glue's catalogue, in both environments."""
    servers = [
        f"  - {{server: sql-{name}, environment: {name}, type: glue, database: trips_rides,"
        f' account: "{account}",'
        f' location: "s3://city-{name}-rides/rides/", format: parquet}}\n'
        for name, account in (("dev", "111122223333"), ("prod", "444455556666"))
    ]
    return replaced(f"{RIDES}/contracts/rides.odcs.yaml", "schema:\n", f"{''.join(servers)}schema:\n")


def mesh_of(files: Mapping[str, str], order: Iterable[str] | None = None) -> Mesh:
    """The index of a mesh in memory, as the engine reads it: of files that are YAML or Terraform by name."""
    settings = read_settings(read("mesh.yaml", files["mesh.yaml"].encode()).data)
    paths = [
        path
        for path in (files if order is None else order)
        if path.endswith((".yaml", ".yml", ".json", ".tf"))
    ]
    return build_mesh(
        settings, [recognise(read(path, files[path].encode()), settings.layout) for path in paths]
    )


def rendered(changes: Mapping[str, str | None] | None = None) -> Rendering:
    """What is rendered of the small mesh with some changes."""
    return render_mesh(mesh_of(city(changes)))


def document(rendering: Rendering, path: str) -> Any:
    """The one document of a rendered file."""
    return yaml.safe_load(rendering.files[path])


def member(rendering: Rendering, folder: str, name: str) -> Any:
    """The one IAMPolicyMember of a folder whose name is `name` and a digest."""
    wanted = re.compile(rf"{re.escape(folder)}/iampolicymember-{re.escape(name)}-[0-9a-f]{{8}}\.yaml")
    (path,) = filter(wanted.fullmatch, rendering.files)
    return document(rendering, path)


def reasons(rendering: Rendering) -> set[tuple[str, str]]:
    """Path and reason of all that is not rendered."""
    return {(entry.path, entry.reason) for entry in rendering.not_rendered}
