"""Charts as the engine reads them: from the files of a tree, packed ones among them."""

from __future__ import annotations

from tests.render.charts import CHART, packed

from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.opening import opened
from meshwarden.engine.rendered_mesh import rendering_of, with_content
from meshwarden.engine.selection import Selection
from meshwarden.policy.opa import OpaAt
from meshwarden.rules.case_pages import SEED
from meshwarden.sources.tree import MemoryTree
from meshwarden.tools.helm import find_helm

_STAGE = "platform/infrastructure-utility/02_operators"
_RENDERED = "rendered/platform/infrastructure-utility/02_operators/base/configmap-api.yaml"


def files(values: bytes) -> dict[str, bytes]:
    """The mesh of the rule pages with a packed chart among the components of its stage."""
    found = {
        path.relative_to(SEED).as_posix(): path.read_bytes() for path in SEED.rglob("*") if path.is_file()
    }
    component = b"    - {name: api, helm: {chart: charts/api-1.2.0.tgz, values: api.yaml, namespace: api}}\n"
    found[f"{_STAGE}/stage.yaml"] = found[f"{_STAGE}/stage.yaml"].rstrip() + b"\n" + component
    return {**found, f"{_STAGE}/charts/api-1.2.0.tgz": packed(CHART), f"{_STAGE}/api.yaml": values}


def test_a_packed_chart_is_read_from_the_tree() -> None:
    tree = MemoryTree(files(b"host: db.example.org\n"))
    with opened(tree, OpaAt(), Selection()) as mesh:
        rendering = rendering_of(mesh, with_content(mesh), find_helm)
    assert b"host: db.example.org" in rendering.files[_RENDERED]
    outcome = check(MemoryTree({**files(b"host: db.example.org\n"), **rendering.files}), CheckOptions())
    assert [finding.rule for finding in outcome.findings] == []


def test_values_are_judged_when_what_is_rendered_is() -> None:
    tree = MemoryTree(files(b"hots: db.example.org\n"))
    selection = Selection(select=("helm",))
    outcome = check(tree, CheckOptions(selection=selection))
    assert [(found.path, found.span.line, found.message) for found in outcome.findings] == [
        (f"{_STAGE}/api.yaml", 1, "`hots` is no field of the document")
    ]
    assert check(tree, CheckOptions(selection=selection, render=False)).findings == ()


def test_without_helm_a_check_could_not_finish() -> None:
    outcome = check(
        MemoryTree(files(b"host: x\n")),
        CheckOptions(selection=Selection(select=("helm",)), find_helm=lambda: None),
    )
    assert outcome.status == 3
    said = f"{_STAGE}/charts/api-1.2.0.tgz is a Helm chart, and there is no helm to render it with."
    assert [error.message for error in outcome.errors] == [f"{said} Install meshwarden[helm], or Helm."]
