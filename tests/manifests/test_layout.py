"""Where manifests lie: patterns, and what they match."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshwarden.manifests.layout import DEFAULT_PATTERNS, Layout


def layout(**patterns: str) -> Layout:
    return Layout({**DEFAULT_PATTERNS, **patterns})


def variables(pattern: str, path: str) -> dict[str, str] | None:
    """What the variables of a lone pattern stand for in a path; None if it does not match."""
    found = Layout({"product": pattern}).match(path)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("path", "key", "variables"),
    [
        ("domains/source-aligned/trips/domain.yaml", "domain", {"type": "source-aligned", "domain": "trips"}),
        (
            "domains/aggregate/mobility/by-zone/data-product.yaml",
            "product",
            {"type": "aggregate", "domain": "mobility", "product": "by-zone"},
        ),
        (
            "domains/aggregate/mobility/by-zone/contracts/a.b.odcs.yaml",
            "contract",
            {"type": "aggregate", "domain": "mobility", "product": "by-zone", "contract": "a.b"},
        ),
        (
            "platform/infrastructure-utility/02_operators_of_all/stage.yaml",
            "stage",
            {"plane": "infrastructure-utility", "layer": "02", "stage": "operators_of_all"},
        ),
        ("waivers.yaml", "waivers", {}),
    ],
)
def test_a_path_of_the_default_layout(path: str, key: str, variables: dict[str, str]) -> None:
    assert Layout().match(path) == (key, variables)


@pytest.mark.parametrize(
    "path",
    [
        "domains/unheard-of/trips/domain.yaml",
        "domains/source-aligned/domain.yaml",
        "domains/source-aligned/a/b/domain.yaml",
        "domains/source-aligned/trips/domain.yml",
        "domains/source-aligned/trips/domainXyaml",
        "platform/infrastructure-utility/2_operators/stage.yaml",
        "platform/infrastructure-utility/operators/stage.yaml",
        "x/waivers.yaml",
        "",
    ],
)
def test_a_path_that_it_does_not_have(path: str) -> None:
    assert Layout().match(path) is None


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("{domain}/p.yaml", "trips/p.yaml", {"domain": "trips"}),
        ("a.b+c(d)[e]/{product}$.yaml", "a.b+c(d)[e]/x$.yaml", {"product": "x"}),
        ("a.b/{product}.yaml", "aXb/x.yaml", None),
        ("{product}_{domain}.yaml", "a_b_c.yaml", {"product": "a", "domain": "b_c"}),
        ("{product}/{product}.yaml", "a/a.yaml", {"product": "a"}),
        ("{product}/{product}.yaml", "a/b.yaml", None),
        ("./x//{product}/./p.yaml", "x/a/p.yaml", {"product": "a"}),
        ("/x/{product}.yaml", "x/a.yaml", None),
        ("../x/{product}.yaml", "x/a.yaml", None),
        ("x/p.yaml", "x/p.yaml", {}),
        ("x/{product/p.yaml", "x/{product/p.yaml", {}),
        ("x/product}/p.yaml", "x/product}/p.yaml", {}),
        ("x/{}/{1}/{a-b}/{{product}}.yaml", "x/{}/{1}/{a-b}/{y}.yaml", {"product": "y"}),
        ("", "x", None),
        ("{product}", "x/y", None),
        ("x/{a}{b}{c}{d}.yaml", "x/abcd.yaml", None),  # too many to tell apart
    ],
)
def test_a_pattern_of_one_s_own(pattern: str, path: str, expected: dict[str, str] | None) -> None:
    assert variables(pattern, path) == expected


def test_folder_names_of_one_s_own() -> None:
    own = Layout(types={"source.aligned-domains": "sourceAligned"})
    assert own.match("domains/source.aligned-domains/trips/domain.yaml")
    assert not own.match("domains/sourceXaligned-domains/trips/domain.yaml")
    assert not own.match("domains/source-aligned/trips/domain.yaml")


def test_the_mesh_s_folders_are_the_literal_beginnings_of_the_patterns() -> None:
    assert Layout().folders == ("domains/", "platform/")
    assert Layout().holds("domains/x/y.txt")
    assert not Layout().holds("domains.yaml")
    assert layout(stage="platform/stages/s-{stage}/stage.yaml").folders == ("domains/", "platform/")
    assert layout(domain="./data/{domain}/domain.yaml").folders == ("data/", "domains/", "platform/")
    assert layout(domain="{domain}/domain.yaml").folders == ("",)


def test_files_that_lie_at_one_path() -> None:
    assert Layout().files == {"waivers.yaml", "baseline.json"}
    assert layout(waivers="./platform/waivers.yaml").files == {"platform/waivers.yaml", "baseline.json"}


@pytest.mark.parametrize(
    ("key", "path", "folder"),
    [
        ("domain", "domains/aggregate/mobility/x/y.txt", "domains/aggregate/mobility"),
        ("product", "domains/aggregate/mobility/x/contracts/y.odcs.yaml", "domains/aggregate/mobility/x"),
        (
            "stage",
            "platform/mesh-experience/07_catalogue/charts/x.yaml",
            "platform/mesh-experience/07_catalogue",
        ),
        ("stage", "platform/mesh-experience/plane.yaml", None),
        ("waivers", "domains/x", None),
    ],
)
def test_the_folder_in_which_a_manifest_would_lie(key: str, path: str, folder: str | None) -> None:
    found = Layout().match_folder(key, path)
    assert (found and found[0]) == folder


@pytest.mark.parametrize("pattern", ["{stage}.yaml", "stages/{stage}.yaml", "stage.yaml"])
def test_a_pattern_may_tell_no_such_folder(pattern: str) -> None:
    assert layout(stage=pattern).match_folder("stage", "stages/x.yaml") is None


def test_the_path_of_a_manifest_as_far_as_it_is_known() -> None:
    wanted = Layout().path_for("stage", {"plane": "mesh-experience", "stage": "catalogue"})
    assert wanted == "platform/mesh-experience/{layer}_catalogue/stage.yaml"


@given(
    st.dictionaries(st.sampled_from(sorted(DEFAULT_PATTERNS)), st.text("ab{}/._*+?()[]\\|^$1é", max_size=20)),
    st.text("ab/._1"),
)
def test_any_patterns_match_or_do_not(patterns: dict[str, str], path: str) -> None:
    own = layout(**patterns)
    own.match(path)
    own.holds(path)
    for key in DEFAULT_PATTERNS:
        own.match_folder(key, path)
        own.path_for(key, {})


def test_no_pattern_takes_long() -> None:
    begun = time.perf_counter()
    for pattern in ("{a}{b}{c}x", "{a}" * 50 + "x", "{a}-{b}-{c}x", "{a}/" * 100 + "x"):
        variables(pattern, "-" * 250)
    assert time.perf_counter() - begun < 10
