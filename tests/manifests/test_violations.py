"""One cause is one finding, at its place, in words: for every mapping of every kind."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.manifests.documents import (
    COMPLETE,
    EXAMPLES,
    at,
    errors,
    faults,
    kind_of,
    pointers,
    removed,
    renamed,
    replaced,
    second_opinion,
)

from meshwarden.findings import Pointer, Severity

CONTRACT = EXAMPLES["tests/manifests/examples/contract-complete.odcs.yaml"]
STAGE = EXAMPLES["tests/schemas/examples/stage-complete.yaml"]
MESH = EXAMPLES["tests/schemas/examples/mesh-complete.yaml"]
DEPLOYMENT = EXAMPLES["tests/schemas/examples/data-product-deployment-complete.yaml"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_have_no_violation(name: str) -> None:
    assert faults(kind_of(EXAMPLES[name]), EXAMPLES[name]) == []


@pytest.mark.parametrize("name", COMPLETE)
def test_an_unknown_field_is_one_finding_at_its_key(name: str) -> None:
    data = EXAMPLES[name]
    for pointer, value in pointers(data):
        if isinstance(value, dict):
            wrong = replaced(data, (*pointer, "unheardOf"), "x")
            for fault in faults(kind_of(data), wrong):
                assert fault.place.pointer in {(*pointer, "unheardOf"), pointer}
            assert len(faults(kind_of(data), wrong)) <= 1 or pointer == ("spec", "layers")


@pytest.mark.parametrize("name", COMPLETE)
def test_a_mistyped_field_is_one_finding_that_names_the_right_one(name: str) -> None:
    data = EXAMPLES[name]
    for pointer, _ in pointers(data):
        key = pointer[-1] if pointer else 0
        if not isinstance(key, str) or len(key) < 4:
            continue
        typo = f"{key[:-2]}{key[-1]}{key[-2]}x"
        found = errors(kind_of(data), renamed(data, pointer, typo))
        assert len(found) <= 1, [fault.message for fault in found]
        for fault in found:
            if fault.message.endswith(f" lacks `{key}`"):  # ODCS 3.0 lets unknown fields pass
                assert str(data["apiVersion"]).startswith("v3.0.")
                assert fault.hint == f"Is that what `{typo}` means?"
                continue
            assert fault.place.pointer == (*pointer[:-1], typo)
            assert fault.place.on_key
            assert "Did you mean" in (fault.hint or "") or "no key that" in fault.message, fault


WRONG: tuple[Any, ...] = (17, "text that nobody wants", [], None)


@pytest.mark.parametrize("name", COMPLETE)
def test_a_value_of_the_wrong_type_is_one_finding_at_the_value(name: str) -> None:
    data = EXAMPLES[name]
    for pointer, value in pointers(data):
        for wrong in WRONG if pointer and "relationships" not in pointer else ():
            if type(wrong) is type(value):
                continue
            found = errors(kind_of(data), replaced(data, pointer, wrong))
            assert len(found) <= 1, (pointer, wrong, [fault.message for fault in found])
            for fault in found:
                lacks_another = "lacks `type`" in fault.message  # without it nothing says what the value is
                place = pointer[:-1] if lacks_another else pointer
                assert (fault.place.pointer or ())[: len(place)] == place


@pytest.mark.parametrize("name", COMPLETE)
def test_a_missing_field_is_one_finding(name: str) -> None:
    data = EXAMPLES[name]
    for pointer, _ in pointers(data):
        if pointer and isinstance(pointer[-1], str):
            found = errors(kind_of(data), removed(data, pointer))
            assert len(found) <= 1, (pointer, [fault.message for fault in found])
            for fault in found:
                assert (fault.place.pointer or ())[:-1] == pointer[:-1]


METRIC = "`metric` is no field of `none before`, whose `type` is `sql` | It is one where `type` is `library`."


@pytest.mark.parametrize(
    ("data", "pointer", "value", "said"),
    [
        (CONTRACT, ("statsu",), 1, "`statsu` is no field of the document | Did you mean `status`?"),
        (
            CONTRACT,
            ("version",),
            1.4,
            "`version` is a number; wanted a string | Quote it: without quotes YAML reads no text there.",
        ),
        (CONTRACT, ("schema", 0, "name"), None, "`name` is empty; wanted a string"),
        (CONTRACT, ("schema",), {}, "`schema` is a mapping; wanted a list"),
        (CONTRACT, ("team",), 3, "`team` is a number; wanted a mapping or a list"),
        (
            CONTRACT,
            ("kind",),
            "Contract",
            "`kind` is `Contract`; wanted one of `DataContract` | Did you mean `DataContract`?",
        ),
        (
            CONTRACT,
            ("servers", 0, "type"),
            "s4",
            "`type` is `s4`; wanted one of the 34 values that its schema lists | Did you mean `s3`?",
        ),
        (
            CONTRACT,
            ("servers", 0, "database"),
            "x",
            "`database` is no field of `lake`, whose `type` is `s3` | It knows `customProperties`, ...",
        ),
        (
            CONTRACT,
            ("schema", 0, "quality", 1, "metric"),
            3,
            METRIC,
        ),
        (
            CONTRACT,
            ("schema", 0, "properties", 2, "relationships", 0, "from"),
            "a.b",
            "`from` is not allowed in item 1 of `relationships`",
        ),
        (CONTRACT, ("contractCreatedTs",), "now", "`contractCreatedTs` is `now`, which is no date-time"),
        (
            DEPLOYMENT,
            ("spec", "access", 0, "consumer"),
            "trips-by-zone",
            "`consumer` is `trips-by-zone`, which is not of the form `^[^/]+/[^/]+$`",
        ),
        (
            STAGE,
            ("spec", "components", 0, "kustomize"),
            {"path": "x"},
            "`nifikop` has `helm`, `kustomize`; wanted only one of them",
        ),
        (
            STAGE,
            ("spec", "components", 0),
            {"name": "nothing"},
            "`nothing` needs one of `helm`, `kustomize`, `operator`, `terraform`, and has none",
        ),
        (
            MESH,
            ("spec", "layers", "3"),
            "storage",
            "`3` is no key that `layers` may have: it is not of the form `^[0-9]{2}$`",
        ),
        (
            MESH,
            ("spec", "layers", "00"),
            3,
            "`00` is a number; wanted a string | Quote it: without quotes YAML reads no text there.",
        ),
        (MESH, ("spec", "layers", "0"), 3, None),
        (
            MESH,
            ("apiVersion",),
            "meshwarden.dev/v1",
            "`apiVersion` is `meshwarden.dev/v1`; wanted `meshwarden.dev/v1alpha1`",
        ),
        (
            MESH,
            ("spec", "environments", 0, "postgres", "instances"),
            0,
            "`instances`: 0 is less than the minimum of 1",
        ),
    ],
)
def test_a_message_says_what_there_is_and_what_is_wanted(
    data: Any, pointer: Pointer, value: Any, said: str | None
) -> None:
    found = faults(kind_of(data), replaced(data, pointer, value))
    if said is None:  # two things wrong: a key of one digit, and its value
        assert [fault.place.pointer for fault in found] == [pointer, pointer]
        return
    (fault,) = found
    in_all = " | ".join(filter(None, (fault.message, fault.hint)))
    assert in_all.startswith(said.removesuffix("...")) if said.endswith("...") else in_all == said


@pytest.mark.parametrize(
    ("pointer", "said"),
    [
        (("id",), "the document lacks `id`"),
        (("schema", 0, "name"), "item 1 of `schema` lacks `name`"),
        (
            ("schema", 0, "quality", 1, "type"),
            "`none before` lacks `type`, which decides what else it may hold",
        ),
    ],
)
def test_what_is_missing_is_named(pointer: Pointer, said: str) -> None:
    (fault,) = faults("DataContract", removed(CONTRACT, pointer))
    assert (fault.message, fault.place.pointer) == (said, pointer)


def test_each_of_thousands_of_causes_is_told_in_a_time_that_grows_with_them() -> None:
    """Holding each against each other takes a minute."""
    unknown = {f"un{number}": number for number in range(10_000)}
    found = faults("Stage", replaced(STAGE, ("spec",), {**STAGE["spec"], **unknown}))
    assert {fault.place.pointer for fault in found} == {("spec", name) for name in unknown}


def test_a_format_is_a_warning_at_most() -> None:
    wrong = replaced(CONTRACT, ("contractCreatedTs",), "yesterday")
    (fault,) = faults("DataContract", wrong)
    assert fault.severity is Severity.WARNING
    assert fault.message == "`contractCreatedTs` is `yesterday`, which is no date-time"
    member = replaced(CONTRACT, ("team", "members", 0, "dateIn"), "May")
    assert [fault.severity for fault in faults("DataContract", member)] == [Severity.WARNING]


@pytest.mark.parametrize("team", [{"name": "trips"}, [{"username": "ada"}]])
def test_both_forms_of_a_team_are_known(team: Any) -> None:
    assert faults("DataContract", replaced(CONTRACT, ("team",), team)) == []


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["", "0", "00", "name", "type", "a/b", "~", "kind"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """An example with up to three changes, wherever."""
    data = EXAMPLES[draw(st.sampled_from(sorted(EXAMPLES)))]
    kind = kind_of(data)
    for _ in range(draw(st.integers(1, 3))):
        pointer = draw(st.sampled_from([pointer for pointer, _ in pointers(data)]))
        value = at(data, pointer)
        match draw(st.integers(0, 2)):
            case 0 if pointer:
                data = removed(data, pointer)
            case 1 if isinstance(value, dict):
                data = replaced(
                    data, (*pointer, draw(st.sampled_from(["", "00", "type", "zz"]))), draw(json_values)
                )
            case _:
                data = replaced(data, pointer, draw(json_values))
    return kind, data


@settings(max_examples=150)
@given(mutations())
def test_what_is_said_is_what_the_second_opinion_says(case: tuple[str, Any]) -> None:
    kind, data = case
    found = faults(kind, data)
    assert bool(errors(kind, data)) == (not second_opinion(kind, data).is_valid(data)), found
    for fault in found:
        pointer = fault.place.pointer or ()
        parent = at(data, pointer[:-1])
        exists = not pointer or pointer[-1] in (parent if isinstance(parent, dict) else range(len(parent)))
        assert exists or (isinstance(parent, dict) and not fault.place.on_key), fault
