"""An organisation's own OPA server: the same verdicts as the child's, and nothing of ours left behind."""

from __future__ import annotations

import contextlib
import http.server
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.policy.conftest import document, judged, messages, rego, served, told

from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.mesh.records import Mesh
from meshwarden.policy.child import free_port
from meshwarden.policy.judgement import Limits
from meshwarden.policy.mesh_data import mesh_data, policy_documents
from meshwarden.policy.modules import own_modules
from meshwarden.policy.opa import Judgement, Opa, OpaAt, judge
from meshwarden.policy.remote import _client

GOOD = rego("good.rego", 'package good\n\ndeny contains "good"\n')
OTHER = rego("other.rego", 'package other\n\ndeny contains "other"\n')
AUTHORISATION = """package system.authz

default allow := false

allow if input.identity == "right"

allow if input.path == ["health"]
"""


TOO_LONG = 'package a\n\ndeny contains to_number(concat("", ["9" | some _ in numbers.range(1, 5000)]))\n'


class Running:
    """A server that somebody else runs."""

    def __init__(self, url: str, process: subprocess.Popen[bytes]) -> None:
        self.url = url
        self.process = process

    def policies(self) -> list[str]:
        with urllib.request.urlopen(f"{self.url}/v1/policies") as answer:
            return sorted(found["id"] for found in json.load(answer)["result"])

    def data(self) -> Any:
        with urllib.request.urlopen(f"{self.url}/v1/data") as answer:
            return json.load(answer)["result"]


Start = Callable[..., Running]


@pytest.fixture
def start(opa: Path, tmp_path: Path) -> Iterator[Start]:
    with contextlib.ExitStack() as running:

        def run(*options: str, scheme: str = "http") -> Running:
            port = free_port()
            command = [
                str(opa),
                "run",
                "--server",
                f"--addr=127.0.0.1:{port}",
                "--skip-version-check",
                *options,
            ]
            process = running.enter_context(
                subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=tmp_path)
            )
            running.callback(process.kill)
            await_port(port)
            return Running(f"{scheme}://127.0.0.1:{port}", process)

        yield run


def await_port(port: int) -> None:
    for _ in range(1000):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.01)
    pytest.fail("the server does not listen")


def test_local_and_remote_give_the_same_judgement(start: Start, reference_mesh: Mesh) -> None:
    documents, mesh = policy_documents(reference_mesh), mesh_data(reference_mesh)
    stripped = [document({"kind": found.kind}, found.path, found.kind) for found in documents]
    url = start().url
    for some in (documents, stripped):
        here, there = judged(own_modules(), some, mesh), judged(own_modules(), some, mesh, url=url)
        assert told(here) == told(there)
        assert here.judged == there.judged
        assert here.failures == there.failures == []
    assert told(here)


def test_it_has_what_it_had_before_when_we_leave(start: Start) -> None:
    server = start()
    request = urllib.request.Request(
        f"{server.url}/v1/policies/theirs", b"package theirs\n\nx := 1\n", method="PUT"
    )
    with urllib.request.urlopen(request):
        pass
    with served([*own_modules(), GOOD], server.url) as (_, _, failures):
        assert not failures
        assert len(server.policies()) == len(own_modules()) + 4
    assert server.policies() == ["theirs"]
    assert server.data() == {"theirs": {"x": 1}}


def test_runs_after_one_another_do_not_see_each_other_s_policies(start: Start) -> None:
    url = start().url
    other = rego("other.rego", 'package good\n\ndeny contains "other"\n')
    assert messages(judged([GOOD], [document({})], url=url)) == ["good"]
    assert messages(judged([other], [document({})], url=url)) == ["other"]


def test_what_a_run_left_that_was_killed_is_removed_by_the_next(start: Start) -> None:
    server = start()
    libraries = [
        rego("a.rego", "package a\n\nf(x) := x\n"),
        rego("b.rego", "package b\n\ny := data.a.f(1)\n"),
    ]
    killed = Opa(OpaAt(None, server.url), [_own(found) for found in (*libraries, GOOD)])
    killed.ready()
    assert len(server.policies()) == 5
    assert messages(
        judged([rego("n.rego", 'package good\n\ndeny contains "new"\n')], [document({})], url=server.url)
    ) == ["new"]
    assert server.policies() == []
    killed.close()


def _own(module: Any) -> Any:
    return type(module)(module.path, module.text, own=True)


def test_a_run_that_another_displaces_could_not_finish_and_is_no_pass(start: Start) -> None:
    server = start()
    next_run = [rego("x.rego", "package good\n\ndeny := []\n"), OTHER]
    with contextlib.ExitStack() as runs:
        first, found, _ = runs.enter_context(served([GOOD], server.url))
        second, others, _ = runs.enter_context(served(next_run, server.url))
        with pytest.raises(CouldNotFinish, match="no longer has the policies of this run"):
            judge(first, found, [document({})], None, Judgement())
        judgement = Judgement()
        judge(second, others, [document({})], None, judgement)
        assert messages(judgement) == ["other"]
    assert server.policies() == []


def test_a_module_that_needs_another_is_put_there_after_it(start: Start) -> None:
    modules = [
        rego("a.rego", 'package a\n\ndeny contains "a" if data.b.f(1)\n'),
        rego("b.rego", "package b\n\nf(x) := data.c.g(x)\n"),
        rego("c.rego", "package c\n\ng(x) := x\n"),
    ]
    judgement = judged(modules, [document({})], url=start().url)
    assert (messages(judgement), judgement.failures) == (["a"], [])


def test_what_the_server_s_compiler_refuses_is_told_at_the_line(start: Start) -> None:
    server = start()
    ours = [
        _own(rego("broken.rego", "package broken\n\nx := nope(1)\n")),
        _own(rego("user.rego", 'package user\n\ndeny contains "x" if data.broken.x\n')),
        _own(rego("syntax.rego", "package syntax\n\ndeny[x] { x := 1 }\n")),
        _own(GOOD),
    ]
    judgement = judged(ours, [document({})], url=server.url)
    assert messages(judgement) == ["good"]
    told_at = {(found.path, found.line, found.column) for found in judgement.failures}
    assert told_at == {("broken.rego", 3, 6), ("syntax.rego", 3, 1), ("user.rego", 3, 1)}
    assert any("write `deny contains msg if {`" in found.message for found in judgement.failures)


def test_what_the_local_opa_refuses_no_server_gets(start: Start) -> None:
    server = start()
    sends = rego(
        "a.rego",
        'package a\n\ndeny contains "x" if http.send({"url": "http://127.0.0.1", "method": "get"})\n',
    )
    judgement = judged([GOOD, sends], [document({})], url=server.url)
    assert [(found.path, found.message) for found in judgement.failures] == [
        ("a.rego", "undefined function http.send")
    ]
    assert messages(judgement) == ["good"]


def test_without_a_local_opa_no_server_gets_a_mesh_s_policies(start: Start) -> None:
    held = Opa(OpaAt(None, start().url), [*own_modules(), GOOD])
    try:
        _, found, failures = held.ready()
    finally:
        held.close()
    assert {policy.id for policy in found} >= {"ownership/owner"}
    assert [(failed.rule, failed.path) for failed in failures] == [("policy/good", "good.rego")]
    assert "there is no opa here" in failures[0].message


def test_a_failure_while_it_evaluates_is_told_where_it_is(start: Start) -> None:
    module = rego("p/a.rego", 'package a\n\ndeny contains "x" if 1 / input.n == 1\n')
    judgement = judged([module, GOOD], [document({"n": n}, str(n)) for n in (0, 1)], url=start().url)
    (failed,) = judgement.failures
    assert (failed.rule, failed.path, failed.line, failed.document) == ("policy/a", "p/a.rego", 3, "0")
    assert failed.message == "div: divide by zero"
    assert messages(judgement) == ["good", "good", "x"]


def test_what_takes_too_long_is_ended_and_the_rest_still_judges(start: Start) -> None:
    endless = rego(
        "e.rego",
        """
        package e

        deny contains "never" if {
            input.loop
            some a in numbers.range(1, 20000)
            some b in numbers.range(1, 20000)
            a * b == -1
        }
        """,
    )
    documents = [document({"loop": n == 2}, str(n)) for n in range(4)]
    judgement = judged([endless, GOOD], documents, limits=Limits(batch_seconds=1, seconds=1), url=start().url)
    (failed,) = judgement.failures
    assert (failed.rule, failed.document, failed.message) == ("policy/e", "2", "no answer within 1 s")
    assert messages(judgement) == ["good"] * 4


def test_numbers_that_json_does_not_have_go_there_as_text(start: Start) -> None:
    module = rego("a.rego", "package a\n\ndeny contains json.marshal(input)\n")
    judgement = judged([module], [document([float("inf"), 1])], url=start().url)
    assert messages(judgement) == ['[".inf",1]']


def test_a_result_that_python_cannot_read_is_an_error_of_that_rule(start: Start) -> None:
    module = rego("a.rego", TOO_LONG)
    judgement = judged([module, GOOD], [document({})], url=start().url)
    (failed,) = judgement.failures
    assert failed.rule == "policy/a"
    assert messages(judgement) == ["good"]


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda value: monkeypatch.setenv("MESHWARDEN_OPA_TOKEN", value)


def authorising(tmp_path: Path) -> list[str]:
    (tmp_path / "authz.rego").write_text(AUTHORISATION)
    return ["--authentication=token", "--authorization=basic", str(tmp_path / "authz.rego")]


def test_with_its_token(start: Start, tmp_path: Path, token: Callable[[str], None]) -> None:
    token("right")
    assert messages(judged([GOOD], [document({})], url=start(*authorising(tmp_path)).url)) == ["good"]


def test_with_a_wrong_token_it_could_not_finish(
    start: Start, tmp_path: Path, token: Callable[[str], None]
) -> None:
    url = start(*authorising(tmp_path)).url
    token("wrong")
    with pytest.raises(CouldNotFinish) as stopped:
        judged([GOOD], [document({})], url=url)
    assert "request rejected by administrative policy" in stopped.value.message
    assert "MESHWARDEN_OPA_TOKEN" in (stopped.value.hint or "")
    assert "wrong" not in stopped.value.message


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    chain, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [
            openssl,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-keyout",
            key,
            "-out",
            chain,
            *names,
        ],
        check=True,
        capture_output=True,
    )
    return chain, key


def test_over_tls(start: Start, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    chain, key = certificate
    server = start(f"--tls-cert-file={chain}", f"--tls-private-key-file={key}", scheme="https")
    with pytest.raises(CouldNotFinish, match=r"(?i)certificate verify failed"):
        judged([GOOD], [document({})], url=server.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(chain))
    assert messages(judged([GOOD], [document({})], url=server.url)) == ["good"]
    assert ssl.get_server_certificate(("127.0.0.1", int(server.url.rpartition(":")[2])))


def test_a_server_that_is_not_there_could_not_finish() -> None:
    with pytest.raises(CouldNotFinish, match="does not answer") as stopped:
        judged([GOOD], [document({})], url=f"http://127.0.0.1:{free_port()}")
    assert stopped.value.hint


def test_a_server_that_goes_away_could_not_finish(start: Start) -> None:
    server = start()
    with served([GOOD], server.url) as (opa, found, _):
        server.process.kill()
        server.process.wait()
        with pytest.raises(CouldNotFinish, match="does not answer any more"):
            judge(opa, found, [document({})], None, Judgement())


class _Other(http.server.BaseHTTPRequestHandler):
    status, body = 200, b"<html>"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    do_PUT = do_POST = do_DELETE = do_GET  # noqa: N815 -- the names that http.server calls

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("status", [200, 401, 404, 503])
@pytest.mark.parametrize(
    "body", [b"<html>", b"{}", b"[]", b'{"result": []}', b'{"code": "x", "message": "y"}', b""]
)
def test_what_is_no_opa_could_not_finish(status: int, body: bytes) -> None:
    handler = type("Handler", (_Other,), {"status": status, "body": body})
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        try:
            with pytest.raises(CouldNotFinish):
                judged([GOOD], [document({})], url=f"http://127.0.0.1:{other.server_port}")
        finally:
            other.shutdown()


@pytest.mark.parametrize(
    "url",
    [
        *("localhost:8181", "ftp://localhost", "http://", "http://localhost:none", "http://localhost:99999"),
        *("http://user:secret@localhost", "http://localhost/opa", "http://localhost?x=1", "http://[::1", ""),
    ],
)
def test_a_url_that_is_none_is_wrong_usage(url: str) -> None:
    if url:
        with pytest.raises(WrongUsage, match="--opa-url is"):
            judged([GOOD], [document({})], url=url)


def test_the_port_is_that_of_opa_and_the_address_may_be_ipv6() -> None:
    assert _client("http://opa.example.org").root_url == "http://opa.example.org:8181/v1"
    assert _client("https://opa.example.org/").root_url == "https://opa.example.org:443/v1"
    assert _client("http://[::1]:9").root_url == "http://[::1]:9/v1"
