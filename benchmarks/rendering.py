"""How long rendering takes, by the number of data products: alone, and as the command, against yaml.load.

Charts are rendered by Helm, which takes its own time for each: here no product has one.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from made_mesh import make_mesh
from plain_mesh import plain_mesh
from timing import in_turn, ratio

_FILES_A_PRODUCT = 6  # what the reference mesh has, without the platform
_PLATFORM = 300
_RENDER = """
import sys, time
from meshwarden.engine import rendered_mesh
from meshwarden.cli import main
whole = rendered_mesh.render_mesh
def timed(*arguments, **options):
    start = time.perf_counter()
    found = whole(*arguments, **options)
    print(time.perf_counter() - start, len(found.files))
    return found
rendered_mesh.render_mesh = timed
sys.exit(main(["render"]))
"""
_LOAD = """
import pathlib, yaml
for path in sorted(pathlib.Path("domains").rglob("*.yaml")):
    list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))
"""
_RUNTIME = re.compile(r"  runtime:\n    helm:.*\n")


def main(sizes: Sequence[int], runs: int = 3) -> None:
    head = f"{'products':>9} {'each':>20} {'files':>7} {'rendering':>10} {'command':>9} {'yaml.load':>10}"
    print(f"{head} {'ratio':>6}")
    for size in sizes:
        for name, make in _KINDS.items():
            with tempfile.TemporaryDirectory(prefix="made-mesh-") as scratch:
                mesh = Path(scratch) / "mesh"
                mesh.mkdir()
                products = make(mesh, size)
                print(f"{products:>9,} {name:>20} {_row(mesh, runs)}", flush=True)


def _row(folder: Path, runs: int) -> str:
    """Measures the mesh in `folder`; each run of the command writes all files anew."""
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    command = (sys.executable, "-c", _RENDER)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    alone, files = done.stdout.split()
    loaded = (sys.executable, "-c", _LOAD)
    commands = {"render": (sys.executable, "-m", "meshwarden", "render"), "yaml.load": loaded}
    seconds = in_turn(commands, folder, runs, before=lambda: _put_aside(folder / "rendered"))
    whole, load = (min(seconds[name]) for name in ("render", "yaml.load"))
    times = ratio(seconds["render"], seconds["yaml.load"])
    return f"{int(files):>7,} {float(alone):>8.2f} s {whole:>7.2f} s {load:>8.2f} s {times:>6.2f}"


def _put_aside(rendered: Path) -> None:
    """Moves what the last run wrote out of the mesh: ext4 is slow to write after many files were deleted."""
    aside = rendered.parent.parent
    rendered.rename(aside / f"{rendered.name}-{len(list(aside.iterdir()))}")


def _as_the_reference_mesh(folder: Path, products: int) -> int:
    """Products of many systems, as the reference mesh has them, without charts; returns how many."""
    make_mesh(folder, products * _FILES_A_PRODUCT + _PLATFORM)
    return _without_charts(folder)


def _without_charts(folder: Path) -> int:
    """Takes the charts out of the products; returns how many there are."""
    for path in folder.glob("domains/*/*/*/deployment.yaml"):
        path.write_text(_RUNTIME.sub("", path.read_text()))
    return sum(1 for _ in folder.glob("domains/*/*/*/data-product.yaml"))


_KINDS: Final[Mapping[str, Callable[[Path, int], int]]] = {
    "one contract": plain_mesh,
    "as in the reference": _as_the_reference_mesh,
}


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [250, 1000])
