"""What Helm wrote → objects, read as Kubernetes reads them.

The objects of templates are text that Kubernetes' readers take by a mixture of YAML 1.1 and 1.2
(https://github.com/kubernetes-sigs/yaml, a fork of go-yaml 2): `yes` is a boolean, `0644` an octal number,
and `22:22` text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.render.charts.chart import Unusable
from meshwarden.render.documents import is_list
from meshwarden.render.names import SUBDOMAIN_LENGTH
from meshwarden.render.targets.target import Object
from meshwarden.sources.document import AnomalyKind, Document
from meshwarden.sources.reader import read

_SEPARATOR: Final = re.compile(r"^---(?:[ \t].*)?\r?$", re.MULTILINE)
_SOURCE: Final = re.compile(r"^# Source: (.+)$", re.MULTILINE)
_TRUE: Final = frozenset({"y", "yes", "on"})
_FALSE: Final = frozenset({"n", "no", "off"})
_OCTAL: Final = re.compile(r"[-+]?0[0-7_]+\Z")
_INTEGER: Final = re.compile(r"[-+]?(?:0x_*[0-9a-fA-F][0-9a-fA-F_]*|0b_*[01][01_]*|[1-9][0-9_]*)\Z")
HOOK: Final = "helm.sh/hook"
_FORMS: Final = {
    ("apiVersion",): re.compile(r"(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?/)?v[a-z0-9]+\Z"),
    ("kind",): re.compile(r"[A-Za-z][A-Za-z0-9]*\Z"),
    # RBAC's names may hold colons: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
    ("metadata", "name"): re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9._:]*[A-Za-z0-9])?\Z"),
}


def objects_of(text: str) -> tuple[Object, ...]:
    """The objects in a stream of documents, those of a List one by one, without the chart's own tests.

    Other hooks stay: Argo CD takes `helm.sh/hook` of a plain manifest for its own annotation, and leaves out
    what is no part of a sync (`pkg/sync/hook` of https://github.com/argoproj/gitops-engine). Raises
    `Unusable` for what is no object.
    """
    found: dict[tuple[str, str, str, str], Object] = {}
    source = "the chart"
    for part in _SEPARATOR.split(text):
        named = _SOURCE.search(part)
        source = f"`{named[1].strip()}`" if named else source
        for entry in _objects(part, source):
            if _is_test(entry):
                continue
            metadata = entry["metadata"]
            key = (
                *(str(entry["apiVersion"]), str(entry["kind"])),
                *(str(metadata["name"]), str(metadata.get("namespace", ""))),
            )
            if key in found:
                raise Unusable(f"{source} makes {entry['kind']} `{metadata['name']}` a second time")
            found[key] = entry
    return tuple(found[key] for key in sorted(found))


def _objects(part: str, source: str) -> Iterator[Object]:
    document = read(source, part.encode("utf-8", "replace"))
    for anomaly in document.anomalies:
        if not document.readable or anomaly.kind is AnomalyKind.DUPLICATE_KEY:
            what = anomaly.detail or f"{anomaly.kind.value} `{anomaly.text}`"
            raise Unusable(f"what {source} makes cannot be read: {what}")
    data = _as_kubernetes_reads(document)
    if data is None:
        return
    yield from _taken_apart(data, source)


def _taken_apart(data: Any, source: str) -> Iterator[Object]:
    """An object, or the items of a List, which may be Lists themselves: Kustomize takes them all apart."""
    if not is_list(data):
        _must_be_object(data, source)
        yield data
        return
    for item in fields.entries(data, "items"):
        yield from _taken_apart(item, source)


def _must_be_object(item: Any, source: str) -> None:
    """Raise `Unusable` for what is no object. Kinds and names become names of files: they hold no slash."""
    for keys, form in _FORMS.items():
        said = fields.text(item, *keys)
        if said is None:
            raise Unusable(f"{source} makes something without `{'.'.join(keys)}`, which is no object")
        if not form.match(said) or len(said) > SUBDOMAIN_LENGTH:
            raise Unusable(
                f"{source} makes an object with `{'.'.join(keys)}: {said[:80]}`, which none may have"
            )


def _is_test(entry: Object) -> bool:
    hooks = fields.text(entry, "metadata", "annotations", HOOK) or ""
    return any(hook.strip() in {"test", "test-success", "test-failure"} for hook in hooks.split(","))


def _as_kubernetes_reads(document: Document) -> Any:
    """The data of a document, with what Kubernetes reads otherwise than YAML 1.2 as it does."""
    for anomaly in document.anomalies:
        if anomaly.kind is AnomalyKind.AMBIGUOUS and anomaly.pointer:
            *above, last = anomaly.pointer
            holder = document.value(tuple(above))
            if isinstance(holder, dict) and isinstance(holder.get(str(last)), str | int | float):
                holder[str(last)] = _scalar(anomaly.text, holder[str(last)])
            elif isinstance(holder, list) and isinstance(last, int):
                holder[last] = _scalar(anomaly.text, holder[last])
    return document.data


def _scalar(text: str, value: Any) -> Any:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if _OCTAL.match(text):
        return int(text.replace("_", ""), 8)
    return int(text.replace("_", ""), 0) if _INTEGER.match(text) else value
