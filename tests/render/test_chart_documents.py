"""What Helm wrote, as objects."""

from __future__ import annotations

import io
import tarfile

import pytest

from meshwarden.render.charts.chart import Chart, Unusable
from meshwarden.render.charts.documents import objects_of

HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", True),
        ("Off", False),
        ("n", False),
        ("0644", 420),
        ("0o17", 15),
        ("1_000", 1000),
        ("0b11", 3),
        ("0x_1f", 31),
        ("0x_", "0x_"),
        ("08", 8),
        ("22:22", "22:22"),
        ("2027-01-02", "2027-01-02"),
        ("1e3", 1000.0),
        ('"yes"', "yes"),
        ('"0644"', "0644"),
        ("true", True),
    ],
)
def test_scalars_are_what_kubernetes_reads(text: str, value: object) -> None:
    (found,) = objects_of(f"{HEAD}spec:\n  key: {text}\n  list: [{text}]\n")
    assert found["spec"] == {"key": value, "list": [value]}
    assert type(found["spec"]["key"]) is type(value)


def test_documents_without_an_object_are_passed_over() -> None:
    text = f"---\n# Source: a.yaml\n\n---\n# only a comment\n---\n{HEAD}---\n"
    assert [entry["metadata"]["name"] for entry in objects_of(text)] == ["x"]


def test_the_objects_of_a_list_are_objects() -> None:
    item = "  - apiVersion: v1\n    kind: Service\n    metadata: {name: %s}\n"
    found = objects_of(f"apiVersion: v1\nkind: List\nitems:\n{item % 'b'}{item % 'a'}")
    assert [entry["metadata"]["name"] for entry in found] == ["a", "b"]


def test_a_list_in_a_list_is_taken_apart_and_a_kind_called_so_is_not() -> None:
    inner = "  - {apiVersion: v1, kind: List, metadata: {name: l}, items: [%s]}\n"
    one = "{apiVersion: x.org/v1, kind: AllowList, metadata: {name: a}}"
    found = objects_of(f"apiVersion: v1\nkind: List\nitems:\n{inner % one}")
    assert [entry["kind"] for entry in found] == ["AllowList"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a: b: c\n", "what `t.yaml` makes cannot be read: mapping values are not allowed in this context"),
        (f"{HEAD}data: {{a: b, a: c}}\n", "what `t.yaml` makes cannot be read: duplicate key `a`"),
        ("- a\n", "`t.yaml` makes something without `apiVersion`, which is no object"),
        ("apiVersion: v1\n", "`t.yaml` makes something without `kind`, which is no object"),
        (
            "apiVersion: v1\nkind: Pod\nmetadata: {generateName: x}\n",
            "`t.yaml` makes something without `metadata.name`, which is no object",
        ),
        (
            HEAD.replace("x}", "../../x}"),
            "`t.yaml` makes an object with `metadata.name: ../../x`, which none may have",
        ),
        (
            HEAD.replace("ConfigMap", "../ConfigMap"),
            "`t.yaml` makes an object with `kind: ../ConfigMap`, which none may have",
        ),
        (f"{HEAD}---\n{HEAD}", "`t.yaml` makes ConfigMap `x` a second time"),
    ],
)
def test_what_is_no_object_is_told_with_its_template(text: str, reason: str) -> None:
    with pytest.raises(Unusable) as raised:
        objects_of(f"---\n# Source: t.yaml\n{text}")
    assert str(raised.value) == reason


def test_charts_in_a_chart_share_what_may_be_unpacked() -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=1) as archive:
        member = tarfile.TarInfo("sub/zeros")
        member.size = 30 * 1024**2
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    subcharts = {f"chart/charts/{name}.tgz": packed.getvalue() for name in ("a", "b")}
    files = {"chart/Chart.yaml": b"name: chart\n", **subcharts}
    assert "charts/b/zeros" in Chart.of("chart", files).files
    with pytest.raises(Unusable, match="holds more than"):
        Chart.of("chart", {**files, "chart/charts/c.tgz": packed.getvalue()})
