"""The operator that tells of each data product whether it is well."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar
from urllib.parse import urlsplit

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "platform/product-experience/products/data-product-operator/operator"
EARLIER, NOW = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


def _load() -> ModuleType:
    """The controller as a module. Not imported: an import would leave bytecode in the package."""
    path = PACKAGE / "controller.py"
    module = ModuleType("data_product_controller")
    sys.modules[module.__name__] = module
    exec(compile(path.read_text(), path, "exec"), module.__dict__)
    return module


controller = _load()


def condition(kind: str, status: str, message: str = "") -> dict[str, str]:
    return {"type": kind, "status": status, "message": message}


def entry(
    name: str,
    *conditions: dict[str, str],
    product: str | None = "taxi-trips",
    kind: str = "Bucket",
    namespace: str = "trips-taxi-trips",
) -> dict[str, Any]:
    labels = {"meshwarden.dev/domain": "trips", **({"meshwarden.dev/product": product} if product else {})}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"kind": kind, "metadata": metadata, "status": {"conditions": list(conditions)}}


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([condition("Ready", "True")], None),
        ([condition("ACK.ResourceSynced", "True")], None),
        ([condition("Ready", "Unknown"), condition("ACK.ResourceSynced", "True")], None),
        ([condition("ACK.ResourceSynced", "True"), condition("ACK.Recoverable", "False")], None),
        ([], "Nothing is said of it yet"),
        ([condition("Progressing", "True")], "Nothing is said of it yet"),
        ([condition("Ready", "False", "no broker")], "no broker"),
        ([condition("Ready", "False")], "Ready is not True"),
        ([condition("Ready", "True"), condition("ACK.Terminal", "True", "no such key")], "no such key"),
        ([condition("ACK.ResourceSynced", "True"), condition("ACK.Recoverable", "True", "again")], "again"),
        ([condition("ACK.Terminal", "True")], "ACK.Terminal is True"),
    ],
)
def test_an_object_is_ready_when_its_controller_says_so(
    conditions: list[dict[str, str]], said: str | None
) -> None:
    assert controller.why_not_ready(entry("trips", *conditions)) == said


def test_an_object_without_status_is_not_ready() -> None:
    assert controller.why_not_ready({"kind": "Bucket", "metadata": {"name": "trips"}}) is not None


def test_objects_are_counted_by_product_wherever_they_lie() -> None:
    ready = condition("Ready", "True")
    found = controller.summaries(
        [
            entry("trips", ready),
            entry("trips.taxi-trips", condition("Ready", "False", "x"), kind="KafkaTopic", namespace="kafka"),
            entry("zones", ready, product="zones"),
            entry("stray", ready, product=None),
        ]
    )
    assert found == {
        ("trips", "taxi-trips"): {
            "objects": 2,
            "ready": 1,
            "notReady": [
                {"kind": "KafkaTopic", "namespace": "kafka", "name": "trips.taxi-trips", "message": "x"}
            ],
        },
        ("trips", "zones"): {"objects": 1, "ready": 1, "notReady": []},
    }


def test_only_so_many_objects_are_named() -> None:
    (found,) = controller.summaries(entry(f"{number:02}") for number in range(30)).values()
    assert (found["objects"], found["ready"]) == (30, 0)
    assert [one["name"] for one in found["notReady"]] == [f"{number:02}" for number in range(20)]


def test_a_condition_keeps_its_time_until_it_changes() -> None:
    def summary(ready: int) -> dict[str, Any]:
        return {"objects": 2, "ready": ready, "notReady": []}

    first = controller.status_of(summary(1), {}, EARLIER)
    (said,) = first["conditions"]
    assert (said["status"], said["reason"], said["lastTransitionTime"]) == ("False", "NotReady", EARLIER)
    assert controller.status_of(summary(1), first, NOW) == first
    fewer = controller.status_of(summary(0), first, NOW)
    assert fewer["conditions"][0]["lastTransitionTime"] == EARLIER
    well = controller.status_of(summary(2), first, NOW)
    assert (well["conditions"][0]["status"], well["conditions"][0]["lastTransitionTime"]) == ("True", NOW)


class Cluster:
    """An API in memory: what it holds by path, and the calls that changed it."""

    namespace = "mesh-system"

    def __init__(self, held: dict[str, list[dict[str, Any]]]) -> None:
        self.held = held
        self.calls: list[tuple[str, str, Any]] = []

    def listed(self, path: str, **query: str) -> Iterator[dict[str, Any]]:
        yield from self.held.get(path, [])

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        self.calls.append((method, path, body))
        return {}


BUCKETS = "s3.services.k8s.aws/v1alpha1/buckets"
OWN = "/apis/status.mesh.city.example.org/v1alpha1/namespaces/mesh-system/dataproductstatuses"


def held(status: dict[str, Any], name: str = "trips.taxi-trips") -> dict[str, Any]:
    return {"kind": "DataProductStatus", "metadata": {"name": name}, "status": status}


def test_a_look_writes_what_is_new() -> None:
    cluster = Cluster({f"/apis/{BUCKETS}": [entry("trips", condition("Ready", "True"))]})
    controller.look(cluster, [BUCKETS], NOW)
    (made, written) = cluster.calls
    query = "fieldManager=data-product-operator&force=true"
    assert made[:2] == ("PATCH", f"{OWN}/trips.taxi-trips?{query}")
    assert made[2]["spec"] == {"domain": "trips", "product": "taxi-trips"}
    assert written[:2] == ("PATCH", f"{OWN}/trips.taxi-trips/status?{query}")
    assert (written[2]["status"]["objects"], written[2]["status"]["ready"]) == (1, 1)


def test_a_look_leaves_alone_what_is_as_it_was() -> None:
    bucket = entry("trips", condition("Ready", "True"))
    (summary,) = controller.summaries([bucket]).values()
    before = controller.status_of(summary, {}, EARLIER)
    cluster = Cluster({f"/apis/{BUCKETS}": [bucket], OWN: [held(before)]})
    controller.look(cluster, [BUCKETS], NOW)
    assert cluster.calls == []


def test_a_look_removes_the_status_of_a_product_that_is_gone() -> None:
    cluster = Cluster({OWN: [held({}, "trips.bus")]})
    controller.look(cluster, [BUCKETS], NOW)
    assert cluster.calls == [("DELETE", f"{OWN}/trips.bus", None)]


class Handler(BaseHTTPRequestHandler):
    """Answers as the cluster's API does: two pages of buckets, nothing of topics, no right to roles."""

    seen: ClassVar[list[tuple[str, str, str | None, str]]] = []

    def do_GET(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.seen.append((self.command, self.path, self.headers.get("Content-Type"), body))
        url = urlsplit(self.path)
        if self.headers["Authorization"] != "Bearer secret" or "roles" in url.path:
            self._send(403, {"message": "forbidden"})
        elif "kafkatopics" in url.path:
            self._send(404, {"message": "not found"})
        elif self.command == "PATCH":
            self._send(200, json.loads(body))
        elif "continue=more" in url.query:
            self._send(200, {"kind": "BucketList", "metadata": {}, "items": [{"metadata": {"name": "b"}}]})
        else:
            items = [{"metadata": {"name": "a"}}]
            self._send(200, {"kind": "BucketList", "metadata": {"continue": "more"}, "items": items})

    def _send(self, status: int, body: dict[str, Any]) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def api(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The operator's own client, without TLS, before a server that answers as the API does."""
    (tmp_path / "token").write_text("secret")
    monkeypatch.setattr(controller, "ACCOUNT", tmp_path)
    monkeypatch.setattr(controller.ssl, "create_default_context", lambda cafile: None)
    monkeypatch.setattr(
        controller, "HTTPSConnection", lambda host, port, timeout, context: HTTPConnection(host, port)
    )
    Handler.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield controller.Api(f"https://127.0.0.1:{server.server_port}", "mesh-system")
        server.shutdown()
        thread.join()


def test_a_list_is_read_page_by_page(api: Any) -> None:
    found = list(api.listed(f"/apis/{BUCKETS}", labelSelector="meshwarden.dev/product"))
    assert [(one["kind"], one["metadata"]["name"]) for one in found] == [("Bucket", "a"), ("Bucket", "b")]
    assert all("labelSelector=meshwarden.dev%2Fproduct" in path for _, path, _, _ in Handler.seen)


def test_a_kind_that_the_cluster_does_not_have_is_no_failure(api: Any) -> None:
    assert list(api.listed("/apis/kafka.strimzi.io/v1/kafkatopics")) == []


def test_what_is_forbidden_is_a_failure(api: Any) -> None:
    with pytest.raises(OSError, match="403"):
        list(api.listed("/apis/iam.services.k8s.aws/v1alpha1/roles"))


def test_what_is_written_is_applied(api: Any) -> None:
    assert api.call("PATCH", f"{OWN}/trips.taxi-trips", {"spec": {}}) == {"spec": {}}
    expected = ("PATCH", f"{OWN}/trips.taxi-trips", "application/apply-patch+yaml", '{"spec": {}}')
    assert Handler.seen == [expected]
