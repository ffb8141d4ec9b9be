"""OPA as meshwarden speaks to it, whoever started it: one interface, two implementations."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import secrets
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from meshwarden.errors import CouldNotFinish

_READY_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.003
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Located:
    """What OPA said is wrong in a policy, and where; `path` is the module's, empty if it did not say."""

    message: str
    path: str
    line: int
    column: int


class EvaluationFailed(Exception):
    """A query that OPA answered with an error, or did not answer in time."""

    def __init__(self, failure: Located) -> None:
        super().__init__(failure.message)
        self.failure = failure


class Server(Protocol):
    """An OPA that has the modules loaded."""

    def evaluate(self, package: str, rule: str, document: Any) -> Any:
        """What `rule` of `package` gives for the input `document`, None where it is undefined.

        Built-in errors are strict. Raises `EvaluationFailed`, and `CouldNotFinish` if OPA has gone.
        """


@contextlib.contextmanager
def local_server(opa: Path, modules: Mapping[str, str], seconds: float) -> Iterator[LocalServer]:
    """The real OPA as a child with the modules (text by path), for as long as the context lasts.

    It is started and not waited for: `await_ready` does that, so that documents are read meanwhile. It
    listens on loopback only, answers none but us, sees no environment, and calls nobody.
    """
    token = secrets.token_urlsafe(32)
    with tempfile.TemporaryDirectory(prefix="meshwarden-") as scratch:
        folder = Path(scratch)
        write_modules(folder / "modules", modules)
        authorisation = folder / "authorisation.rego"
        authorisation.write_text(_AUTHORISATION % hashlib.sha256(token.encode()).hexdigest())
        port = _free_port()
        child = subprocess.Popen(
            [
                str(opa),
                "run",
                "--server",
                f"--addr=127.0.0.1:{port}",
                *_HARDENED,
                "modules",
                "authorisation.rego",
            ],
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )
        try:
            yield LocalServer(child, folder / "log", port, token, seconds)
        finally:
            child.kill()
            child.wait()


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


def write_modules(folder: Path, modules: Mapping[str, str]) -> None:
    """Writes modules as files below `folder`, each at its own path."""
    for path, text in modules.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class LocalServer:
    """Speaks to the child by the standard library's HTTP: opa-python-client costs 300 ms to import."""

    def __init__(
        self, child: subprocess.Popen[bytes], log: Path, port: int, token: str, seconds: float
    ) -> None:
        self._child = child
        self._log = log
        self._port = port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._seconds = seconds

    def await_ready(self) -> None:
        """Waits until the child answers; `CouldNotFinish` if it ends instead, as over a bad policy."""
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            if self._child.poll() is not None:
                said = self._log.read_text("utf-8", errors="replace").strip()
                status = self._child.returncode
                raise CouldNotFinish(f"OPA ended with status {status} before it was ready: {said[-2000:]}")
            if self._is_ready():
                return
            time.sleep(_POLL_SECONDS)
        raise CouldNotFinish(f"OPA was not ready after {_READY_SECONDS:.0f} s")

    def _is_ready(self) -> bool:
        try:
            return self._ask("GET", "/health", None)[0] == _OK
        except (OSError, http.client.HTTPException):
            return False

    def evaluate(self, package: str, rule: str, document: Any) -> Any:
        path = f"/v1/data/{package.replace('.', '/')}/{rule}?strict-builtin-errors=true"
        try:
            status, body = self._ask("POST", path, json.dumps({"input": document}, allow_nan=False).encode())
        except TimeoutError as error:  # closing the connection ends the evaluation
            raise EvaluationFailed(Located(f"no answer within {self._seconds:.0f} s", "", 1, 1)) from error
        except (OSError, http.client.HTTPException) as error:
            raise CouldNotFinish(f"OPA does not answer any more: {error}") from error
        if status != _OK:
            raise EvaluationFailed(failure(body))
        return json.loads(body).get("result")

    def _ask(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self._seconds)
        try:
            connection.request(method, path, body, self._headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


def failure(body: bytes | str) -> Located:
    """What an error answer of OPA says, with the place in the policy where it names one."""
    try:
        said = json.loads(body)
    except ValueError:
        said = {"message": str(body)[:500]}
    errors = said.get("errors") if isinstance(said, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else said
    return located(first if isinstance(first, dict) else {"message": str(first)})


def located(error: Mapping[str, Any]) -> Located:
    """One error as OPA writes them in JSON."""
    location = error.get("location") or {}
    path = str(location.get("file", "")).removeprefix("modules/")
    return Located(
        str(error.get("message", "")), path, int(location.get("row", 1)), int(location.get("col", 1))
    )
