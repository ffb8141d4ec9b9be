"""Mappings and lists are nested too deep.

No manifest needs more than a few levels, and readers that recurse die of thousands: meshwarden stops at
a depth before that.

To fix it, look for brackets that are opened again and again.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    return f"this is nested deeper than {anomaly.detail} levels", "Nest less."


RULE: Final = anomaly_rule("yaml/depth", __doc__, AnomalyKind.DEPTH, _say)
