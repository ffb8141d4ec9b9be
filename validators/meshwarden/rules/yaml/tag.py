"""A tag other than YAML's core ones, or one that does not fit its value.

`!Ref`, `!!binary`, `!!python/object` mean something to one program only, and some of them run code in it.
Manifests hold maps, lists, text, numbers, booleans and nulls.

To fix it, write the value itself; quote text that starts with `!`.
"""

from __future__ import annotations

from typing import Final

from meshwarden.manifests.recognise import Manifest
from meshwarden.rules.yaml.anomalies import anomaly_rule
from meshwarden.sources.document import Anomaly, AnomalyKind
from meshwarden.sources.tags import shown


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    return (
        f"the tag `{shown(anomaly.text)}` is none of YAML's core tags, or does not fit its value",
        "Write the value itself; quote text that starts with `!`.",
    )


RULE: Final = anomaly_rule("yaml/tag", __doc__, AnomalyKind.TAG, _say)
