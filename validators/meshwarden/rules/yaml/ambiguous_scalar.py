"""An unquoted value that YAML 1.1 and YAML 1.2 read differently.

`no` is a boolean to one reader and a country to the next, `010` is eight or ten, `22:22` is 1342 or a time,
`1e3` is text or a number, and `2026-01-01` a date or text. meshwarden reads by YAML 1.2's core schema;
Kustomize, Helm, kubectl and most Python tools read by 1.1, or by something between. Dates are left alone
where the schema itself asks for a date.

To fix it, quote what is text, and write `true`, `false` and plain decimal numbers for the rest.
"""

from __future__ import annotations

from typing import Final

from meshwarden.findings import Pointer, Severity
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.manifests.subschemas import wants_date
from meshwarden.rules.rule import ManifestRule, Said
from meshwarden.rules.yaml.anomalies import faults
from meshwarden.sources.document import Anomaly, AnomalyKind
from meshwarden.sources.scalars import Scalar, resolve


def _check(manifest: Manifest, schemas: SchemaStore) -> Said:
    dates = [found.span for found in manifest.document.anomalies if found.detail == "a date"]
    for fault in faults(manifest, AnomalyKind.AMBIGUOUS, _say):
        if fault.place.span not in dates or not _wants_date(manifest, fault.place.pointer, schemas):
            yield fault


def _wants_date(manifest: Manifest, pointer: Pointer | None, schemas: SchemaStore) -> bool:
    if not manifest.document.readable or pointer is None:
        return True  # which field it stands in is not known: what hides that is the finding
    if not manifest.known or manifest.kind is None:
        return False
    api_version = fields.at(manifest.data, "apiVersion")
    return wants_date(schemas.of(manifest.kind.name, api_version).schema, pointer)


def _say(_: Manifest, anomaly: Anomaly) -> tuple[str, str | None]:
    value = resolve(anomaly.text)
    message = f"`{anomaly.text}` is {anomaly.detail} to YAML 1.1, and {_described(value)} to YAML 1.2"
    return message, f'Write "{anomaly.text}" if it is text{_instead(value, anomaly)}.'


def _described(value: Scalar) -> str:
    return "text" if isinstance(value, str) else f"the number {value}"


def _instead(value: Scalar, anomaly: Anomaly) -> str:
    if anomaly.detail == "a boolean":
        truth = anomaly.text.lower() in ("y", "yes", "on")
        return f", `{str(truth).lower()}` if it is a boolean"
    return "" if isinstance(value, str) else f", `{_plain(value)}` if it is the number"


def _plain(value: Scalar) -> str:
    """A number as both versions read it: with a point before an exponent."""
    mantissa, exponent, power = repr(value).partition("e")
    return f"{mantissa}.0e{power}" if exponent and "." not in mantissa else repr(value)


RULE: Final = ManifestRule("yaml/ambiguous-scalar", Severity.WARNING, __doc__, check=_check, unread=True)
