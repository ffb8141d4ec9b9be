"""Makes a clean mesh of any size: the reference mesh's products again and again, under other names."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_DOMAIN = "domains/source-aligned/trips"
_PRODUCTS_A_DOMAIN = 10


def make_mesh(folder: Path, files: int) -> int:
    """Writes a mesh of about `files` manifests into `folder`; returns how many it wrote."""
    shutil.copy(CHECKOUT / "mesh.yaml", folder)
    shutil.copytree(CHECKOUT / "platform", folder / "platform")
    source = CHECKOUT / _DOMAIN
    parts = [path for path in sorted(source.rglob("*.yaml")) if path.name != "domain.yaml"]
    written = 1 + sum(1 for _ in (folder / "platform").rglob("*.yaml"))
    domain = 0
    while written < files:
        name = f"d{domain:05}"
        place = folder / f"domains/source-aligned/{name}"
        place.mkdir(parents=True)
        text = (source / "domain.yaml").read_text()
        (place / "domain.yaml").write_text(text.replace("name: trips", f"name: {name}"))
        written += 1
        for number in range(_PRODUCTS_A_DOMAIN):
            if written >= files:
                break
            written += _product(place, name, f"p{number}", parts, source)
        domain += 1
    return written


def _product(place: Path, domain: str, name: str, parts: list[Path], source: Path) -> int:
    ids = _ids(parts)
    for path in parts:
        text = path.read_text()
        for old in ids:
            text = text.replace(old, str(uuid.uuid5(uuid.UUID(old), f"{domain}/{name}")))
        text = text.replace("domain: trips", f"domain: {domain}").replace("name: taxi-trips", f"name: {name}")
        text = text.replace("trips-taxi-trips", f"{domain}-{name}").replace(
            "trips.taxi-trips", f"{domain}.{name}"
        )
        target = place / name / Path(*path.relative_to(source).parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return len(parts)


def _ids(parts: list[Path]) -> list[str]:
    lines = (line for path in parts for line in path.read_text().splitlines())
    return [line.removeprefix("id: ").strip() for line in lines if line.startswith("id: ")]
