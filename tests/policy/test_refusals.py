"""Modules that do not compile, and modules of a mesh that are not given to OPA."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import pytest
from tests.policy.conftest import document, judged, messages, rego

from meshwarden.errors import CouldNotFinish
from meshwarden.policy.compiling import capabilities, compiling
from meshwarden.policy.modules import Module, mesh_modules, own_modules, policies
from meshwarden.policy.opa import Judgement, Opa, OpaAt

GOOD = rego("good.rego", 'package good\n\ndeny contains "good"\n')
DOCUMENT = document({"kind": "Domain"})


def refused(*modules: Module) -> list[tuple[str, str, int]]:
    """What is refused of the modules; what is left must still judge."""
    judgement = judged([GOOD, *modules], [DOCUMENT])
    assert "good" in messages(judgement)
    assert judgement.judged["policy/good"] == 1
    return [(found.path, found.message, found.line) for found in judgement.failures]


@pytest.mark.parametrize("own", [True, False])
def test_each_error_has_its_line_and_column(own: bool) -> None:
    broken = rego("b.rego", "package b\n\ndeny contains x if {\n\tnope(1)\n\tx := y\n}\n", own=own)
    syntax = rego("s.rego", "package s\n\ndeny contains if if\n", own=own)
    judgement = judged([GOOD, broken, syntax], [DOCUMENT])
    told = {(found.rule, found.path, found.line, found.column) for found in judgement.failures}
    assert ("policy/b", "b.rego", 4, 2) in told
    assert {path for _, path, _, _ in told} == {"b.rego", "s.rego"}
    assert ("policy/s", "s.rego", 3) in {(rule, path, line) for rule, path, line, _ in told}
    assert messages(judgement) == ["good"]
    assert all(found.document is None for found in judgement.failures)


def test_of_many_errors_none_is_kept_back() -> None:
    modules = [rego(f"{n}.rego", f"package b{n}\n\ndeny contains nope(1)\n") for n in range(15)]
    assert {path for path, _, _ in refused(*modules)} == {f"{n}.rego" for n in range(15)}


@pytest.mark.parametrize("own", [True, False])
def test_what_needs_a_library_that_does_not_compile_is_refused_with_it(own: bool) -> None:
    library = rego("lib.rego", "package lib\n\nclasses := nope(1)\n", own=own)
    silent = rego(  # without the library `data.lib.classes` is undefined, and this would pass everything
        "silent.rego",
        'package silent\n\nimport data.lib\n\ndeny contains "x" if input.class in lib.classes\n',
        own=own,
    )
    direct = rego("d.rego", 'package d\n\nok if data.lib.classes\n\ndeny contains "x" if ok\n', own=own)
    further = rego("f.rego", 'package f\n\ndeny contains "x" if data["d"].ok\n', own=own)
    assert [(path, line) for path, _, line in refused(library, silent, direct, further)] == [
        ("lib.rego", 3),
        ("silent.rego", 3),
        ("d.rego", 3),
        ("f.rego", 3),
    ]


def test_what_needs_a_library_that_is_refused_is_refused_with_it() -> None:
    library = Module("lib.rego", 'package lib\n\nclasses := {"\udcff"}\n', own=False)
    user = rego("user.rego", 'package user\n\ndeny contains "x" if input.class in data.lib.classes\n')
    assert [(path, message) for path, message, _ in refused(library, user)] == [
        ("lib.rego", "it is not UTF-8"),
        ("user.rego", "it refers to `data.lib`, and lib.rego is refused"),
    ]


def test_an_import_that_nothing_gives_is_refused() -> None:
    module = rego("a.rego", 'package a\n\nimport data.exceptions\n\ndeny contains "x" if exceptions[_]\n')
    assert refused(module) == [
        ("a.rego", "nothing gives `data.exceptions`: what depends on it would never deny", 3)
    ]


def test_imports_of_what_is_given_are_fine() -> None:
    module = rego(
        "a.rego",
        """
        package a

        import data.file
        import data.good
        import data.mesh.classifications
        import rego.v1

        # import data.nothing
        deny contains sprintf("%s %v %v", [file.path, classifications, good.deny])
        """,
    )
    assert refused(module) == []


def test_rego_v0_is_refused_with_what_to_change() -> None:
    module = rego("v0.rego", 'package v0\n\ndeny[msg] {\n\tmsg := "x"\n}\n')
    told = refused(module)
    assert {(path, line) for path, _, line in told} == {("v0.rego", 3)}
    assert all("OPA 1.x reads Rego v1: write `deny contains msg if {`" in message for _, message, _ in told)


@pytest.mark.parametrize(
    "package",
    [
        "system",
        "system.authz",
        "system.log",
        "meshwarden",
        "meshwarden.naming.metadata_name",
        "meshwarden_batch",
    ],
)
def test_packages_that_decide_for_others_are_not_the_mesh_s_to_say(package: str) -> None:
    module = rego("a.rego", f"# a comment\n\npackage {package}\n\nallow := true\n\ndeny contains 1\n")
    why = "is not the mesh's to say: `system…` and `meshwarden…` decide for all policies"
    assert refused(module) == [("a.rego", f"package `{package}` {why}", 3)]


@pytest.mark.parametrize("package", ["mesh", "file", "file.more", 'mesh["x y"]'])
def test_packages_that_hide_behind_what_policies_are_given_are_refused(package: str) -> None:
    ((path, message, line),) = refused(rego("a.rego", f"package {package}\n\ndeny contains 1\n"))
    assert (path, line) == ("a.rego", 1)
    assert "which every policy is given" in message


@pytest.mark.parametrize(
    "call",
    [
        'http.send({"method": "GET", "url": "http://169.254.169.254"})',
        'net.lookup_ip_addr("example.org")',
        'net.cidr_expand("10.0.0.0/8")',
        "opa.runtime()",
        'trace("x")',
    ],
)
def test_a_mesh_s_policy_reaches_no_network_and_no_environment(call: str) -> None:
    ((path, message, line),) = refused(rego("a.rego", f'package a\n\ndeny contains "x" if {call}\n'))
    assert (path, line) == ("a.rego", 3)
    assert "undefined function" in message


def test_it_is_refused_before_any_server_has_it(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    real = subprocess.Popen

    def noted(command: list[str], **how: object) -> object:
        folder = Path(str(how.get("cwd"))) / "modules"
        texts = [path.read_text() for path in folder.glob("*.rego")] if folder.is_dir() else []
        started.append([command[1], "sends" if any("http.send" in text for text in texts) else "clean"])
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", noted)
    assert refused(rego("a.rego", 'package a\n\ndeny contains "x" if http.send({})\n'))
    assert ["run", "clean"] in started
    assert ["run", "sends"] not in started


def test_the_common_case_pays_for_no_check(opa: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    real = subprocess.Popen

    def noted(command: list[str], **how: object) -> object:
        started.append(command[1])
        return real(command, **how)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", noted)
    assert not judged(own_modules(), [DOCUMENT]).failures
    assert started == ["run", "-c"]  # OPA, and the shell that watches


def test_capabilities_are_all_that_computes(opa: Path) -> None:
    allowed = capabilities(opa)
    names = {found["name"] for found in allowed["builtins"]}
    assert allowed["allow_net"] == []
    assert names >= {"walk", "regex.match", "time.now_ns", "json.match_schema", "semver.compare"}
    assert not {name for name in names if name.startswith(("http.", "net.", "opa.", "trace"))}


def test_meshwarden_s_own_policies_need_no_more(opa: Path) -> None:
    as_the_mesh_s = [Module(found.path, found.text, own=False) for found in own_modules()]
    left, refusals = compiling(opa, as_the_mesh_s)
    assert left == as_the_mesh_s
    assert not refusals


def test_a_rule_of_ours_cannot_be_taken_by_a_mesh() -> None:
    taken = rego(
        "a.rego", "# METADATA\n# custom:\n#   id: ownership/owner\npackage a\n\ndeny contains 1 if false\n"
    )
    judgement = judged([*own_modules(), taken], [DOCUMENT])
    (failed,) = judgement.failures
    assert (failed.rule, failed.path) == ("ownership/owner", "a.rego")
    assert "is that of policies/ownership/owner.rego already" in failed.message
    assert "domain" in " ".join(messages(judgement))
    (owner,) = [found for found in policies([taken, *own_modules()]) if found.id == "ownership/owner"]
    assert owner.module.own


def test_one_id_for_two_policies_is_refused() -> None:
    first, second = (
        rego(f"{name}.rego", f"# METADATA\n# custom:\n#   id: test/x\npackage {name}\n\ndeny := []\n")
        for name in ("a", "b")
    )
    ((path, message, line),) = refused(second, first)
    assert (path, line) == ("b.rego", 1)
    assert message.startswith("the rule `test/x` is that of a.rego already: give it an id of its own")


def test_two_files_of_one_path_are_two_files() -> None:
    ours = rego(
        "policies/a.rego",
        '# METADATA\n# custom: {id: test/ours}\npackage ours\n\ndeny contains "ours"\n',
        own=True,
    )
    theirs = rego("policies/a.rego", 'package theirs\n\ndeny contains "theirs"\n')
    judgement = judged([ours, theirs], [DOCUMENT])
    assert messages(judgement) == ["ours", "theirs"]
    assert not judgement.failures
    broken = rego("policies/a.rego", "package theirs\n\ndeny contains nope(1)\n")
    judgement = judged([ours, broken], [DOCUMENT])
    assert messages(judgement) == ["ours"]
    assert [found.path for found in judgement.failures] == ["policies/a.rego"]


@pytest.mark.parametrize(
    "path", ["a b.rego", "#.rego", "é/ü.rego", "a:b.rego", "\udcff.rego", "x/../y.rego", "a'\".rego"]
)
def test_a_file_may_be_called_anything(path: str) -> None:
    assert refused(Module(path, "package a\n\ndeny contains nope(1)\n", own=False)) == [
        (path, "undefined function nope", 3)
    ]


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "deny contains 1\n", "package\n", "\x00", "package a.\n"]
)
def test_what_is_no_module_is_refused(text: str) -> None:
    assert {path for path, _, _ in refused(Module("a.rego", text, own=False))} <= {"a.rego"}


def test_a_check_that_says_nothing_could_not_finish(tmp_path: Path) -> None:
    other = tmp_path / "opa"
    other.write_text("#!/bin/sh\necho '{\"builtins\": []}'\nexit $([ $1 = check ] && echo 1 || echo 0)\n")
    other.chmod(0o755)
    held = Opa(OpaAt(other), [GOOD])
    with pytest.raises(CouldNotFinish, match="does not say which policy is wrong"):
        held.ready()
    held.close()


def test_a_number_that_not_every_reader_takes_is_refused() -> None:
    ((path, message, _),) = refused(rego("a.rego", f"package a\n\ndeny contains {'9' * 5000}\n"))
    assert (path, "4,300 digits" in message) == ("a.rego", True)


@pytest.mark.parametrize("looks", ["data[input.name].deny", "data[_].deny", "count(data) > 0"])
def test_a_policy_that_looks_at_all_packages_is_refused_where_it_does(looks: str) -> None:
    ((path, message, line),) = set(refused(rego("a.rego", f'package a\n\ndeny contains "x" if {looks}\n')))
    assert (path, line) == ("a.rego", 3)
    assert "recursive" in message


def test_no_room_for_scratch_files_could_not_finish(
    opa: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(CouldNotFinish, match="cannot be given the policies"):
        judged([GOOD], [DOCUMENT])


def test_bytes_that_are_no_text_are_kept_until_refused() -> None:
    (module,) = mesh_modules(
        {"a.rego": b'package a\n\ndeny contains "\xff"\n', "b.txt": b"", "a_test.rego": b""}
    )
    assert refused(module) == [("a.rego", "it is not UTF-8", 1)]


def test_a_module_that_fails_is_told_once_for_the_rule(opa: Path) -> None:
    judgement = Judgement()
    held = Opa(OpaAt(opa), [rego("a.rego", "package a\n\ndeny contains nope(1)\n\nwarn_x contains 1\n")])
    try:
        _, found, failures = held.ready()
    finally:
        held.close()
    assert not found
    assert not judgement.failures
    assert [failure.rule for failure in failures] == ["policy/a"]
    assert json.dumps(failures[0].message) == '"undefined function nope"'
