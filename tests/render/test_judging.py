"""Which schemas judge an object, and what is said where there are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from meshwarden.findings import NotJudged
from meshwarden.manifests.recognise import Manifest, recognise
from meshwarden.manifests.settings import Settings, read_settings
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.judging import Judge, Refused
from meshwarden.render.kubernetes import Release, releases
from meshwarden.render.outcome import Application, Unit
from meshwarden.sources.reader import read

SETTINGS = read_settings(
    {"spec": {"crds": ["crds/*.yaml"], "environments": [{"name": "dev", "kubernetes": "1.34"}]}}
)
UNIT = Unit("rendered/a", ("a.yaml",), ("rendered/a/overlays/dev",))
OVERLAY = Overlay(
    UNIT.overlays[0], UNIT, Application("a-dev", None, "dev", "default", UNIT.overlays[0], UNIT.overlays)
)


def definition(path: str = "crds/budgets.yaml", schema: Any = None) -> Manifest:
    text = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "budgets.example.org"},
        "spec": {
            "group": "example.org",
            "names": {"kind": "Budget", "plural": "budgets"},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "storage": True,
                    "schema": {"openAPIV3Schema": schema or {"type": "object"}},
                },
                {"name": "v1beta1", "served": False, "storage": False},
            ],
        },
    }
    return recognise(read(path, yaml.safe_dump(text).encode()), Settings().layout)


def judged(api_version: str, kind: str, *documents: Manifest, **others: Any) -> list[str]:
    """The messages and hints of what is refused of an object, and the reasons for what is not judged."""
    data = {"apiVersion": api_version, "kind": kind, "metadata": {"name": "a"}, **others}
    judge = Judge.of(SETTINGS, documents)
    said = [*judge.judge([BuiltObject(data, (OVERLAY,))])]
    return [
        f"{one.cause.message} {one.cause.hint or ''}".strip() if isinstance(one, Refused) else one.reason
        for one in said
        if isinstance(one, Refused) or one.path == "mesh.yaml" or one.path.startswith("crds/")
    ]


@pytest.mark.parametrize(
    ("api_version", "said"),
    [
        ("example.org/v1", []),
        (
            "example.org/v1beta1",
            ["its CustomResourceDefinition does not serve version `v1beta1` It serves `v1`."],
        ),
        ("example.org/v2", ["its CustomResourceDefinition does not have version `v2` It serves `v1`."]),
        ("example.com/v1", ["`spec.crds` names no CustomResourceDefinition of `Budget` of `example.com`"]),
    ],
)
def test_a_definition_judges_the_versions_that_it_serves(api_version: str, said: list[str]) -> None:
    assert judged(api_version, "Budget", definition()) == said


def test_a_definition_that_mesh_yaml_does_not_name_judges_nothing() -> None:
    assert judged("example.org/v1", "Budget", definition("elsewhere/budgets.yaml")) == [
        "`spec.crds` names no CustomResourceDefinition of `Budget` of `example.org`"
    ]


def test_a_schema_that_is_none_judges_nothing_and_is_said() -> None:
    (said,) = judged("example.org/v1", "Budget", definition(schema={"type": "object", "required": 3}))
    assert said.startswith("its schema of `v1` is none: ")


def test_without_schemas_of_kubernetes_its_own_kinds_are_not_judged() -> None:
    data = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "dta": {}}
    assert [*Judge(SETTINGS, {}, {}).judge([BuiltObject(data, (OVERLAY,))])] == [
        NotJudged(
            "rendered", "the schemas of Kubernetes' own kinds are not there. Install meshwarden[kubernetes]"
        )
    ]


def test_which_release_judges_instead_of_another_is_said() -> None:
    judge = Judge(SETTINGS, {}, {"dev": Release((1, 30), Path("none"))})
    assert [*judge.judge([])] == [
        NotJudged("mesh.yaml", "there are no schemas of Kubernetes 1.34: those of 1.30 judge its own kinds")
    ]


@pytest.mark.skipif(not releases(), reason="kubernetes-validate is not installed")
@pytest.mark.parametrize(
    ("api_version", "kind", "said"),
    [
        ("v1", "ConfigMap", []),
        (
            "apps/v1beta1",
            "Deployment",
            ["Kubernetes 1.34 has no `Deployment` of `apps/v1beta1` It has `apps/v1`."],
        ),
        ("v1", "Configmap", ["Kubernetes 1.34 has no `Configmap` of `v1` Did you mean `ConfigMap`?"]),
    ],
)
def test_the_release_of_the_environment_judges_kubernetes_own_kinds(
    api_version: str, kind: str, said: list[str]
) -> None:
    assert judged(api_version, kind) == said


@pytest.mark.skipif(not releases(), reason="kubernetes-validate is not installed")
def test_a_definition_is_judged_as_it_was_written() -> None:
    (said,) = judged(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        definition(),
        metadata={"name": "budgets.example.org"},
    )
    assert said == "`spec` lacks `scope`"
