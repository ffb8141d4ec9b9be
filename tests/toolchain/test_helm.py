"""The real Helm: the program if there is one, else the library that helm-python-sdk binds."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.toolchain.test_find import executable

from meshwarden.errors import CouldNotFinish, WrongUsage
from meshwarden.tools import helm
from meshwarden.tools.find import Origin
from meshwarden.tools.helm import Helm, find_helm

CHART = {
    "Chart.yaml": "apiVersion: v2\nname: api\nversion: 1.0.0\n",
    "templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n",
}


@pytest.fixture
def library() -> Helm:
    found = find_helm(environment={})
    assert found is not None
    return found


def chart_in(folder: Path, **templates: str) -> Path:
    """A folder with a chart in it."""
    named = {f"templates/{name}.yaml": text for name, text in templates.items()}
    for path, text in {**CHART, **named}.items():
        place = folder / "chart" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return folder


def test_a_program_comes_before_the_library(tmp_path: Path) -> None:
    named, on_path = (executable(tmp_path / folder / "helm") for folder in ("named", "path"))
    search = {"PATH": str(on_path.parent)}
    assert find_helm(str(named), search) == Helm((str(named),), Origin.CONFIGURATION)
    assert find_helm(None, {**search, "MESHWARDEN_HELM": str(named)}) == Helm(
        (str(named),), Origin.ENVIRONMENT
    )
    assert find_helm(None, search) == Helm((str(on_path),), Origin.PATH)


def test_a_named_program_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="MESHWARDEN_HELM is `/nowhere`"):
        find_helm(None, {"MESHWARDEN_HELM": "/nowhere"})


def test_the_library_comes_last_and_runs_by_itself(library: Helm) -> None:
    assert library.origin is Origin.LIBRARY
    assert library.arguments[:2] == (sys.executable, "-I")
    assert library.version().startswith("4.")


def test_without_both_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "helm_python", None)
    assert find_helm(None, {"PATH": "/nowhere"}) is None


def test_a_chart_is_rendered_without_the_environment_of_this_process(
    library: Helm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELM_NAMESPACE", "elsewhere")
    where = '# {{ .Release.Namespace }} {{ getHostByName "localhost" }}\n'
    text, _ = library.template(chart_in(tmp_path, where=where), "x", {"namespace": "here"})
    assert text == (
        "---\n# Source: api/templates/config.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"
        "---\n# Source: api/templates/where.yaml\n# here\n"
    )


def test_what_helm_says_against_a_chart_is_no_failure(library: Helm, tmp_path: Path) -> None:
    text, said = library.template(chart_in(tmp_path, wrong="{{ fail `no` }}"), "x", {"namespace": "here"})
    assert text is None
    assert said.startswith("Error: ")


def test_a_chart_that_does_not_end_is_stopped(
    library: Helm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helm, "_SECONDS", 2.0)
    endless = "{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}"
    with pytest.raises(CouldNotFinish, match="took longer than 2 s"):
        library.template(chart_in(tmp_path, endless=endless), "x", {"namespace": "here"})


def test_a_chart_that_eats_memory_is_stopped(library: Helm, tmp_path: Path) -> None:
    hungry = '{{ $x := "x" }}{{ range until 40 }}{{ $x = printf "%s%s" $x $x }}{{ end }}{{ len $x }}'
    with pytest.raises(CouldNotFinish):
        library.template(chart_in(tmp_path, hungry=hungry), "x", {"namespace": "here"})


@pytest.mark.parametrize("says", ["", "I am something else"])
def test_what_is_no_helm_is_a_failure(says: str, tmp_path: Path) -> None:
    program = executable(tmp_path / "helm", says)
    program.write_text(f"{program.read_text()}exit 1\n")
    with pytest.raises(CouldNotFinish, match="died of a chart, or is not Helm"):
        Helm((str(program),), Origin.PATH).template(chart_in(tmp_path), "x", {"namespace": "here"})
