"""The real Kustomize, and whom it blames."""

from __future__ import annotations

from pathlib import Path

import pytest

from meshwarden.errors import CouldNotFinish
from meshwarden.render.build import Built, build_overlays, materialise

FILE = "hand/a/kustomization.yaml"
OVERLAY = "overlays/dev"
THING = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"


@pytest.fixture
def built(kustomize: Path, tmp_path: Path) -> object:
    def run(files: dict[str, str]) -> Built:
        whole = {
            "base/kustomization.yaml": "resources: [../hand/a]\n",
            f"{OVERLAY}/kustomization.yaml": "resources: [../../base]\n",
            "hand/a/x.yaml": THING,
            **files,
        }
        materialise({path: text.encode() for path, text in whole.items()}, tmp_path)
        (result,) = build_overlays(tmp_path, [OVERLAY], kustomize, 1)
        return result

    return run


def test_an_overlay_that_builds(built) -> None:  # type: ignore[no-untyped-def]
    found = built({FILE: "resources: [x.yaml]\n"})
    assert (found.output, found.error) == (THING.encode(), None)


@pytest.mark.parametrize(
    ("files", "culprit", "line", "said"),
    [
        (
            {FILE: "# a\nresources:\n  - x.yaml\n  - missing.yaml\n"},
            FILE,
            4,
            "names `missing.yaml`, which is not there",
        ),
        ({FILE: "resources:\n  - ../nowhere\n"}, FILE, 2, "names `../nowhere`, which is not there"),
        (
            {FILE: "resources: [x.yaml]\n", "hand/a/x.yaml": "a: b\n c: d\n"},
            "hand/a/x.yaml",
            2,
            "mapping values",
        ),
        (
            {FILE: "resources: [x.yaml]\n", "hand/a/x.yaml": THING + "data: {a: *b}\n"},
            "hand/a/x.yaml",
            5,
            "no anchor `&b` stands before this alias",
        ),
        (
            {FILE: "resources: [x.yaml]\n", "hand/a/x.yaml": "kind: X\n"},
            "hand/a/x.yaml",
            1,
            "without apiVersion, kind or metadata.name",
        ),
        (
            {FILE: "resources: [x.yaml]\n", "hand/a/x.yaml": THING + "  name: y\n"},
            "hand/a/x.yaml",
            5,
            "`name` is written twice",
        ),
        (
            {FILE: "resources: [../b]\n", "hand/b/kustomization.yaml": "resources:\n  - gone.yaml\n"},
            "hand/b/kustomization.yaml",
            2,
            "names `gone.yaml`, which is not there",
        ),
        (
            {FILE: "resources:\n  - x.yaml\n  - y.yaml\n", "hand/a/y.yaml": THING},
            FILE,
            3,
            "already registered id: ConfigMap",
        ),
        ({FILE: "resources: [x.yaml]\nfoo: bar\n"}, FILE, 2, 'unknown field "foo"'),
        ({FILE: "resources: [x.yaml]\nlabels: x\n"}, FILE, 2, "cannot unmarshal"),
        ({FILE: "resources:\n  - x.yaml\n - y\n"}, FILE, 2, "did not find expected key"),
        ({FILE: ""}, FILE, 1, "is empty"),
        (
            {FILE: "resources: [x.yaml]\npatches:\n  - path: gone.yaml\n"},
            FILE,
            3,
            "names `gone.yaml`, which is not there",
        ),
        (
            {
                FILE: "resources: [x.yaml]\npatches:\n  - path: p.yaml\n",
                "hand/a/p.yaml": THING.replace("x", "z"),
            },
            FILE,
            2,
            "no matches for Id",
        ),
        (
            {
                FILE: "resources: [x.yaml]\npatches:\n  - {path: p.yaml, target: {kind: ConfigMap}}\n",
                "hand/a/p.yaml": "- {op: replace, path: /data/x, value: 1}\n",
            },
            FILE,
            2,
            "doc is missing path: /data/x",
        ),
        (
            {FILE: "resources:\n  - ../../other/x.yaml\n", "other/x.yaml": THING},
            FILE,
            2,
            "is not in or below 'hand/a",
        ),
        (
            {FILE: "resources: [x.yaml]\nconfigMapGenerator:\n  - {name: c, files: [no.txt]}\n"},
            FILE,
            3,
            "names `no.txt`, which is not there",
        ),
        ({FILE: "resources: [x.yaml]\ncomponents:\n  - ../c\n"}, FILE, 3, "names `../c`, which is not there"),
        ({FILE: "resources:\n  - ../a\n"}, FILE, 2, "cycle detected"),
        ({}, "base/kustomization.yaml", 1, "a folder without kustomization.yaml"),
        (
            {FILE: "resources:\n  - https://example.invalid/x.yaml\n"},
            FILE,
            2,
            "which is remote: nothing is fetched",
        ),
        (
            {FILE: "resources:\n  - github.com/a/b//c?ref=v1\n"},
            FILE,
            2,
            "which is remote: nothing is fetched",
        ),
    ],
)
def test_who_is_to_blame(built, files: dict[str, str], culprit: str, line: int, said: str) -> None:  # type: ignore[no-untyped-def]
    found = built(files)
    assert found.output is None
    assert said in found.error
    assert (found.culprit, found.line) == (culprit, line)


def test_messages_name_no_folder_of_this_machine(built, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    found = built({FILE: "resources:\n  - ../../other/x.yaml\n", "other/x.yaml": THING})
    assert str(tmp_path) not in found.error


def test_overlays_come_back_in_their_order(kustomize: Path, tmp_path: Path) -> None:
    names = [f"o{number}" for number in range(12)]
    materialise({f"{name}/kustomization.yaml": b"resources: [x.yaml]\n" for name in names}, tmp_path)
    materialise({f"{name}/x.yaml": THING.replace("x", name).encode() for name in names}, tmp_path)
    found = build_overlays(tmp_path, names, kustomize, 4)
    assert [entry.overlay for entry in found] == names
    assert all(entry.output and entry.overlay.encode() in entry.output for entry in found)


def test_a_kustomize_that_cannot_run_is_no_finding(tmp_path: Path) -> None:
    with pytest.raises(CouldNotFinish):
        build_overlays(tmp_path, ["x"], tmp_path / "nothing", 1)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a//b"])
def test_nothing_is_written_outside_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(CouldNotFinish, match="leads out"):
        materialise({path: b""}, tmp_path / "in")
