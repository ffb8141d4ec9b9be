"""A subprocess as a value: what is run, where, for how long, and which statuses are no failure."""

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from meshwarden.errors import CouldNotFinish

_SHOWN_LINES = 20
_SHOWN_CHARACTERS = 4_000
_SECONDS_TO_DIE = 5.0


@dataclass(frozen=True, slots=True)
class Completed:
    """How a command ended: a status that was allowed, and all that it wrote."""

    status: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        """Standard output as text; bytes that are no UTF-8 become U+FFFD."""
        return self.stdout.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, and what it runs in.

    `environment` is the whole environment of the program; without one it gets this process's. `time_limit` is
    in seconds. `input` is what the program reads from standard input; without any it reads the end at once.
    """

    arguments: tuple[str, ...]
    directory: Path | None = None
    environment: Mapping[str, str] | None = None
    time_limit: float = 60.0
    allowed_statuses: frozenset[int] = frozenset({0})
    input: bytes = b""

    @property
    def program(self) -> str:
        """The program's name, as messages call it."""
        return os.path.basename(self.arguments[0])  # noqa: PTH119 -- the name as given, not a path of this system

    def run(self) -> Completed:
        """Run the program to its end.

        Raises `CouldNotFinish` if it cannot be started, takes longer than `time_limit`, or ends with a status
        that is not in `allowed_statuses`. When the time is over, all that it started is killed with it.
        """
        with self._start() as process:
            try:
                stdout, stderr = process.communicate(self.input, timeout=self.time_limit)
            except subprocess.TimeoutExpired:
                stderr = _kill(process)
                raise self._failure(f"took longer than {self.time_limit:g} s", stderr) from None
            except BaseException:
                _kill(process)
                raise
        if process.returncode not in self.allowed_statuses:
            raise self._failure(_ending(process.returncode), stderr)
        return Completed(process.returncode, stdout, _text(stderr))

    def _start(self) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(
                self.arguments,
                cwd=self.directory,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # a process group of its own, so that all of it can be killed
            )
        except OSError as error:
            # `filename` tells a missing program from a missing working directory.
            what = f"`{self.program}` could not be started: {error.filename}: {error.strerror}"
            raise CouldNotFinish(what) from error

    def _failure(self, what: str, stderr: bytes) -> CouldNotFinish:
        said = _end_of(_text(stderr))
        return CouldNotFinish(f"`{self.program}` {what}{f': {said}' if said else ', and wrote no error'}")


def _kill(process: subprocess.Popen[bytes]) -> bytes:
    """Kill the process and what it started, and return what it wrote to standard error until then."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    try:
        return process.communicate(timeout=_SECONDS_TO_DIE)[1]
    except subprocess.TimeoutExpired as error:
        # A descendant that left the process group still holds the pipes: they are closed on it.
        return error.stderr or b""


def _ending(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    with suppress(ValueError):
        return f"was killed by {signal.Signals(-status).name}"
    return f"was killed by signal {-status}"


def _text(output: bytes) -> str:
    return output.decode("utf-8", "replace")


def _end_of(stderr: str) -> str:
    """Return the last lines, where programs say what went wrong."""
    return "\n".join(stderr.strip()[-_SHOWN_CHARACTERS:].splitlines()[-_SHOWN_LINES:])
