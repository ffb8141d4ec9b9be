"""How a cold `check --no-render` grows with the size of the mesh, against reading its files with PyYAML."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from made_mesh import make_mesh
from timing import in_turn, peak_memory, ratio

_LOAD = """
import pathlib, yaml
for path in sorted(pathlib.Path("domains").rglob("*.yaml")):  # but for the platform, a small part of it
    list(yaml.load_all(path.read_bytes(), yaml.CSafeLoader))
"""
_CHECK = (sys.executable, "-m", "meshwarden", "check", "--no-render")


def main(sizes: Sequence[int], runs: int = 3) -> None:
    print(f"{'files':>7} {'check':>9} {'yaml.load':>10} {'ratio':>6} {'a file':>9} {'memory':>9}")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="made-mesh-") as scratch:
            folder = Path(scratch)
            made = make_mesh(folder, size)
            subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
            subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
            commands = {"check": _CHECK, "yaml.load": (sys.executable, "-c", _LOAD)}
            seconds = in_turn(commands, folder, runs)
            memory = peak_memory(_CHECK, folder)
        check = statistics.median(seconds["check"])
        load = statistics.median(seconds["yaml.load"])
        times = ratio(seconds["check"], seconds["yaml.load"])
        row = f"{made:>7,} {check:>7.2f} s {load:>8.2f} s {times:>6.2f} {check / made * 1000:>6.2f} ms"
        print(f"{row} {memory:>5.0f} MiB", flush=True)


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [5000, 20000])
