"""What a chart's values.schema.json refuses in values, at its place in the values file.

Helm judges the values with the chart's defaults below them, and tells no line. So it does with the values of
the charts within it. This only explains what Helm has refused: it is not asked where Helm takes the values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jsonschema_rs

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.causes import Cause
from meshwarden.manifests.schemas import JudgingSchema, refuse
from meshwarden.manifests.violations import causes_of
from meshwarden.render.charts.chart import Chart
from meshwarden.render.charts.release import Violation
from meshwarden.render.overrides import merged
from meshwarden.sources.reader import read

_REFUSED: Final = "values don't meet the specifications of the schema"
_CHART: Final = re.compile(r"^(\S+):$", re.MULTILINE)


@dataclass(frozen=True)
class _ValuesSchema:
    """A schema of which there is one version."""

    schema: Mapping[str, Any]
    validator: jsonschema_rs.Validator
    newer: tuple[tuple[str, JudgingSchema], ...] = ()
    older: tuple[tuple[str, JudgingSchema], ...] = ()


def violations(chart: Chart, path: str | None, values: bytes, said: str) -> tuple[Violation, ...]:
    """What is refused by the schemas of those charts that Helm names in `said`: this one, or some within it.

    It is nothing where a schema cannot be read, as Helm then says it. `path` is that of the values file,
    which decides whether a place in it is given.
    """
    if _REFUSED not in said:
        return ()
    document = read(path or "values.yaml", values)
    whole = _without_nulls(_coalesced(chart, document.data))
    return tuple(
        Violation(
            cause.pointer,
            document.span(cause.pointer, on_key=cause.on_key) if path else None,
            cause.message,
            cause.hint,
        )
        for schema in _schemas(chart, _CHART.findall(said))
        for cause in _causes(whole, schema)
    )


def _causes(whole: Any, schema: _ValuesSchema) -> list[Cause]:
    causes = list(causes_of(whole, schema))
    # Of a field that is said by a mistyped name, the chart's default is judged in its place.
    meant = {(*cause.pointer[:-1], cause.meant) for cause in causes if cause.meant}
    return [cause for cause in causes if cause.pointer not in meant]


def _coalesced(chart: Chart, values: Any) -> dict[str, Any]:
    """The values with the defaults of the chart and of the charts within it below them.

    https://helm.sh/docs/chart_template_guide/subcharts_and_globals/
    """
    whole = merged(fields.mapping(read("values.yaml", chart.defaults).data), fields.mapping(values))
    shared = {"global": fields.mapping(whole, "global")}
    within = {
        name: _coalesced(below, merged(fields.mapping(whole, name), shared))
        for name, below in chart.subcharts
    }
    return {**whole, **within}


def _schemas(chart: Chart, refusing: Collection[str], place: Pointer = ()) -> Iterator[_ValuesSchema]:
    """The schemas of the charts that refuse something, each for the values of the whole."""
    called = place[-1] if place else chart.name
    if called in refusing and chart.schema and (found := _schema_at(place, chart.schema)):
        yield found
    for name, below in chart.subcharts:
        yield from _schemas(below, refusing, (*place, name))


def _schema_at(place: Pointer, schema: bytes) -> _ValuesSchema | None:
    """The schema that holds what is at `place` to another; None if that cannot be read."""
    try:
        own = json.loads(schema)
        version = {key: own.pop(key) for key in ("$schema",) if key in own}
        own.pop("$id", None)  # it would be where its references begin
        below = "".join(f"/properties/{name}" for name in place)
        said = _referring(own, below)
        for name in reversed(place):
            said = {"properties": {name: said}}
        said = {**version, **said}
        return _ValuesSchema(said, jsonschema_rs.validator_for(said, retriever=refuse))
    except (AttributeError, TypeError, ValueError, jsonschema_rs.ReferencingError):
        return None


def _referring(schema: Any, below: str) -> Any:
    """The schema with what it refers to in itself where that now lies."""
    if isinstance(schema, list):
        return [_referring(entry, below) for entry in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {key: _referring(value, below) for key, value in schema.items()}
    own = found.get("$ref")
    return {**found, "$ref": f"#{below}{own[1:]}"} if isinstance(own, str) and own.startswith("#") else found


def _without_nulls(values: Any) -> Any:
    """The values without those that are null: Helm takes that for a default that is not wanted."""
    if not isinstance(values, Mapping):
        return values
    return dict(_kept(values))


def _kept(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((key, _without_nulls(value)) for key, value in values.items() if value is not None)
