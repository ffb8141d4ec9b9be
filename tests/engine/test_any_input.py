"""Any value anywhere: the check ends, says all that it says at a place, and passes over nothing.

For every kind of manifest, values of every type and size stand where others stood in the reference mesh.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.any_values import changed
from tests.engine.changed_mesh import Manifest, judged, manifests, one_opa, reference_files, text_of

from meshwarden.engine.outcome import Outcome
from meshwarden.errors import ExitStatus
from meshwarden.findings import Finding, Pointer, Severity, json_pointer
from meshwarden.manifests.kinds import KINDS
from meshwarden.manifests.schemas import SchemaStore
from meshwarden.reports.colours import Colours
from meshwarden.reports.json_report import report as json_report
from meshwarden.reports.text import TextOptions
from meshwarden.reports.text import report as text_report

SCHEMAS = SchemaStore()


@pytest.fixture(scope="module", autouse=True)
def _one_opa() -> Iterator[None]:
    with one_opa():
        yield


def whole(outcome: Outcome, files: Mapping[str, bytes]) -> None:
    """Holds an outcome to what is promised of all: nothing undone, each finding with a place of its own."""
    assert outcome.errors == ()
    prints = [finding.fingerprint for finding in outcome.findings]
    assert len(set(prints)) == len(prints)
    for finding in outcome.findings:
        _is_in(finding, files)
    texts = {path: content.decode("utf-8", "replace") for path, content in files.items()}
    shown = text_report(outcome, texts, TextOptions(Colours(False)))
    assert shown.encode()
    reported = json.loads(json_report(outcome).encode())
    assert len(reported["findings"]) == len(outcome.findings)


def _is_in(finding: Finding, files: Mapping[str, bytes]) -> None:
    """Holds a finding to the text of its file: its span and those of its related places lie within."""
    assert finding.pointer == "" or finding.pointer.startswith("/")
    for path, span in [(finding.path, finding.span), *((one.path, one.span) for one in finding.related)]:
        lines = files.get(path, b"").decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
        assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
        assert span.end_line <= len(lines)
        assert span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column <= len(lines[span.end_line - 1]) + 1


@cache
def _validator(kind: str, version: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(SCHEMAS.of(kind, version).schema)


def refused(data: Any) -> set[Pointer]:
    """Where jsonschema refuses a document by the schema of the kind and version that it declares.

    What declares none is refused as a whole.
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    version = data.get("apiVersion") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in KINDS or version not in KINDS[kind].api_versions:
        return {()}
    return {place for error in _validator(kind, str(version)).iter_errors(data) for place in _places(error)}


def _places(error: jsonschema.ValidationError) -> Iterator[Pointer]:
    yield tuple(error.absolute_path)
    for below in error.context or ():
        yield from _places(below)


def is_near(finding: Finding, place: Pointer) -> bool:
    """Whether a finding is at a place, above or below it."""
    one, other = f"{finding.pointer}/", f"{json_pointer(place)}/"
    return one.startswith(other) or other.startswith(one)


def may_be_wrong_usage(path: str, place: Pointer) -> bool:
    """Whether a mesh may end with status 2 over this: mesh.yaml decides which files and rules there are."""
    decisive = (("spec", "layout"), ("spec", "render"), ("spec", "rules"))
    return path == "mesh.yaml" and any(place[:2] in (one, one[:1], ()) for one in decisive)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(draw=st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_document_is_judged_whole_and_by_its_schema(kind: str, draw: st.DataObject) -> None:
    manifest = draw.draw(st.sampled_from([found for found in manifests() if found.kind == kind]))
    data, place = draw.draw(changed(manifest))
    content = text_of(data, flow=draw.draw(st.booleans()))
    files = {**reference_files(), manifest.path: content}
    outcome = judged(files)
    if outcome is None or outcome.status is ExitStatus.WRONG_USAGE:
        assert may_be_wrong_usage(manifest.path, place)
        return
    whole(outcome, files)
    own = [one for one in outcome.findings if one.path == manifest.path and one.severity is Severity.ERROR]
    if any(one.rule == "yaml/merge-key" for one in outcome.findings):
        return  # what is merged is not what was written
    places = refused(data)
    if places:
        assert any(is_near(one, wanted) for one in own for wanted in (place, *places)), content[:2000]
    else:
        assert not [one for one in own if one.rule.startswith("schema/")]


CONTENT = sorted(
    path
    for path in reference_files()
    if path.startswith("platform/") and path.endswith(".yaml") and "/chart/" not in path
)


@st.composite
def changed_content(draw: st.DrawFn) -> tuple[str, bytes]:
    """A manifest, or a file that a component brings, with one change."""
    path = draw(st.sampled_from([found.path for found in manifests()]) | st.sampled_from(CONTENT))
    first, *others = yaml.safe_load_all(reference_files()[path])
    data, _ = draw(changed(Manifest(path, "", first)))
    documents = [text_of(data, flow=draw(st.booleans())), *(text_of(other) for other in others)]
    return path, b"---\n".join(documents)


def judged_rendered(change: tuple[str, bytes], *ignored: str) -> None:
    files = {**reference_files(rendered=True), change[0]: change[1]}
    outcome = judged(files, ignore=ignored, render=True)
    if outcome is None or outcome.status is ExitStatus.WRONG_USAGE:
        assert change[0] == "mesh.yaml"
    else:
        whole(outcome, files)


@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(changed_content())
def test_whatever_is_rendered_is_judged(change: tuple[str, bytes]) -> None:
    judged_rendered(change, "gitops/build")


@settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(changed_content())
def test_whatever_is_rendered_is_built(change: tuple[str, bytes]) -> None:
    judged_rendered(change)
