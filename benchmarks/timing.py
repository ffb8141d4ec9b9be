"""Runs commands in turn, and tells how long each took."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path


def in_turn(commands: Mapping[str, Sequence[str]], folder: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of each run by command, the first left out; A, B, A, B, so that drift hits both."""
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
            taken = time.perf_counter() - start
            if done.returncode not in (0, 1):
                raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
            if run:
                seconds[name].append(taken)
    return seconds


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios pair by pair."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))
