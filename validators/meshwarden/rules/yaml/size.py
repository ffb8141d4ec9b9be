"""The file is larger than a manifest may be.

Manifests are written by people. What is larger than a few megabytes is data that went to the wrong place,
or an attempt to exhaust the reader; it is not read.

To fix it, move the data out of the mesh's folders, or split the manifest.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    message = f"the file is larger than {int(anomaly.detail):,} bytes, and is not read"
    size = f"It has {int(anomaly.text):,} bytes."
    return message, f"{size} Move data out of the mesh's folders, or split the manifest."


RULE: Final = anomaly_rule("yaml/size", __doc__, AnomalyKind.SIZE, _say)
