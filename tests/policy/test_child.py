"""The child: for us alone, and no longer there than we are."""

from __future__ import annotations

import contextlib
import http.client
import http.server
import os
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.policy.conftest import document, judged, messages, rego

from meshwarden.errors import CouldNotFinish
from meshwarden.policy import child
from meshwarden.policy.batch import batch_module
from meshwarden.policy.child import LocalServer, local_server
from meshwarden.policy.modules import own_modules, policies
from meshwarden.policy.opa import Judgement, Opa, OpaAt, judge
from meshwarden.policy.server import Loaded, Seal

DENY = rego("deny.rego", 'package x\n\ndeny contains "no"\n')
LINUX = pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@contextlib.contextmanager
def running(opa: Path) -> Iterator[LocalServer]:
    seal = Seal()
    with local_server(opa, Loaded([DENY]), batch_module(policies([DENY]), seal), seal) as server:
        server.await_ready()
        yield server


def pid_of(server: LocalServer) -> int:
    assert server._child
    return server._child.pid


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def ask(port: int, token: str | None, path: str = "/v1/data", method: str = "GET") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    connection.request(method, path, b'{"input": 1}' if method == "POST" else None, headers)
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("token", [None, "", "wrong", "null"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/data"),
        ("GET", "/health"),
        ("POST", "/v1/query"),
        ("GET", "/v1/policies"),
        ("GET", "/metrics"),
    ],
)
def test_without_its_token_it_answers_nothing(opa: Path, method: str, path: str, token: str | None) -> None:
    with running(opa) as server:
        assert ask(server._port, token, path, method) == 401
        assert ask(server._port, server._token) == 200


def test_each_child_has_a_token_of_its_own(opa: Path) -> None:
    with running(opa) as one, running(opa) as other:
        assert ask(one._port, other._token) == 401


@LINUX
def test_it_listens_on_loopback_only(opa: Path) -> None:
    with running(opa) as server:
        listening = [
            line.split()[1]
            for table in ("tcp", "tcp6")
            for line in Path(f"/proc/{pid_of(server)}/net/{table}").read_text().splitlines()
            if line.split()[1].endswith(f":{server._port:04X}") and line.split()[3] == "0A"
        ]
    assert listening == [f"0100007F:{server._port:04X}"]


@LINUX
def test_it_sees_no_environment(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with running(opa) as server:
        assert Path(f"/proc/{pid_of(server)}/environ").read_bytes() == b""


@LINUX
def test_its_token_is_not_on_its_command_line(opa: Path) -> None:
    with running(opa) as server:
        line = Path(f"/proc/{pid_of(server)}/cmdline").read_bytes()
    assert server._token.encode() not in line
    assert b"--skip-version-check" in line


def test_it_calls_nobody(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that the environment names would be asked by a version check or by telemetry."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.5)
        for variable in ("HTTPS_PROXY", "HTTP_PROXY", "OPA_TELEMETRY_SERVICE_URL"):
            monkeypatch.setenv(variable, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        with running(opa), pytest.raises(TimeoutError):
            proxy.accept()


@pytest.mark.parametrize("raised", [ValueError, KeyboardInterrupt, SystemExit])
def test_it_ends_with_the_context_whatever_is_raised(
    opa: Path, raised: type[BaseException], scratch: Path
) -> None:
    pids: list[int] = []

    def interrupted() -> None:
        with running(opa) as server:
            assert server._watch
            pids.extend([pid_of(server), server._watch.pid])
            raise raised

    with pytest.raises(raised):
        interrupted()
    assert pids
    assert not any(is_alive(pid) for pid in pids)
    assert list(scratch.iterdir()) == []


def test_nothing_lies_in_the_scratch_folder_once_it_is_ready(opa: Path, scratch: Path) -> None:
    with running(opa):
        assert list(scratch.iterdir()) == []


def test_one_that_was_never_asked_ends_too(opa: Path, scratch: Path) -> None:
    held = Opa(OpaAt(opa), [DENY])
    assert held._local
    pid = pid_of(held._local)
    assert is_alive(pid)
    held.close()
    assert not is_alive(pid)
    assert list(scratch.iterdir()) == []


_PARENT = """
    import sys, time
    from pathlib import Path
    from meshwarden.policy.opa import Opa, OpaAt
    from meshwarden.policy.modules import own_modules

    opa = Opa(OpaAt(Path(sys.argv[1])), own_modules())
    if sys.argv[2] == "ready":
        opa.ready()
    print(opa._local._child.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["ready", "starting"])
def test_it_does_not_outlive_a_parent_that_is_killed(
    opa: Path, number: int, moment: str, scratch: Path
) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_PARENT), str(opa), moment],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    with parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        parent.send_signal(number)
    assert within(5, lambda: not is_alive(pid))
    assert within(5, lambda: not list(scratch.iterdir()))


def test_without_a_shell_it_is_started_all_the_same(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def without_shell(command: list[str], **how: object) -> object:
        if command[0] == "/bin/sh":
            raise FileNotFoundError(2, "No such file or directory", "/bin/sh")
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", without_shell)
    with running(opa) as server:
        pid = pid_of(server)
    assert not is_alive(pid)


def ports(monkeypatch: pytest.MonkeyPatch, *taken: int) -> list[int]:
    """Has the first children get ports that are not free any more; the ports that were handed out."""
    handed: list[int] = []
    free = child.free_port

    def next_port() -> int:
        handed.append(taken[len(handed)] if len(handed) < len(taken) else free())
        return handed[-1]

    monkeypatch.setattr(child, "free_port", next_port)
    return handed


def test_a_port_that_others_took_meanwhile_is_left_to_them(
    opa: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(opa) as other, socket.create_server(("127.0.0.1", 0)) as silent:
        handed = ports(monkeypatch, other._port, silent.getsockname()[1])
        assert messages(judged([DENY], [document({})])) == ["no"]
    assert len(handed) == 3


class _SaysYes(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"result": []}')

    do_POST = do_GET  # noqa: N815 -- the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


def test_another_server_that_answers_on_the_port_is_not_taken_for_the_child(
    opa: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _SaysYes) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        ports(monkeypatch, other.server_port)
        try:
            assert messages(judged([DENY], [document({})])) == ["no"]
        finally:
            other.shutdown()


def test_no_free_port_at_all_could_not_finish(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        ports(monkeypatch, *[silent.getsockname()[1]] * 9)
        with pytest.raises(CouldNotFinish, match="address already in use"):
            judged([DENY], [document({})])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_one_that_dies_in_between_could_not_finish(opa: Path, number: int) -> None:
    held = Opa(OpaAt(opa), [DENY])
    try:
        server, found, _ = held.ready()
        assert held._local
        os.kill(pid_of(held._local), number)
        within(5, lambda: not held._local or not is_alive(pid_of(held._local)))
        with pytest.raises(CouldNotFinish, match=r"OPA (was killed by|ended)"):
            judge(server, found, [document({})], None, Judgement())
    finally:
        held.close()


def test_one_that_dies_while_it_evaluates_could_not_finish(opa: Path) -> None:
    endless = rego("endless.rego", ENDLESS)
    held = Opa(OpaAt(opa), [endless])
    try:
        server, found, _ = held.ready()
        assert held._local
        threading.Timer(0.3, os.kill, [pid_of(held._local), signal.SIGKILL]).start()
        with pytest.raises(CouldNotFinish, match="OPA was killed by SIGKILL"):
            judge(server, found, [document({})], None, Judgement())
    finally:
        held.close()


ENDLESS = """
    package endless

    deny contains "never" if {
        some a in numbers.range(1, 100000)
        some b in numbers.range(1, 100000)
        a * b == -1
    }
"""


def test_a_program_that_is_not_there_could_not_finish(tmp_path: Path) -> None:
    held = Opa(OpaAt(tmp_path / "opa"), [rego("a.rego", "package a\n\ndeny contains 1", own=True)])
    with pytest.raises(CouldNotFinish, match="could not be started"):
        held.ready()
    held.close()


def test_a_program_that_is_no_opa_could_not_finish(tmp_path: Path) -> None:
    other = tmp_path / "opa"
    other.write_text("#!/bin/sh\necho what is this >&2\nexit 3\n")
    other.chmod(0o755)
    held = Opa(OpaAt(other), [rego("a.rego", "package a\n\ndeny contains 1", own=True)])
    with pytest.raises(CouldNotFinish):
        held.ready()
    held.close()


def test_no_opa_could_not_finish_and_says_what_to_do() -> None:
    held = Opa(OpaAt(), own_modules())
    with pytest.raises(CouldNotFinish) as stopped:
        held.ready()
    assert "meshwarden[toolchain]" in (stopped.value.hint or "")
    held.close()


def test_it_is_ready_soon(opa: Path) -> None:
    begin = time.monotonic()
    with running(opa):
        assert time.monotonic() - begin < 5  # 0.03 to 0.1 s; other tests run at the same time
