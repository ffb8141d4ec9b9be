"""One run at a time writes what is rendered: two at once would take each other's files for old ones."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(root: Path, waiting: Callable[[], object]) -> Iterator[None]:
    """Holds the mesh's folder `root` for this run; `waiting` is called where another run has it.

    The lock goes with the process, however that ends. A file system without locks is written to without.
    """
    folder = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(folder, fcntl.LOCK_EX)
        except OSError:
            pass
        yield
    finally:
        os.close(folder)
