"""A file holds more than one document.

A manifest is one document a file. What stands behind `---` is passed over by some readers and taken by
others; meshwarden judges the first, and so cannot call the file checked.

To fix it, give each document a file of its own.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, _anomaly: Anomaly) -> tuple[str, str | None]:
    return (
        "a second document starts here; a manifest is one document a file",
        "Give each document a file of its own.",
    )


RULE: Final = anomaly_rule("yaml/several-documents", __doc__, AnomalyKind.SEVERAL_DOCUMENTS, _say)
