"""Runs commands in turn, and tells how long each took."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


def in_turn(
    commands: Mapping[str, Sequence[str]], folder: Path, runs: int, before: Callable[[], object] = dict
) -> dict[str, list[float]]:
    """Seconds of each run by command, the first left out; A, B, A, B, so that drift hits both.

    `before` each round something may be put right; that is not timed.
    """
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(runs + 1):
        before()
        for name, command in commands.items():
            start = time.perf_counter()
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False)
            taken = time.perf_counter() - start
            if done.returncode:
                raise SystemExit(f"{name} ended with {done.returncode}: {done.stderr.decode()[-500:]}")
            if run:
                seconds[name].append(taken)
    return seconds


def ratio(one: Sequence[float], other: Sequence[float]) -> float:
    """The median of the ratios pair by pair."""
    return statistics.median(a / b for a, b in zip(one, other, strict=True))


def peak_memory(command: Sequence[str], folder: Path) -> float:
    """The most memory that a command held, in MiB; what its children hold, such as OPA, is not in it."""
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1024
