"""What a chart's values.schema.json refuses in values, at its place in the values file.

Helm judges the values with the chart's defaults below them, and tells no line. This only explains what Helm
has refused: it is not asked where Helm takes the values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from meshwarden.manifests.schemas import JudgingSchema, refuse
from meshwarden.manifests.violations import causes_of
from meshwarden.render.charts.release import Violation
from meshwarden.render.overrides import merged
from meshwarden.sources.reader import read


@dataclass(frozen=True)
class _ValuesSchema:
    """A schema of which there is one version."""

    schema: Mapping[str, Any]
    validator: jsonschema_rs.Validator
    newer: tuple[tuple[str, JudgingSchema], ...] = ()
    older: tuple[tuple[str, JudgingSchema], ...] = ()


def violations(schema: bytes, defaults: bytes, path: str | None, values: bytes) -> tuple[Violation, ...]:
    """What the schema refuses; nothing where it cannot be read, as Helm then says it.

    `path` is that of the values file, which decides whether a place in it is given.
    """
    judging = _schema_of(schema)
    if judging is None:
        return ()
    document = read(path or "values.yaml", values)
    whole = _without_nulls(merged(read("values.yaml", defaults).data or {}, document.data or {}))
    causes = list(causes_of(whole, judging))
    # Of a field that is said by a mistyped name, the chart's default is judged in its place.
    meant = {(*cause.pointer[:-1], cause.meant) for cause in causes if cause.meant}
    return tuple(
        Violation(
            cause.pointer,
            document.span(cause.pointer, on_key=cause.on_key) if path else None,
            cause.message,
            cause.hint,
        )
        for cause in causes
        if cause.pointer not in meant
    )


def _schema_of(schema: bytes) -> _ValuesSchema | None:
    try:
        said = json.loads(schema)
        return _ValuesSchema(said, jsonschema_rs.validator_for(said, retriever=refuse))
    except (ValueError, jsonschema_rs.ReferencingError):
        return None


def _without_nulls(values: Any) -> Any:
    """The values without those that are null: Helm takes that for a default that is not wanted."""
    if not isinstance(values, Mapping):
        return values
    return dict(_kept(values))


def _kept(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, _without_nulls(value)) for key, value in values.items() if value is not None)
