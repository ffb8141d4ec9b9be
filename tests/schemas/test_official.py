"""Our schemas judge as those of the standards' makers do.

ODCS: open-data-contract-standard 3.0.5, 3.1.2 and the 3.2 that is installed, from PyPI. ODPS: its makers
publish no package; dataproduct-cli 0.3.2 on PyPI carries their schemas of 1.0 and 1.1. That of 0.9 is in no
package: its differences were read off schema/odps-json-schema-v0.9.0.json in
bitol-io/open-data-product-standard, and test_versions.py holds them by examples.

Formats are no part of the verdict: they are warnings here, and say nothing in draft 2019-09.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import jsonschema_rs
import pytest
from tests.manifests.documents import STORE, data_of, errors
from tests.schemas.documents import EXAMPLES, ROOT, example, nodes, schema_of
from tests.schemas.mutants import grafts, mutants, removals
from tests.schemas.official import official_schema

MUTANTS = 1000  # of the complete document of each release
PER_PART = 40  # of those, mutants of its servers, so many at a time
SERVERS = 8
EXPLAINED = 10  # one of so many is explained as well, which takes longer than to judge it
EXAMPLE_FOLDER = os.environ.get("MESHWARDEN_TEST_EXAMPLES", "")
_ODCS = ("open-data-contract-standard", "open_data_contract_standard/schema.json")
_ODPS = ("dataproduct-cli", "dataproduct/schemas/odps-{}.schema.json")


@dataclass(frozen=True)
class Official:
    """A release as its makers' schema has it."""

    kind: str
    api_version: str
    package: str
    version: str
    file: str
    others: tuple[str, ...] = field(default=())  # further apiVersions of the release

    @property
    def name(self) -> str:
        number = ".".join(self.api_version.removeprefix("v").split(".")[:2])
        return f"data-{self.kind.removeprefix('Data').lower()}-{number}"


OFFICIAL = (
    Official("DataContract", "v3.0.2", _ODCS[0], "3.0.5", _ODCS[1], ("v3.0.0", "v3.0.1")),
    Official("DataContract", "v3.1.0", _ODCS[0], "3.1.2", _ODCS[1]),
    Official("DataContract", "v3.2.0", _ODCS[0], "3.2.0", _ODCS[1]),
    Official("DataProduct", "v1.0.0", _ODPS[0], "0.3.2", _ODPS[1].format("1.0.0")),
    Official("DataProduct", "v1.1.0", _ODPS[0], "0.3.2", _ODPS[1].format("1.1.0")),
)


def columns(data: Any) -> Iterator[Mapping[str, Any]]:
    """What may be a column of a contract: what is in a list of properties, items, and both sides of a map."""
    for pointer, value in nodes(data):
        if isinstance(value, dict) and pointer[:1] == ("schema",):
            step = tuple("*" if isinstance(key, int) else key for key in pointer[-2:])
            if step == ("properties", "*") or step[-1] == "items" or step[0] == "map":
                yield value


def untyped_columns(data: Any) -> bool:
    return any("logicalType" not in column for column in columns(data))


def options_without_type(data: Any) -> bool:
    return any("logicalType" not in column and "logicalTypeOptions" in column for column in columns(data))


def named_duckdb_schema(data: Any) -> bool:
    servers = data.get("servers")
    return any(
        isinstance(server, dict) and server.get("type") == "duckdb" and isinstance(server.get("schema"), str)
        for server in (servers if isinstance(servers, list) else ())
    )


@dataclass(frozen=True)
class Reason:
    """Why the verdicts on some documents differ: what is in them, who takes them, and an example."""

    why: str
    api_versions: tuple[str, ...]
    ours: bool
    holds: Any
    example: dict[str, Any]


def _table(*found: dict[str, Any]) -> dict[str, Any]:
    return {"schema": [{"name": "rides", "properties": list(found)}]}


REASONS = (
    Reason(
        "logicalType is optional, and without one no `map` is wanted (bitol-io #322)",
        ("v3.2.0",),
        True,
        untyped_columns,
        _table({"name": "free", "physicalType": "json"}),
    ),
    Reason(
        "options need a logicalType, which decides what they are; no options are options too",
        ("v3.0.2", "v3.1.0"),
        False,
        options_without_type,
        _table({"name": "free", "logicalTypeOptions": {}}),
    ),
    Reason(
        "a schema of DuckDB has a name; that 3.0 wants a number there was mended in 3.1",
        ("v3.0.2",),
        True,
        named_duckdb_schema,
        {"servers": [{"server": "s", "type": "duckdb", "database": "rides", "schema": "main"}]},
    ),
)


def reasons(official: Official, data: Any, *, taken: bool) -> list[Reason]:
    """The reasons for which ours may take (or refuse) what theirs refuses (or takes)."""
    return [
        reason
        for reason in REASONS
        if official.api_version in reason.api_versions and reason.ours is taken and reason.holds(data)
    ]


@pytest.fixture(params=OFFICIAL, ids=lambda official: official.name)
def official(request: pytest.FixtureRequest) -> Official:
    found: Official = request.param
    return found


@pytest.fixture
def theirs(official: Official, pytestconfig: pytest.Config) -> jsonschema_rs.Validator:
    cache = pytestconfig.cache.mkdir("official-schemas")
    schema = official_schema(cache, official.package, official.version, official.file)
    if schema is None:
        pytest.skip(f"{official.package} {official.version}: the package registry cannot be reached")
    return jsonschema_rs.validator_for(schema, retriever=_refuse)


def _refuse(uri: str) -> NoReturn:
    raise AssertionError(f"a schema asks for {uri}")


def complete(official: Official) -> dict[str, Any]:
    """The document that has every field of a release, of which makers and we think alike."""
    path = ROOT / f"tests/schemas/versions/{official.name}.yaml"
    data: dict[str, Any] = data_of(path) if path.is_file() else example("data-product-complete")
    if official.api_version == "v3.2.0":
        table = data["schema"][0]
        table["properties"] = [
            column for column in table["properties"] if not untyped_columns(_table(column))
        ]
    return data


def parts(official: Official) -> list[dict[str, Any]]:
    """The complete document with a few servers, and all others in short ones: that is sooner judged."""
    data = complete(official)
    servers = data.get("servers", [])
    head = {key: value for key, value in data.items() if isinstance(value, str)}
    chunks = [servers[start : start + SERVERS] for start in range(0, len(servers), SERVERS)]
    if not chunks:
        return [data]
    return [{**data, "servers": chunks[0]}, *({**head, "servers": chunk} for chunk in chunks[1:])]


def examples(official: Official) -> Iterator[dict[str, Any]]:
    """Real documents and our own, as if they were of this release."""
    folder = "odcs" if official.kind == "DataContract" else "odps"
    paths = [
        *sorted(Path(EXAMPLE_FOLDER).glob(f"{folder}/*.yaml") if EXAMPLE_FOLDER else ()),
        *sorted((ROOT / "domains").rglob("*.odcs.yaml" if folder == "odcs" else "data-product.yaml")),
        *sorted((ROOT / "tests/schemas/versions").glob(f"{official.name.rsplit('-', 1)[0]}-*.yaml")),
        *sorted((ROOT / "tests/manifests/examples").glob("*.odcs.yaml" if folder == "odcs" else "-")),
    ]
    for data in (*map(data_of, paths), *(example(name) for name in EXAMPLES if _is_of(name, official))):
        for version in (official.api_version, *official.others):
            yield {**data, "apiVersion": version}


def _is_of(name: str, official: Official) -> bool:
    return official.kind == "DataProduct" and schema_of(name) == "data-product"


@cache
def ours(kind: str, api_version: str) -> jsonschema_rs.Validator:
    """Our schema, but for formats: says what `errors` says, without the words."""
    return jsonschema_rs.validator_for(
        dict(STORE.of(kind, api_version).schema), validate_formats=False, retriever=_refuse
    )


def disagreement(official: Official, theirs: jsonschema_rs.Validator, data: Any) -> tuple[bool, bool] | None:
    """Both verdicts, where they differ: ours, and the makers'."""
    verdicts = ours(official.kind, official.api_version).is_valid(data), theirs.is_valid(data)
    return verdicts if verdicts[0] != verdicts[1] else None


def test_a_complete_document_is_valid_for_both(official: Official, theirs: jsonschema_rs.Validator) -> None:
    assert errors(official.kind, complete(official)) == []
    assert theirs.is_valid(complete(official))


def test_examples_are_judged_alike(official: Official, theirs: jsonschema_rs.Validator) -> None:
    for data in examples(official):
        if found := disagreement(official, theirs, data):
            assert reasons(official, data, taken=found[0]), (data["id"], found)


def test_a_document_that_lacks_one_thing_is_judged_alike(
    official: Official, theirs: jsonschema_rs.Validator
) -> None:
    for done, data in chain.from_iterable(map(removals, parts(official))):
        found = disagreement(official, theirs, data)
        assert not found or reasons(official, data, taken=found[0]), (done, found)


def test_what_another_release_says_is_judged_alike(
    official: Official, theirs: jsonschema_rs.Validator
) -> None:
    for other in OFFICIAL:
        if other.kind == official.kind and other is not official:
            for done, data in grafts(complete(official), complete(other)):
                found = disagreement(official, theirs, data)
                assert not found or reasons(official, data, taken=found[0]), (other.name, done, found)


def all_mutants(official: Official) -> Iterator[tuple[str, Any]]:
    whole, *short = parts(official)
    yield from mutants(whole, MUTANTS - PER_PART * len(short), seed=7)
    for seed, part in enumerate(short):
        yield from mutants(part, PER_PART, seed)


def test_mutants_are_judged_alike(official: Official, theirs: jsonschema_rs.Validator) -> None:
    refused = 0
    for index, (done, mutant) in enumerate(all_mutants(official)):
        found = disagreement(official, theirs, mutant)
        assert not found or reasons(official, mutant, taken=found[0]), (done, found)
        refused += not theirs.is_valid(mutant)
        if index % EXPLAINED == 0:
            valid = ours(official.kind, official.api_version).is_valid(mutant)
            assert bool(errors(official.kind, mutant)) is not valid, done
    assert MUTANTS / 10 < refused < MUTANTS  # or the mutants would prove nothing


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.why)
def test_each_reason_to_differ_still_holds(
    official: Official, theirs: jsonschema_rs.Validator, reason: Reason
) -> None:
    if official.kind == "DataProduct":
        assert official.api_version not in reason.api_versions
        return
    head = {"kind": "DataContract", "id": "x", "version": "1.0.0", "status": "active"}
    data = {**head, "apiVersion": official.api_version, **reason.example}
    assert reason.holds(data)
    wanted = (reason.ours, not reason.ours) if official.api_version in reason.api_versions else None
    assert disagreement(official, theirs, data) == wanted
