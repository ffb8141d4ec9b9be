"""How long a cold `check --no-render` of a made mesh takes, against reading its files with PyYAML."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from made_mesh import make_mesh
from timing import in_turn, ratio

_LOAD = """
import pathlib, yaml
for path in sorted(pathlib.Path(".").rglob("*.yaml")):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""


def main(files: int, runs: int = 3) -> None:
    with tempfile.TemporaryDirectory(prefix="made-mesh-") as scratch:
        folder = Path(scratch)
        made = make_mesh(folder, files)
        subprocess.run(["git", "init", "-q"], cwd=folder, check=True)
        subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
        commands = {
            "meshwarden check": [sys.executable, "-m", "meshwarden", "check", "--no-render"],
            "yaml.load": [sys.executable, "-c", _LOAD],
        }
        seconds = in_turn(commands, folder, runs)
    print(f"{made} files")
    for name, taken in seconds.items():
        print(f"{name:<18} {statistics.median(taken):.2f} s, median of {runs}")
    print(f"ratio              {ratio(*seconds.values()):.2f}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory        {peak:.0f} MiB, the larger of both")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
