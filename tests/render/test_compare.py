"""Stale, edited by hand, left over: one cause, one difference."""

from __future__ import annotations

import pytest
from tests.render.meshes import RIDES, city, rendered, replaced

from meshwarden.findings import Span
from meshwarden.render.compare import Difference, DifferenceKind, compare, first_difference
from meshwarden.render.rendering import Rendering

UNIT = "rendered/domains/trips/rides"
BUCKET = f"{UNIT}/base/bucket-city-rides.yaml"
SUMS = f"{UNIT}/SHA256SUMS"


@pytest.fixture(scope="module")
def rendering() -> Rendering:
    return rendered()


@pytest.fixture
def actual(rendering: Rendering) -> dict[str, bytes]:
    return dict(rendering.files)


def differences(rendering: Rendering, actual: dict[str, bytes]) -> tuple[Difference, ...]:
    return compare(rendering, actual, "rendered")


def test_what_was_just_rendered_does_not_differ(rendering: Rendering, actual: dict[str, bytes]) -> None:
    assert differences(rendering, {**actual, "domains/x.yaml": b"no matter"}) == ()


def test_an_edit_by_hand_is_found_at_its_place(rendering: Rendering, actual: dict[str, bytes]) -> None:
    actual[BUCKET] = actual[BUCKET].replace(b"status: Enabled\n", b"status: Suspended\n")
    (found,) = differences(rendering, actual)
    line = actual[BUCKET].decode().split("\n").index("        status: Suspended") + 1
    assert (found.kind, found.path, found.span) == (DifferenceKind.EDITED, BUCKET, Span(line, 17, line, 26))
    assert found.unit is not None
    assert found.unit.folder == UNIT
    assert found.message == f"`{BUCKET}` was edited by hand: it differs from what is rendered"


def test_two_edited_files_are_two_differences(rendering: Rendering, actual: dict[str, bytes]) -> None:
    other = f"{UNIT}/base/kustomization.yaml"
    actual[BUCKET] += b"# mine\n"
    actual[other] += b"# mine\n"
    assert [(found.kind, found.path) for found in differences(rendering, actual)] == [
        (DifferenceKind.EDITED, BUCKET),
        (DifferenceKind.EDITED, other),
    ]


def test_a_change_of_the_manifests_is_one_difference(actual: dict[str, bytes]) -> None:
    changed = rendered(replaced(f"{RIDES}/deployment.yaml", "Demand by zone.", "Something else."))
    (found,) = differences(changed, actual)
    assert found.kind is DifferenceKind.STALE
    assert found.path == f"{UNIT}/base/policy-rides.reader.demand.by-zone.yaml"
    assert len(found.others) == 1
    assert found.span.line > 1
    assert found.message == f"`{UNIT}` is not up to date with `{RIDES}/deployment.yaml`: 2 files would change"


def test_a_grant_taken_back_is_one_difference_with_its_files(actual: dict[str, bytes]) -> None:
    text = city()[f"{RIDES}/deployment.yaml"]
    changed = rendered({f"{RIDES}/deployment.yaml": text[: text.index("  access:")]})
    (found,) = differences(changed, actual)
    assert found.kind is DifferenceKind.STALE
    assert f"{UNIT}/base/role-rides.reader.demand.by-zone.yaml" in (found.path, *found.others)


def test_an_edit_and_a_change_are_two_differences(actual: dict[str, bytes]) -> None:
    changed = rendered(replaced(f"{RIDES}/deployment.yaml", "Demand by zone.", "Something else."))
    actual[BUCKET] += b"# mine\n"
    assert {found.kind for found in differences(changed, actual)} == {
        DifferenceKind.EDITED,
        DifferenceKind.STALE,
    }


def test_a_missing_file_is_stale_at_its_beginning(rendering: Rendering, actual: dict[str, bytes]) -> None:
    del actual[BUCKET]
    (found,) = differences(rendering, actual)
    assert (found.kind, found.path, found.span) == (DifferenceKind.STALE, BUCKET, Span(1, 1, 1, 1))


def test_a_missing_unit_is_one_difference(rendering: Rendering, actual: dict[str, bytes]) -> None:
    kept = {path: content for path, content in actual.items() if not path.startswith(f"{UNIT}/")}
    (found,) = differences(rendering, kept)
    assert found.kind is DifferenceKind.STALE
    assert found.message == f"`{UNIT}` is missing: it is rendered from `{RIDES}/deployment.yaml`"


def test_nothing_there_is_one_difference_a_unit(rendering: Rendering) -> None:
    found = differences(rendering, {})
    assert [difference.unit for difference in found] == list(rendering.units)


def test_a_product_that_is_gone_is_one_difference(actual: dict[str, bytes]) -> None:
    contracts = (f"{RIDES}/contracts/rides.odcs.yaml", f"{RIDES}/contracts/started.odcs.yaml")
    gone = rendered(dict.fromkeys(contracts))
    (found,) = [
        entry
        for entry in differences(gone, actual)
        if entry.kind is DifferenceKind.ORPHAN and "trips" in entry.path
    ]
    assert (found.path, found.span) == (SUMS, Span(1, 1, 1, 1))
    assert found.unit is None
    assert BUCKET in found.others
    assert found.message.endswith("`meshwarden render` removes it")


@pytest.mark.parametrize(
    "path", ["rendered/notes.txt", f"{UNIT}/base/mine.yaml", "rendered/domains/x/y/base/z.yaml"]
)
def test_a_file_of_somebody_elses_is_an_orphan_that_stays(
    path: str, rendering: Rendering, actual: dict[str, bytes]
) -> None:
    (found,) = differences(rendering, {**actual, path: b"mine"})
    assert (found.kind, found.path) == (DifferenceKind.ORPHAN, path)
    assert found.message.endswith("`meshwarden render` does not remove it")


def test_the_sums_are_told_only_when_they_alone_differ(
    rendering: Rendering, actual: dict[str, bytes]
) -> None:
    (found,) = differences(rendering, {**actual, SUMS: actual[SUMS] + b"x\n"})
    assert (found.kind, found.path) == (DifferenceKind.EDITED, SUMS)
    actual[BUCKET] += b"# mine\n"
    (found,) = differences(rendering, {**actual, SUMS: actual[SUMS] + b"x\n"})
    assert found.path == BUCKET
    del actual[SUMS]
    actual[BUCKET] = rendering.files[BUCKET]
    (found,) = differences(rendering, actual)
    assert (found.kind, found.path) == (DifferenceKind.STALE, SUMS)


@pytest.mark.parametrize(
    ("actual", "wanted", "span"),
    [
        ("a\nb\n", "a\nc\n", Span(2, 1, 2, 2)),
        ("a\n🚲x\n", "a\n🚲y\n", Span(2, 2, 2, 3)),
        ("a\n", "a\nb\n", Span(2, 1, 2, 1)),
        ("a\nb\n", "a\n", Span(2, 1, 2, 2)),
        ("", "a", Span(1, 1, 1, 1)),
        ("ab", "abc", Span(1, 3, 1, 3)),
    ],
)
def test_where_texts_begin_to_differ(actual: str, wanted: str, span: Span) -> None:
    assert first_difference(actual.encode(), wanted.encode()) == span


def test_bytes_that_are_no_text_differ_as_a_whole() -> None:
    assert first_difference(b"\xff", b"a") == Span(1, 1, 1, 1)
