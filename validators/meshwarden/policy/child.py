"""The real OPA as a child process: on loopback, for us alone, and never longer there than we are."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from meshwarden.errors import CouldNotFinish
from meshwarden.policy.batch import RULE
from meshwarden.policy.server import FOLDER, STRICT, EvaluationFailed, Loaded, Located, Seal, decoded

_READY_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.003
_PORTS: Final = 5  # that are tried, as others may take a free one before OPA does
_SHOWN: Final = 2000
_OK: Final = 200
_HARDENED: Final = (
    "--authentication=token",
    "--authorization=basic",
    "--skip-version-check",
    "--log-level=error",
    "--log-format=json",
)
# Without a policy of this name every request would answer 500.
_AUTHORISATION: Final = """package system.authz

default allow := false

allow if crypto.sha256(input.identity) == "%s"
"""
# Ends the child, and removes what it has not read yet, when the pipe to it closes: as it does when we end by
# whatever means, even SIGKILL.
_WATCH: Final = 'read -r _; kill -9 "$1"; rm -rf -- "$2"'


@contextlib.contextmanager
def local_server(opa: Path, loaded: Loaded, batch: str, seal: Seal) -> Iterator[LocalServer]:
    """The real OPA as a child with the modules, for as long as the context lasts.

    It is started and not waited for: `await_ready` does that, so that documents are read meanwhile. It
    listens on loopback only, answers none but us, sees no environment, and calls nobody.
    """
    scratch = tempfile.TemporaryDirectory(prefix="meshwarden-")
    with scratch, tempfile.TemporaryFile() as log:
        server = LocalServer(opa, loaded, seal, scratch, log)
        write_modules(Path(scratch.name) / FOLDER, loaded, {"batch.rego": batch, "seal.rego": seal.module})
        try:
            server.start()
            yield server
        finally:
            server.stop()


def write_modules(folder: Path, loaded: Loaded, generated: dict[str, str] | None = None) -> None:
    """Writes modules as files into a new `folder`, under their numbers, and generated ones beside them."""
    folder.mkdir()
    texts = {name: module.text for name, module in loaded.files.items()}
    for name, text in {**texts, **(generated or {})}.items():
        # Bytes that are no UTF-8 go to OPA as they were, so that it says so; line ends stay.
        (folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))


class LocalServer:
    """Speaks to the child by the standard library's HTTP: opa-python-client costs 300 ms to import."""

    def __init__(
        self,
        opa: Path,
        loaded: Loaded,
        seal: Seal,
        scratch: tempfile.TemporaryDirectory[str],
        log: IO[bytes],
    ) -> None:
        self._opa = opa
        self._loaded = loaded
        self._seal = seal
        self._scratch = scratch
        self._log = log
        self._token = secrets.token_urlsafe(32)
        self._port = 0
        self._child: subprocess.Popen[bytes] | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts the child on a port that was free; `CouldNotFinish` if the program cannot be run."""
        folder = Path(self._scratch.name)
        digest = hashlib.sha256(self._token.encode()).hexdigest()
        (folder / "authorisation.rego").write_text(_AUTHORISATION % digest)
        self._log.truncate(0)
        self._port = free_port()
        address = f"--addr=127.0.0.1:{self._port}"
        command = [str(self._opa), "run", "--server", address, *_HARDENED, FOLDER, "authorisation.rego"]
        try:
            # In a session of its own an interrupt from the terminal is ours to handle.
            self._child = subprocess.Popen(
                command,
                cwd=folder,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=self._log,  # where it says why a policy does not compile
                stderr=self._log,
                start_new_session=True,
            )
        except OSError as error:
            raise CouldNotFinish(f"`{self._opa}` could not be started: {error.strerror}") from error
        self._watch = _watch(self._child.pid, folder)

    def stop(self) -> None:
        """Ends the child; the watch first, as it must not find another process of the same number."""
        for process in (self._watch, self._child):
            if process is not None:
                process.kill()
                process.wait()
                if process.stdin is not None:
                    process.stdin.close()
        self._child = self._watch = None

    def await_ready(self) -> None:
        """Waits until the child answers; `CouldNotFinish` if it ends instead, as over a bad policy."""
        end = time.monotonic() + _READY_SECONDS
        ports = 1
        while not self._is_ready():
            if self._ended is not None:
                if b"address already in use" not in self._said() or ports == _PORTS:
                    raise CouldNotFinish(f"OPA {self._ended} before it was ready: {_text(self._said())}")
                ports += 1
                self.stop()
                self.start()
            if time.monotonic() > end:
                raise CouldNotFinish(f"OPA was not ready after {_READY_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)
        self._scratch.cleanup()  # it has read the modules: what ends us from now on leaves nothing behind

    def _is_ready(self) -> bool:
        """Whether it is our child that answers: another may have got the port."""
        try:
            status, body = self._ask("GET", f"/v1/data/{self._seal.name}/unbroken", None, 1.0)
        except OSError:
            return False
        return status == _OK and body.strip() == b'{"result":true}'

    @property
    def _ended(self) -> str | None:
        """How the child ended; None while it has not."""
        status = self._child.poll() if self._child else -signal.SIGKILL
        if status is None or status >= 0:
            return None if status is None else f"ended with status {status}"
        return f"was killed by {signal.Signals(-status).name}"

    def _said(self) -> bytes:
        return os.pread(self._log.fileno(), 1 << 20, 0)

    def results(self, question: Any, seconds: float) -> list[Any]:
        body = json.dumps({"input": question}, allow_nan=False).encode()
        try:
            status, answer = self._ask(
                "POST", f"/v1/data/{self._seal.batch}/{RULE}?{STRICT}=true", body, seconds
            )
        except TimeoutError as error:  # closing the connection ends the evaluation
            raise EvaluationFailed(Located(f"no answer within {seconds:.0f} s")) from error
        except OSError as error:
            raise CouldNotFinish(f"OPA {self._gone() or 'does not answer any more'}: {error}") from error
        if status != _OK:
            raise EvaluationFailed(self._loaded.failure(answer) or Located(f"OPA answers {status}"))
        found = self._seal.opened(decoded(answer))
        if found is None:
            raise CouldNotFinish("OPA no longer has the policies that it was given")
        return found

    def _gone(self) -> str | None:
        """How the child ended, where it did. Its connections break a moment before that is seen."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            if self._child:
                self._child.wait(0.5)
        return self._ended

    def _ask(self, method: str, path: str, body: bytes | None, seconds: float) -> tuple[int, bytes]:
        """Status and body of an answer; `OSError` if there is none, `TimeoutError` if none in time."""
        import http.client  # noqa: PLC0415 -- while OPA starts, and not before

        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=seconds)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error
        finally:
            connection.close()


def free_port() -> int:
    """A port of loopback that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _watch(pid: int, scratch: Path) -> subprocess.Popen[bytes] | None:
    """A shell that ends the child when we end; None where there is no shell, and the child would go on."""
    try:
        return subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, "sh", str(pid), str(scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={"PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )
    except OSError:
        return None


def _text(said: bytes) -> str:
    return said.decode("utf-8", "replace").strip()[-_SHOWN:] or "it wrote no error"
