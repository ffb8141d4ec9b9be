"""Rules about the text: each says what is wrong with the reader's anomalies of its kind, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from meshwarden.findings import Fault, Place, Related, Severity
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.rules.rule import ManifestRule, Said
from meshwarden.sources.document import Anomaly, AnomalyKind

Say = Callable[[Manifest, Anomaly], tuple[str, str | None]]


def anomaly_rule(
    rule: str, text: str | None, kind: AnomalyKind, say: Say, *, severity: Severity = Severity.ERROR
) -> ManifestRule:
    """The rule that tells of one kind of anomaly; `say` gives message and hint.

    Such a rule judges unreadable documents too, and what keeps a document from being read is not waived.
    """

    def check(manifest: Manifest, _: SchemaStore) -> Said:
        return faults(manifest, kind, say)

    waivable = kind not in _UNREADABLE
    return ManifestRule(rule, severity, text or "", check=check, unread=True, waivable=waivable)


def faults(manifest: Manifest, kind: AnomalyKind, say: Say) -> Iterable[Fault]:
    """The anomalies of a kind in a document, each with what `say` says of it."""
    for anomaly in manifest.document.anomalies:
        if anomaly.kind is kind:
            message, hint = say(manifest, anomaly)
            place = Place(manifest.path, anomaly.pointer, span=anomaly.span)
            yield Fault(message, place, hint, related=_other(manifest, anomaly))


def _other(manifest: Manifest, anomaly: Anomaly) -> tuple[Related, ...]:
    if anomaly.other is None:
        return ()
    what = "first written here" if anomaly.kind is AnomalyKind.DUPLICATE_KEY else "it starts here"
    return (Related(Place(manifest.path, span=anomaly.other), what),)


_UNREADABLE = frozenset(
    {
        AnomalyKind.SYNTAX,
        AnomalyKind.ENCODING,
        AnomalyKind.ALIAS_EXPANSION,
        AnomalyKind.DEPTH,
        AnomalyKind.SIZE,
        AnomalyKind.SEVERAL_DOCUMENTS,
    }
)
