"""What JSON has no form for, and what it has odd forms for, reaches policies all the same."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from tests.policy.conftest import document, judged, messages, rego

from meshwarden.policy.batch import encodable
from meshwarden.sources.reader import read

SHOW = rego("show.rego", "package show\n\ndeny contains json.marshal(input)\n")


def shown(data: Any) -> Any:
    judgement = judged([SHOW], [document(data)])
    assert judgement.failures == []
    (message,) = messages(judgement)
    return json.loads(message)


def from_yaml(text: str) -> Any:
    found = read("a.yaml", text.encode())
    assert found.readable, found.anomalies
    return found.data


def test_infinities_and_nan_are_the_text_that_yaml_writes() -> None:
    data = {"a": math.inf, "b": [-math.inf, {"c": math.nan}], "d": 1.5}
    assert shown(data) == {"a": ".inf", "b": ["-.inf", {"c": ".nan"}], "d": 1.5}


@pytest.mark.parametrize(
    "scalar", [".inf", "-.INF", ".nan", "1e400", "-1e-400", "0x7fffffffffffffff", "1e308"]
)
def test_any_number_of_yaml_can_be_judged(scalar: str) -> None:
    assert shown(from_yaml(f"n: {scalar}\n")).keys() == {"n"}


def test_one_of_them_changes_nothing_for_other_documents() -> None:
    module = rego("a.rego", 'package a\n\ndeny contains sprintf("%v", [input.n]) if input.n > 1\n')
    documents = [document({"n": n}, str(n)) for n in (math.inf, 2, -math.inf, 0.5)]
    judgement = judged([module], documents)
    assert messages(judgement) == [".inf", "-.inf", "2"] or sorted(messages(judgement)) == [
        "-.inf",
        ".inf",
        "2",
    ]
    assert judgement.judged == {"policy/a": 4}


@pytest.mark.parametrize("digits", [19, 20, 300, 4000])
def test_long_integers_keep_their_digits(digits: int) -> None:
    number = int("9" * digits)
    assert shown({"n": number, "m": -number}) == {"n": number, "m": -number}


def test_integers_of_300_digits_from_yaml() -> None:
    assert shown(from_yaml(f"n: {'9' * 300}\nm: {'9' * 301}\n")) == {"n": int("9" * 300), "m": "9" * 301}


def test_deep_nesting() -> None:
    data: Any = "x"
    for _ in range(400):
        data = [{"a": data}]
    assert shown(data) == data


def test_what_aliases_share_is_sent_at_each_place() -> None:
    data = from_yaml("a: &x {b: [1, 2]}\nc: *x\nd: [*x, *x]\n")
    assert shown(data) == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}, "d": [{"b": [1, 2]}] * 2}


@pytest.mark.parametrize(
    "text", ["é", "日本語", "\U0001f6d1", "\u2028", "a\u0000b", "\x7f", "\ufeff", '"\\/', "\u202e"]
)
def test_any_text_and_key(text: str) -> None:
    assert shown({text: [text]}) == {text: [text]}


def test_lone_surrogates_become_replacement_characters() -> None:
    assert shown({"\udcff": "\ud800x"}) == {"\ufffd": "\ufffdx"}


def test_a_path_that_is_no_utf_8_keeps_its_findings_at_that_path() -> None:
    path = "domains/\udcff\udcfe.yaml"
    module = rego("a.rego", "package a\n\ndeny contains data.file.path\n")
    ((_, fault),) = judged([module], [document({}, path)]).faults
    assert fault.place.path == path
    assert fault.message == "domains/\ufffd\ufffd.yaml"


def test_what_a_policy_says_comes_back_as_it_is() -> None:
    module = rego("a.rego", 'package a\n\ndeny contains {"message": input, "path": [input, 0]}\n')
    for text in ("é\U0001f6d1", "a\nb", "%s {} \\", '"', "<script>&"):
        ((_, fault),) = judged([module], [document(text)]).faults
        assert (fault.message, fault.place.pointer) == (text, (text, 0))


def test_encodable_leaves_what_json_can_hold() -> None:
    data: Any = {"a": [1, 1.5, None, True, "x", {"b": []}]}
    assert encodable(data) == data
    assert encodable((math.inf, {"n": math.nan})) == [".inf", {"n": ".nan"}]


@pytest.mark.parametrize("module", ["requests", "opa_client", "jsonschema", "pydantic"])
def test_a_local_check_imports_nothing_slow(module: str) -> None:
    ours = "meshwarden.policy.opa, meshwarden.policy.mesh_data"
    code = f"import sys, {ours}; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
