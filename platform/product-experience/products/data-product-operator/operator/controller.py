"""Whether what is rendered for data products is well: one DataProductStatus a product, kept up to date.

What belongs to a product is told by the labels that meshwarden renders; whether it is well, by the conditions
that its controller writes. The standard library is all that it needs. A failure ends the process: Kubernetes
starts it again, with a growing pause.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import ssl
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

NAME = "data-product-operator"
API_VERSION = "status.mesh.city.example.org/v1alpha1"
DOMAIN, PRODUCT = "meshwarden.dev/domain", "meshwarden.dev/product"
READY = ("Ready", "ACK.ResourceSynced")
FAILED = ("ACK.Terminal", "ACK.Recoverable")
ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
NAMED_AT_MOST, PAGE, SECONDS = 20, 500, 10

Json = dict[str, Any]
Key = tuple[str, str]  # domain and product


def why_not_ready(entry: Json) -> str | None:
    """What is wrong with an object, in its controller's words; None if it is ready."""
    conditions = {found["type"]: found for found in entry.get("status", {}).get("conditions", [])}
    for kind in FAILED:
        if conditions.get(kind, {}).get("status") == "True":
            return str(conditions[kind].get("message") or f"{kind} is True")
    said = [conditions[kind] for kind in READY if kind in conditions]
    if any(condition["status"] == "True" for condition in said):
        return None
    return (
        str(said[0].get("message") or f"{said[0]['type']} is not True")
        if said
        else "Nothing is said of it yet"
    )


def summaries(entries: Iterable[Json]) -> dict[Key, Json]:
    """The status of each product that objects are labelled with, without conditions."""
    by_product: dict[Key, list[Json]] = defaultdict(list)
    for entry in entries:
        labels = entry["metadata"].get("labels", {})
        if labels.get(DOMAIN) and labels.get(PRODUCT):
            by_product[(labels[DOMAIN], labels[PRODUCT])].append(entry)
    return {key: _summary(by_product[key]) for key in sorted(by_product)}


def _summary(entries: Sequence[Json]) -> Json:
    not_ready = []
    for entry in entries:
        if why := why_not_ready(entry):
            place = {key: entry["metadata"][key] for key in ("namespace", "name") if key in entry["metadata"]}
            not_ready.append({"kind": entry["kind"], **place, "message": why})
    not_ready.sort(key=lambda one: (one["kind"], one.get("namespace", ""), one["name"]))
    ready = len(entries) - len(not_ready)
    return {"objects": len(entries), "ready": ready, "notReady": not_ready[:NAMED_AT_MOST]}


def status_of(summary: Json, before: Json, now: str) -> Json:
    """The whole status: its condition has the time at which it last became what it is."""
    well = summary["ready"] == summary["objects"]
    condition = {
        "type": "Ready",
        "status": "True" if well else "False",
        "reason": "AllReady" if well else "NotReady",
        "message": f"{summary['ready']} of {summary['objects']} objects are ready",
    }
    old: Json = next((found for found in before.get("conditions", []) if found["type"] == "Ready"), {})
    since = old["lastTransitionTime"] if old.get("status") == condition["status"] else now
    return {**summary, "conditions": [{**condition, "lastTransitionTime": since}]}


@dataclass(frozen=True)
class Api:
    """The cluster's API, as the pod's service account may use it."""

    url: str
    namespace: str

    def call(self, method: str, path: str, body: Json | None = None) -> Json | None:
        """The answer; None where there is nothing of that name. Raises OSError for any other refusal."""
        url = urlsplit(self.url)
        tls = ssl.create_default_context(cafile=str(ACCOUNT / "ca.crt"))
        connection = HTTPSConnection(url.hostname or "", url.port, timeout=SECONDS, context=tls)
        # Read each time: Kubernetes changes the token while the pod runs.
        headers = {"Authorization": f"Bearer {(ACCOUNT / 'token').read_text()}"}
        if body is not None:
            headers["Content-Type"] = "application/apply-patch+yaml"
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status == 404:
            return None
        if answer.status >= 300:
            raise OSError(f"{method} {path}: {answer.status} {text.decode(errors='replace')[:500]}")
        return dict(json.loads(text))

    def listed(self, path: str, **query: str) -> Iterator[Json]:
        """All objects of a list, page by page; none of a kind that the cluster does not have."""
        more = ""
        while True:
            found = self.call("GET", f"{path}?{urlencode({**query, 'limit': PAGE, 'continue': more})}") or {}
            kind = str(found.get("kind", "")).removesuffix("List")
            yield from ({**item, "kind": kind} for item in found.get("items", []))
            more = found.get("metadata", {}).get("continue", "")
            if not more:
                return


def look(api: Api, kinds: Iterable[str], now: str) -> None:
    """Writes the statuses that have changed, and removes those of products that are gone."""
    found = summaries(entry for kind in kinds for entry in api.listed(f"/apis/{kind}", labelSelector=PRODUCT))
    own = f"/apis/{API_VERSION}/namespaces/{api.namespace}/dataproductstatuses"
    there = {entry["metadata"]["name"]: entry for entry in api.listed(own)}
    wanted = {f"{domain}.{product}": (domain, product) for domain, product in found}
    for name, key in wanted.items():
        before = there.get(name, {}).get("status", {})
        status = status_of(found[key], before, now)
        if status != before:
            _write(api, f"{own}/{name}", name, key, status)
            logging.info("%s: %s", name, status["conditions"][0]["message"])
    for name in there.keys() - wanted.keys():
        api.call("DELETE", f"{own}/{name}")
        logging.info("%s: nothing is left of it", name)


def _write(api: Api, path: str, name: str, key: Key, status: Mapping[str, Any]) -> None:
    """Applies object and status, by their two ways."""
    labels = {DOMAIN: key[0], PRODUCT: key[1], "app.kubernetes.io/managed-by": NAME}
    entry = {"apiVersion": API_VERSION, "kind": "DataProductStatus"}
    query = f"fieldManager={NAME}&force=true"
    spec = {"domain": key[0], "product": key[1]}
    api.call(
        "PATCH", f"{path}?{query}", {**entry, "metadata": {"name": name, "labels": labels}, "spec": spec}
    )
    api.call("PATCH", f"{path}/status?{query}", {**entry, "metadata": {"name": name}, "status": dict(status)})


def main() -> None:
    """Looks again and again, until it fails or is ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--interval", type=float, default=30, help="seconds between two looks")
    parser.add_argument("kinds", nargs="+", help="group/version/plural of what is rendered for products")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # the first process of a container ignores it
    api = Api(os.environ["API"], os.environ["NAMESPACE"])
    while True:
        look(api, options.kinds, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        time.sleep(options.interval)


if __name__ == "__main__":
    main()
