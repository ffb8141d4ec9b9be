"""mesh.yaml as a record: what it says, and what counts where it says nothing, or nonsense."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.manifests.documents import EXAMPLES, pointers, replaced

from meshwarden.findings import Severity
from meshwarden.manifests.layout import DEFAULT_PATTERNS, TYPES
from meshwarden.manifests.settings import Ceiling, RuleSetting, Settings, read_settings

MESH = EXAMPLES["mesh.yaml"]


def spec(**said: Any) -> Settings:
    return read_settings({"spec": said})


def test_the_reference_mesh() -> None:
    found = read_settings(MESH)
    assert found.name == "city-mobility"
    assert found.environment_names == ("dev", "prod")
    assert found.classifications == ("public", "internal", "confidential", "restricted")
    assert found.domain_ceiling.namespaces == ("{domain}-*", "kafka", "nifi", "postgres", "terraform")
    assert found.teams is not None
    assert found.teams["trips"]["clearance"] == "confidential"
    dev = found.environment("dev")
    assert dev is not None
    assert (dev.cluster_name, dev.coordinate("aws", "region")) == ("city-dev", "eu-west-1")
    assert dev.coordinate("gcp", "project") == "city-mobility-dev"
    assert dev.coordinate("postgres", "host") is None
    assert found.environment("test") is None


@pytest.mark.parametrize("data", [None, [], "text", {}, {"spec": None}, {"spec": []}, {"spec": {"rules": 3}}])
def test_what_says_nothing_has_the_defaults(data: Any) -> None:
    assert read_settings(data) == Settings()


def test_what_the_file_does_not_tell_is_none_and_what_is_empty_is_empty() -> None:
    assert (Settings().environments, Settings().teams) == (None, None)
    assert (spec(environments=[], teams=[]).environments, spec(teams=[]).teams) == ((), {})


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("out", "out"),
        ("./out/", "out"),
        ("a//b/./c", "a/b/c"),
        (".", "rendered"),
        ("", "rendered"),
        ("../out", "rendered"),
        ("a/../..", "rendered"),
        ("/etc", "rendered"),
        (3, "rendered"),
    ],
)
def test_what_is_rendered_stays_in_a_folder_of_the_mesh(path: Any, folder: str) -> None:
    assert spec(render={"path": path}).render_path == folder


def test_whether_what_is_rendered_is_committed() -> None:
    assert spec().render_committed
    assert spec(render={"committed": "no"}).render_committed
    assert not spec(render={"committed": False}).render_committed


def test_patterns_of_one_s_own_stand_beside_the_defaults() -> None:
    found = spec(
        layout={"domain": "d/{domain}.yaml", "unheardOf": "x", "stage": 3, "types": {"src": "sourceAligned"}}
    )
    assert found.layout.patterns == {**DEFAULT_PATTERNS, "domain": "d/{domain}.yaml"}
    assert found.layout.types == {"src": "sourceAligned"}
    assert spec(layout={"types": {"src": 3}}).layout.types == TYPES


def test_ceilings() -> None:
    found = spec(argocd={"ceiling": {"domains": {"kinds": ["a/*"], "namespaces": ["x", 3]}}})
    assert found.domain_ceiling == Ceiling(("a/*",), ("x",))
    assert found.platform_ceiling == Ceiling(("*",), ("*",))


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ({"rule": "a/b", "severity": "info"}, RuleSetting("a/b", Severity.INFO, None, ())),
        ({"rule": "a/b", "severity": "off"}, RuleSetting("a/b", None, None, ())),
        (
            {"rule": "a/b", "severity": "warning", "from": "2027-03-01", "domains": ["trips"]},
            RuleSetting("a/b", Severity.WARNING, date(2027, 3, 1), ("trips",)),
        ),
        # What is not whole must switch no rule off.
        ({"rule": "a/b"}, None),
        ({"severity": "off"}, None),
        ({"rule": "a/b", "severity": "of"}, None),
        ({"rule": "a/b", "severity": ["off"]}, None),
        ({"rule": "a/b", "severity": "off", "from": "soon"}, None),
        ({"rule": "a/b", "severity": "off", "from": "20270301"}, None),
        ({"rule": "a/b", "severity": "off", "domains": "trips"}, None),
        ({"rule": "a/b", "severity": "off", "domains": []}, None),
        ("a/b", None),
    ],
)
def test_settings_of_rules(said: Any, setting: RuleSetting | None) -> None:
    assert spec(rules={"settings": [said]}).rule_settings == ((setting,) if setting else ())


@pytest.mark.parametrize(
    ("said", "level"), [("warning", Severity.WARNING), ("never", Severity.ERROR), ({}, Severity.ERROR)]
)
def test_the_level_that_fails(said: Any, level: Severity) -> None:
    assert spec(rules={"failOn": said}).fail_on is level


ODD: list[Any] = [None, True, 3, 0.5, "", "text", [], [None, 3, "x", {}], {}, {"name": 3}, {"": {}}]


@settings(max_examples=100)
@given(st.sampled_from([pointer for pointer, _ in pointers(MESH)]), st.sampled_from(ODD))
def test_any_data_anywhere_is_read(pointer: tuple[str | int, ...], value: Any) -> None:
    found = read_settings(replaced(MESH, pointer, value))
    assert found.layout.folders
    assert found.render_path
