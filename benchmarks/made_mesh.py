"""Makes a clean mesh of any size: the reference mesh's domains again and again, under other names."""

from __future__ import annotations

import re
import shutil
import uuid
from collections.abc import Iterator
from itertools import count
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WAIVERS = """\
apiVersion: meshwarden.dev/v1alpha1
kind: WaiverList
metadata:
  name: waivers
spec:
  waivers:
    - rule: deployment/not-expressed
      target: domains/**
      owner: platform
      reason: Migrations make the tables.
      expires: 2999-12-31
"""


def make_mesh(folder: Path, files: int) -> int:
    """Writes a mesh of at least `files` YAML files into `folder`, all domains at a time; returns how many.

    In each copy the products take from each other as they do in the reference mesh.
    """
    mesh = (CHECKOUT / "mesh.yaml").read_text()
    (folder / "mesh.yaml").write_text(mesh.replace("waivers: {maximumDays: 90}", "waivers: {}"))
    (folder / "waivers.yaml").write_text(_WAIVERS)
    shutil.copytree(CHECKOUT / "platform", folder / "platform")
    written = 2 + sum(1 for _ in (folder / "platform").rglob("*.yaml"))
    domains = sorted((CHECKOUT / "domains").glob("*/*/domain.yaml"))
    for copy in count():
        if written >= files:
            break
        for domain in domains:
            written += sum(1 for _ in _copied(domain.parent, folder, f"{copy:04}"))
    return written


def _copied(domain: Path, folder: Path, copy: str) -> Iterator[Path]:
    """Copies a domain; yields the files written."""
    name = f"{domain.name}-{copy}"
    place = folder / domain.parent.relative_to(CHECKOUT) / name
    for path in sorted(domain.rglob("*.yaml")):
        target = place / path.relative_to(domain)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(_renamed(path, domain.name, copy))
        yield target


def _renamed(path: Path, domain: str, copy: str) -> str:
    text = _UUID.sub(lambda found: str(uuid.uuid5(uuid.UUID(found[0]), copy)), path.read_text())
    text = text.replace("s3://city-mesh-", f"s3://c{copy}-")
    text = re.sub(rf"\b{domain}\.", f"{domain}-{copy}.", text)
    text = re.sub(r"^(domain: [a-z-]+)$", rf"\1-{copy}", text, flags=re.MULTILINE)
    text = re.sub(r"(consumer: [a-z-]+)/", rf"\1-{copy}/", text)
    if path.name == "domain.yaml":
        text = text.replace(f"\n  name: {domain}\n", f"\n  name: {domain}-{copy}\n", 1)
    return text
