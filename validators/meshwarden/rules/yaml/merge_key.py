"""A merge key, `<<`.

YAML 1.2 no longer has it: some readers merge, others see a key of that name, and validators judge what they
see. meshwarden merges, as every reader of Kubernetes manifests does.

To fix it, write out the keys.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, _anomaly: Anomaly) -> tuple[str, str | None]:
    return "`<<` merges to some readers, and is a key like others to YAML 1.2", "Write out the keys."


RULE: Final = anomaly_rule("yaml/merge-key", __doc__, AnomalyKind.MERGE_KEY, _say, severity=Severity.WARNING)
