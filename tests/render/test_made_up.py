"""Charts that make something else each time."""

from __future__ import annotations

import pytest
from tests.render.charts import chart_at, rendered, with_runtime
from tests.render.meshes import RIDES

from meshwarden.render.charts.chart import Chart
from meshwarden.render.charts.made_up import another_day, may_make_up
from meshwarden.render.targets.target import Why

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\ndata:\n  it: %s\n"


def reasons(text: str) -> list[str]:
    """What is said of the chart with another template."""
    changes = {**with_runtime(), **chart_at(f"{RIDES}/chart", templates__more_yaml=text)}
    return [one.reason for one in rendered(changes).left_out(Why.CHART)]


@pytest.mark.parametrize(
    "made",
    [
        "{{ randAlphaNum 12 }}",
        "{{ uuidv4 }}",
        '{{ now | date "2006" | quote }}',
        '{{ (genCA "x" 365).Cert | b64enc }}',
        '{{ htpasswd "a" "b" | quote }}',
    ],
)
def test_what_is_made_anew_each_time_is_refused(made: str) -> None:
    (reason,) = reasons(CONFIG % made)
    assert "its ConfigMap `more` is made anew with each rendering" in reason


@pytest.mark.parametrize(
    "made",
    [
        "{{ if false }}{{ randAlphaNum 12 }}{{ end }}none",
        '{{ "it is now or never" | quote }}',
        "{{ keys (dict `a` 1) | first }}",
        "{{ .Values.now | default `none` }}",
        "{{/* until now */}}none",
    ],
)
def test_what_is_the_same_each_time_is_not(made: str) -> None:
    assert reasons(CONFIG % made) == []


def test_a_chart_without_such_functions_is_rendered_once() -> None:
    chart = Chart({"templates/a.yaml": b"{{ .Values.known }}", "README.md": b"now"})
    assert not may_make_up(chart, b"a: 1\n")
    assert may_make_up(chart, b'a: "{{ now }}"\n')


def test_another_day_changes_nothing_but_the_time() -> None:
    text = 'now {{ NOW }} {{ "now" }} {{ `now` }} {{ .now }} {{- NOW | date `2006` -}} now'
    chart = Chart({"templates/a.yaml": text.replace("NOW", "now").encode()})
    changed = another_day(chart).files["templates/a.yaml"].decode()
    assert changed == text.replace("NOW", "(toDate `2006-01-02` `2001-02-03`)")
