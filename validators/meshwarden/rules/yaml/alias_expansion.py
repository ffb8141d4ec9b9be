"""Aliases stand for more than a manifest may hold, or for themselves.

Aliases that repeat aliases grow without bound: nine lines can stand for a billion values, and exhaust
whatever reads them. meshwarden counts what aliases stand for while it reads, and stops before the cost is
paid.

To fix it, write out what is meant, or repeat less.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    hint = "Write out what is meant."
    if anomaly.detail:
        return f"with the alias `*{anomaly.text}`, aliases stand for more than {anomaly.detail} values", hint
    return f"the alias `*{anomaly.text}` stands within what it repeats, and so has no end", hint


RULE: Final = anomaly_rule("yaml/alias-expansion", __doc__, AnomalyKind.ALIAS_EXPANSION, _say)
