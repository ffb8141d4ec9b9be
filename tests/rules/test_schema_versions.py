"""What to do about a version that is not known, or about what another version of a standard says."""

import pytest

from meshwarden.engine.check import CheckOptions, check
from meshwarden.engine.selection import Selection
from meshwarden.rules.case_pages import SEED
from meshwarden.sources.tree import MemoryTree

CONTRACT = "domains/source-aligned/trips/taxi/contracts/trips.odcs.yaml"
PRODUCT = "domains/source-aligned/trips/taxi/data-product.yaml"
FILES = {
    path.relative_to(SEED).as_posix(): path.read_bytes() for path in sorted(SEED.rglob("*")) if path.is_file()
}
COLUMN = "\nschema: [{name: trips, properties: [{name: fare, %s}]}]"


def hints(path: str, text: str, rule: str) -> list[str | None]:
    files = {**FILES, path: f"{text}\n".encode()}
    outcome = check(MemoryTree(files), CheckOptions(render=False, selection=Selection((rule,))))
    assert outcome.errors == ()
    return [finding.hint for finding in outcome.findings]


def contract(version: str, more: str = "") -> str:
    return f"apiVersion: {version}\nkind: DataContract\nid: x\nversion: 1.0.0\nstatus: active{more}"


def product(version: str, more: str = "") -> str:
    return f"apiVersion: {version}\nkind: DataProduct\nid: x\nstatus: active{more}"


KNOWN_ODCS = "Known versions: `v3.0.0`, `v3.0.1`, `v3.0.2`, `v3.1.0`, `v3.2.0`."


@pytest.mark.parametrize(
    ("path", "text", "hint"),
    [
        (CONTRACT, contract("3.1.0"), "Write `v3.1.0`."),
        (CONTRACT, contract("v3.0"), "Write `v3.0.2`."),
        (CONTRACT, contract("v3"), "Write `v3.2.0`."),
        (CONTRACT, contract("v4.0.0"), KNOWN_ODCS),
        (CONTRACT, contract("v3.0.3"), KNOWN_ODCS),
        (PRODUCT, product("v2.0.0"), "Known versions: `v0.9.0`, `v1.0.0`, `v1.1.0`."),
        (PRODUCT, product("1.1.0"), "Write `v1.1.0`."),
        (PRODUCT, product("v0.1.0"), "Known versions: `v0.9.0`, `v1.0.0`, `v1.1.0`."),
    ],
)
def test_an_unknown_version_has_a_hint(path: str, text: str, hint: str) -> None:
    assert hints(path, text, "schema/version") == [hint]


@pytest.mark.parametrize("version", ["v2.2.2", "v2.2.0", "2.1.1"])
def test_what_became_of_the_fields_of_odcs_2(version: str) -> None:
    (hint,) = hints(CONTRACT, contract(version), "schema/version")
    assert hint
    assert hint.startswith(KNOWN_ODCS)
    assert "`uuid` became `id`, `datasetDomain` `domain`" in hint


@pytest.mark.parametrize(
    ("path", "text", "hint"),
    [
        (CONTRACT, contract("v3.1.0", "\ncontext: x"), "Declare `apiVersion: v3.2.0`, or leave it out."),
        (
            CONTRACT,
            contract("v3.0.2", COLUMN % "logicalType: time"),
            "It came with v3.1.0; this is v3.0.2.",
        ),
        (
            CONTRACT,
            contract("v3.0.2", "\nservers: [{server: s, type: hana, host: h}]"),
            "It came with v3.2.0; this is v3.0.2.",
        ),
        (
            CONTRACT,
            contract("v3.2.0", COLUMN % "logicalType: number, logicalTypeOptions: {exclusiveMaximum: true}"),
            "It was a boolean up to v3.0.2.",
        ),
        (
            CONTRACT,
            contract(
                "v3.1.0",
                '\nservers: [{server: s, type: postgres, host: h, port: "1", database: d, schema: s}]',
            ),
            "It may be a string from v3.2.0 on.",
        ),
        (CONTRACT, contract("v3.0.2", "\nteam: {name: trips}"), "It may be a mapping from v3.1.0 on."),
        (PRODUCT, product("v1.1.0", "\nteam: [{username: ada}]"), "It was a list up to v0.9.0."),
        (PRODUCT, product("v0.9.0", "\nteam: {name: trips}"), "It may be a mapping from v1.0.0 on."),
        (PRODUCT, product("v0.9.0", "\ntype: aggregate"), "Declare `apiVersion: v1.1.0`, or leave it out."),
    ],
)
def test_what_another_version_says_is_told(path: str, text: str, hint: str) -> None:
    assert hints(path, text, "schema/violation") == [hint]
