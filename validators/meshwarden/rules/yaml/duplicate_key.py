"""A key is written twice in one mapping.

YAML forbids it, and most readers take the last of the two without a word: what a reviewer read above is
not what runs. Both places are named; meshwarden goes on with the first.

To fix it, keep one of them.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    return f"key `{anomaly.text}` is written twice in one mapping", "Keep one of the two."


RULE: Final = anomaly_rule("yaml/duplicate-key", __doc__, AnomalyKind.DUPLICATE_KEY, _say)
