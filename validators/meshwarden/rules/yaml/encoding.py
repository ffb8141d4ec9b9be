"""The file is not UTF-8 text, or holds characters that hide what it says.

Manifests are UTF-8 without a byte order mark. Bytes that are not UTF-8 and control characters cannot be
read; characters that turn the reading direction make a reviewer see something else than readers read.

To fix it, save the file as UTF-8, and remove the character at the place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from meshwarden.findings import Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.rules.rule import ManifestRule, Said
from meshwarden.rules.yaml.anomalies import faults
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    if anomaly.kind is AnomalyKind.BYTE_ORDER_MARK:
        return "the file starts with a byte order mark", "Save it as UTF-8 without one."
    if anomaly.detail == "control":
        return f"{anomaly.text} is a control character, which YAML does not allow", "Remove it."
    if anomaly.detail:
        message = f"{anomaly.text} turns the reading direction: this text is not what it looks like"
        return message, "Remove it, or write it as an escape in double quotes."
    return "the file is not UTF-8 text: the first byte that is not stands here", "Save it as UTF-8."


def _check(manifest: Manifest, _: SchemaStore) -> Said:
    yield from faults(manifest, AnomalyKind.ENCODING, _say)
    for fault in faults(manifest, AnomalyKind.BYTE_ORDER_MARK, _say):
        yield replace(fault, severity=Severity.WARNING)


RULE: Final = ManifestRule(
    "yaml/encoding", Severity.ERROR, __doc__, check=_check, unread=True, waivable=False
)
