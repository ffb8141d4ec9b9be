"""Many documents in one query, and what becomes of the rules that fail on some of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.policy.conftest import document, judged, messages, rego, served

from meshwarden.findings import Severity
from meshwarden.policy.batch import PolicyDocument
from meshwarden.policy.judgement import Limits
from meshwarden.policy.opa import Judgement, judge

KIND = """
    # METADATA
    # custom:
    #   id: test/{name}
    #   kinds: {kinds}
    package test.{name}

    deny contains sprintf("{name} of %s", [data.file.path])
"""
NEGATIVE = rego(
    "negative.rego",
    """
    package negative

    deny contains sprintf("%d is negative", [input.n]) if input.n < 0
    """,
)


class Counted:
    """A server that counts what it is asked."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.asked: list[int] = []

    def results(self, question: Any, seconds: float) -> list[Any]:
        self.asked.append(len(question["documents"]))
        return list(self.server.results(question, seconds))


def count_queries(modules: Sequence[Any], documents: Sequence[PolicyDocument]) -> tuple[list[int], Judgement]:
    judgement = Judgement()
    with served(modules) as (server, found, _):
        counted = Counted(server)
        judge(counted, found, documents, None, judgement)
    return counted.asked, judgement


def test_a_document_goes_to_the_rules_that_name_its_kind() -> None:
    modules = [
        rego("domains.rego", KIND.format(name="domains", kinds="[Domain]")),
        rego("both.rego", KIND.format(name="both", kinds="[Domain, Stage]")),
        rego("one.rego", KIND.format(name="one", kinds="Stage")),
        rego("all.rego", KIND.format(name="all", kinds="[]")),
    ]
    documents = [
        document({}, "d.yaml", "Domain"),
        document({}, "s.yaml", "Stage"),
        document({}, "p", "Plane"),
    ]
    judgement = judged(modules, documents)
    assert messages(judgement) == [
        *("all of d.yaml", "all of p", "all of s.yaml"),
        *("both of d.yaml", "both of s.yaml", "domains of d.yaml", "one of s.yaml"),
    ]
    assert judgement.judged == {"test/domains": 1, "test/both": 2, "test/one": 1, "test/all": 3}
    assert not judgement.failures


def test_many_documents_are_few_queries() -> None:
    asked, judgement = count_queries([NEGATIVE], [document({"n": n - 3}, f"{n}") for n in range(600)])
    assert asked == [250, 250, 100]
    assert messages(judgement) == ["-1 is negative", "-2 is negative", "-3 is negative"]
    assert {fault.place.path for _, fault in judgement.faults} == {"0", "1", "2"}


def test_documents_that_no_rule_judges_are_not_sent() -> None:
    asked, judgement = count_queries([rego("a.rego", KIND.format(name="a", kinds="[Plane]"))], [document({})])
    assert not asked
    assert not judgement.judged


def test_a_rule_sees_the_document_its_place_and_the_mesh() -> None:
    module = rego(
        "seen.rego",
        """
        package seen

        deny contains json.marshal({"input": input, "file": data.file, "mesh": data.mesh})
        """,
    )
    judgement = judged([module], [document([1], "a"), document("x", "b")], {"name": "city"})
    assert [message.partition(',"input":')[2].partition(',"mesh":') for message in messages(judgement)] == [
        ("[1]", ',"mesh":', '{"name":"city"}}'),
        ('"x"', ',"mesh":', '{"name":"city"}}'),
    ]
    assert '"path":"a"' in messages(judgement)[0]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1 / input.n", "div: divide by zero"),
        ("count([n | n := 1 / input.n])", "div: divide by zero"),
        (
            'to_number("x") + (0 / (1 - object.get(input, "n", 1)))',
            'to_number: strconv.ParseFloat: parsing "x"',
        ),
    ],
)
def test_a_built_in_that_fails_is_an_error_of_that_rule_and_document(body: str, message: str) -> None:
    fails = rego(
        "p/fails.rego", f'package fails\n\ndeny contains "never" if {{\n\tinput.n == 0\n\t{body} == 1\n}}\n'
    )
    numbers = [0 if n == 7 else n - 1 if n < 3 else n for n in range(1, 20)]
    documents = [document({"n": n}, f"{index}.yaml") for index, n in enumerate(numbers)]
    documents[0] = document({"n": -1}, "0.yaml")
    judgement = judged([fails, NEGATIVE], documents)
    failed = [(found.rule, found.path, found.line, found.document) for found in judgement.failures]
    zero = [found.path for found in documents if found.input == {"n": 0}]
    assert failed == [("policy/fails", "p/fails.rego", 5, path) for path in zero]
    assert all(message in found.message for found in judgement.failures)
    assert messages(judgement) == ["-1 is negative"]
    assert judgement.judged == {"policy/negative": 19, "policy/fails": 19 - len(zero)}


def test_an_error_in_a_library_is_told_at_the_library_for_the_rule_that_called_it() -> None:
    modules = [
        rego("lib.rego", "package lib\n\nshare(n) := 1 / n\n"),
        rego("a.rego", 'package a\n\nimport data.lib\n\ndeny contains "big" if lib.share(input.n) > 1\n'),
        NEGATIVE,
    ]
    judgement = judged(modules, [document({"n": n}, str(n)) for n in (-1, 0, 1)])
    (failed,) = judgement.failures
    assert (failed.rule, failed.path, failed.line, failed.column) == ("policy/a", "lib.rego", 3, 13)
    assert failed.document == "0"
    assert messages(judgement) == ["-1 is negative"]


def test_two_values_where_one_is_wanted_are_an_error_of_that_rule() -> None:
    conflict = rego("c.rego", 'package c\n\ndeny contains x\n\nx := "a"\n\nx := "b" if input.n == 0\n')
    judgement = judged([conflict, NEGATIVE], [document({"n": n}, str(n)) for n in (-1, 0)])
    (failed,) = judgement.failures
    assert failed.document == "0"
    told = 'rule data.c.x produced conflicting values:\n  "a" at c.rego:5\n  "b" at c.rego:7'
    assert failed.message == told
    assert messages(judgement) == ["-1 is negative", "a"]


def test_a_rule_that_always_fails_costs_few_queries() -> None:
    fails = rego("fails.rego", 'package fails\n\ndeny contains "x" if 1 / (input.n - input.n) == 1\n')
    asked, judgement = count_queries([fails, NEGATIVE], [document({"n": -n}, str(n)) for n in range(1000)])
    assert len(asked) < 30
    assert len(messages(judgement)) == 999
    assert [found.document for found in judgement.failures] == ["0", "1", "2", None]
    assert judgement.failures[-1].message == "it failed on 3 documents, and 997 more are not judged by it"
    assert judgement.judged == {"policy/negative": 1000}


def test_each_of_many_rules_that_fail_is_told() -> None:
    modules = [
        rego(f"{n}.rego", f'package f{n}\n\ndeny contains "x" if {n} / input.n == 0\n') for n in range(1, 9)
    ]
    asked, judgement = count_queries([*modules, NEGATIVE], [document({"n": 0}, str(n)) for n in range(100)])
    assert len(asked) < 8 * 30
    assert {found.rule for found in judgement.failures} == {f"policy/{n}" for n in range(1, 9)}
    assert judgement.judged["policy/negative"] == 100


ENDLESS = """
    package endless

    deny contains "never" if {
        object.get(input, "loop", false)
        some a in numbers.range(1, 20000)
        some b in numbers.range(1, 20000)
        a * b == -1
    }
"""
SHORT = Limits(batch_seconds=1.5, seconds=1.0)


def test_a_rule_without_end_is_ended_and_the_rest_still_judges() -> None:
    documents = [document({"n": n - 1, "loop": n == 5}, str(n)) for n in range(16)]
    begin = time.monotonic()
    judgement = judged([rego("endless.rego", ENDLESS), NEGATIVE], documents, limits=SHORT)
    assert time.monotonic() - begin < 60
    (failed,) = judgement.failures
    assert (failed.rule, failed.path, failed.document) == ("policy/endless", "endless.rego", "5")
    assert failed.message == "no answer within 1 s"
    assert messages(judgement) == ["-1 is negative"]
    assert judgement.judged == {"policy/endless": 15, "policy/negative": 16}


def test_what_ran_too_long_does_not_go_on_behind_our_back(opa: Path) -> None:
    with served([rego("endless.rego", ENDLESS)]) as (server, found, _):
        judgement = Judgement()
        judge(server, found, [document({"loop": True})], None, judgement, SHORT)
        assert judgement.failures
        time.sleep(1.0)
        before = cpu_seconds(server)
        time.sleep(1.0)
        assert cpu_seconds(server) - before < 0.5


def cpu_seconds(server: Any) -> float:
    try:
        said = Path(f"/proc/{server._child.pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        pytest.skip("reads /proc")
    return (int(said[11]) + int(said[12])) / 100


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("5", "`5`"),
        ("null", "`null`"),
        ("true", "`true`"),
        ('""', '`""`'),
        ('["message"]', '`["message"]`'),
        ('{"message": 5}', '`{"message": 5}`'),
        ('{"message": "  "}', '`{"message": "  "}`'),
        ('{"text": "é"}', '`{"text": "é"}`'),
        ('{"message": "m", "path": "spec"}', 'the path `"spec"`'),
        ('{"message": "m", "path": ["spec", 1.5]}', 'the path `["spec", 1.5]`'),
        ('{"message": "m", "path": ["spec", true]}', 'the path `["spec", true]`'),
        ('{"message": "m", "path": ["spec", null]}', 'the path `["spec", null]`'),
        ('{"message": "m", "path": [["spec"]]}', 'the path `[["spec"]]`'),
        ('{"message": "m", "path": null}', "the path `null`"),
        ('{"message": "m", "related": ["x"]}', '`"x"` as related'),
        ('{"message": "m", "related": [{"path": ["a"]}]}', '`{"path": ["a"]}` as related'),
        ('{"message": "m", "related": [{"message": "x", "path": 1}]}', "the path `1`"),
        (f"[{'9' * 400}]", '`["9999'),
        (f'"{"x" * 5000}" == 1', "`false`"),
    ],
)
def test_a_result_of_an_odd_form_is_an_error_of_that_rule(given: str, shown: str) -> None:
    module = rego("odd.rego", f"package odd\n\ndeny contains x if {{\n\tinput.n == 0\n\tx := {given}\n}}\n")
    judgement = judged([module, NEGATIVE], [document({"n": 0}, "0"), document({"n": -1}, "1")])
    (failed,) = judgement.failures
    assert (failed.rule, failed.path, failed.document) == ("policy/odd", "odd.rego", "0")
    assert shown in failed.message
    assert len(failed.message) < 400
    assert messages(judgement) == ["-1 is negative"]
    assert judgement.judged == {"policy/odd": 1, "policy/negative": 2}


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ('deny := "no"', '`"no"`'),
        ("deny if input", "`true`"),
        ("deny := false", "`false`"),
        ("deny := null", "`null`"),
        ('deny["no"] := 1', '`{"no": 1}`'),
        ('deny[msg] if { msg := "no" }', '`{"no": true}`'),
        ("default deny := 0", "`0`"),
        ('deny.too contains "x"', '`{"too": ["x"]}`'),
    ],
)
def test_a_rule_that_is_no_set_is_an_error_and_no_pass(rule: str, shown: str) -> None:
    (failed,) = judged([rego("a.rego", f"package a\n\n{rule}\n")], [document({})]).failures
    assert failed.message == f"its rule `deny` is {shown}, and no set: write `deny contains … if {{ … }}`"


def test_results_that_nest_without_end_are_an_error_of_that_rule() -> None:
    nested = "[" * 5000 + "]" * 5000
    module = rego("deep.rego", f"package deep\n\ndeny contains json.unmarshal(`{nested}`)\n")
    (failed,) = judged([module], [document({})]).failures
    assert failed.rule == "policy/deep"


def test_a_set_or_an_array_of_results_is_taken() -> None:
    module = rego("a.rego", 'package a\n\ndeny := ["one", {"msg": "two"}]\n')
    assert messages(judged([module], [document({})])) == ["one", "two"]


def test_what_a_result_tells_becomes_the_fault() -> None:
    module = rego(
        "a.rego",
        """
        # METADATA
        # custom:
        #   id: test/a
        #   hint: do this
        package a

        deny contains {
            "message": "m", "path": ["spec", 0, "a/b"], "hint": "do that", "severity": "info",
            "related": [{"path": ["spec"], "message": "see"}],
        }

        deny contains {"message": "plain", "hint": 5, "severity": "fatal"}
        """,
    )
    first, second = sorted((fault for _, fault in judged([module], [document({})]).faults), key=repr)
    assert first.place.pointer == ("spec", 0, "a/b")
    assert (first.hint, first.severity) == ("do that", Severity.INFO)
    assert [(found.place.pointer, found.message) for found in first.related] == [(("spec",), "see")]
    assert (second.hint, second.severity, second.place.pointer) == ("do this", None, ())


def test_no_documents_and_no_policies_are_fine() -> None:
    assert judged([NEGATIVE], []) == Judgement()
    assert judged([], [document({})]) == Judgement()
