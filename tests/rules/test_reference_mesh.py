"""Mistakes in the reference mesh, found as users find them: just the one, at its place, and exit status 1."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests.reports_read import standing
from tests.rules.mistakes import Found, Mistake, make, mistakes

from meshwarden.rules.registry import PYTHON_RULES
from meshwarden.rules.rule import RenderedRule

Run = Callable[..., "CompletedProcess[str]"]

MISTAKES = list(mistakes("mistakes.yaml"))
RENDERED = {rule.id for rule in PYTHON_RULES if isinstance(rule, RenderedRule)}
IN_MANIFESTS = [mistake for mistake in MISTAKES if mistake.rule not in RENDERED]
IN_RENDERED = [mistake for mistake in MISTAKES if mistake.rule in RENDERED]
INSTALLED = [mistake for mistake in IN_RENDERED if not mistake.needs or find_spec(mistake.needs)]
WRONG_TYPES = list(mistakes("wrong_types.yaml"))

_TRIPS = "domains/source-aligned/trips"
_PRODUCT = f"{_TRIPS}/taxi-trips/data-product.yaml"
_CONTRACT = f"{_TRIPS}/taxi-trips/contracts/trips.odcs.yaml"
_OPERATORS = "platform/infrastructure-utility/02_operators/stage.yaml"
_ELSEWHERE = Mistake(
    rule="reference/team",
    path="domains/aggregate/mobility/domain.yaml",
    old="owner: mobility",
    new="owner: ‸mobilty",
    found_path="domains/aggregate/mobility/domain.yaml",
    found_at=None,
    padded=0,
    removes=False,
)


def _found(done: CompletedProcess[str]) -> list[Found]:
    """What the report of a check says was found. Nothing may have been left undone."""
    report = json.loads(done.stdout)
    assert report["errors"] == []
    return sorted(
        Found(finding["path"], finding["line"], finding["column"], finding["rule"])
        for finding in standing(report)
    )


def _check(meshwarden: Run, mesh: Path, *arguments: str) -> CompletedProcess[str]:
    return meshwarden(mesh, "check", "--fail-on", "info", "--format", "json", *arguments)


@pytest.mark.parametrize("mistake", IN_MANIFESTS, ids=lambda mistake: mistake.rule)
def test_a_mistake_in_a_manifest_is_found_once_at_its_place(
    mistake: Mistake, reference: Path, meshwarden: Run
) -> None:
    wanted = make(reference, [mistake])
    done = _check(meshwarden, reference, "--no-render")
    assert (_found(done), done.returncode) == (wanted, 1)


@pytest.mark.parametrize("mistake", IN_RENDERED, ids=lambda mistake: mistake.rule)
def test_a_mistake_in_what_is_rendered_is_found_once_at_its_place(
    mistake: Mistake, reference: Path, meshwarden: Run
) -> None:
    if mistake not in INSTALLED:
        pytest.skip(f"{mistake.needs} is not installed")
    wanted = make(reference, [mistake])
    done = _check(meshwarden, reference)
    assert (_found(done), done.returncode) == (wanted, 1)


def test_many_mistakes_at_once_are_all_found(reference: Path, meshwarden: Run) -> None:
    wanted = make(reference, IN_MANIFESTS)
    done = _check(meshwarden, reference, "--no-render")
    assert (_found(done), done.returncode) == (wanted, 1)


def test_a_mistake_of_each_rule_about_what_is_rendered_at_once(reference: Path, meshwarden: Run) -> None:
    one_a_rule = {mistake.rule: mistake for mistake in reversed(INSTALLED)}
    wanted = make(reference, one_a_rule.values())
    done = _check(meshwarden, reference)
    assert (_found(done), done.returncode) == (wanted, 1)


@pytest.mark.parametrize("mistake", WRONG_TYPES, ids=lambda mistake: f"{mistake.path}: {mistake.old}")
def test_a_wrong_type_is_one_finding(mistake: Mistake, reference: Path, meshwarden: Run) -> None:
    wanted = make(reference, [mistake])
    done = _check(meshwarden, reference, "--no-render")
    assert (_found(done), done.returncode) == (wanted, 1)


@pytest.mark.parametrize(
    ("path", "content", "line", "column", "rule"),
    [
        pytest.param(_PRODUCT, b"name: [taxi\n", 2, 1, "yaml/syntax", id="a broken product"),
        pytest.param(_CONTRACT, b"{", 1, 2, "yaml/syntax", id="a broken contract"),
        pytest.param(_OPERATORS, b"kind: Stage: x\n", 1, 12, "yaml/syntax", id="a broken stage"),
        pytest.param(
            f"{_TRIPS}/taxi-trips/deployment.yaml",
            b"spec:\n  access:\n    - expires: 2027-12-31\n      port: b: c\n",
            4,
            14,
            "yaml/syntax",
            id="a date where the text breaks",
        ),
        pytest.param("mesh.yaml", b"kind: Mesh: x\n", 1, 11, "yaml/syntax", id="a broken mesh.yaml"),
        pytest.param(_PRODUCT, b"", 1, 1, "schema/unknown-kind", id="an empty product"),
        pytest.param(_OPERATORS, b"# nothing\n", 1, 1, "schema/unknown-kind", id="an empty stage"),
        pytest.param("mesh.yaml", b"", 1, 1, "schema/unknown-kind", id="an empty mesh.yaml"),
        pytest.param(_CONTRACT, b"- a\n- b\n", 1, 1, "schema/unknown-kind", id="a list for a contract"),
        pytest.param(
            _CONTRACT, b"\x89PNG\r\n\x1a\n\x00", 1, 1, "yaml/encoding", id="a picture for a contract"
        ),
        pytest.param(f"{_TRIPS}/logo.yaml", b"\x89PNG\r\n\x1a\n\x00", 1, 1, "yaml/encoding", id="a picture"),
        pytest.param(f"{_TRIPS}/x.yaml", b"a: \x00\n", 1, 4, "yaml/encoding", id="a null byte"),
        pytest.param(f"{_TRIPS}/notes.yaml", b"", 1, 1, "layout/unknown-file", id="an empty file"),
        pytest.param(f"{_TRIPS}/x.json", b"{]", 1, 2, "yaml/syntax", id="broken JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_finding(
    path: str, content: bytes, line: int, column: int, rule: str, reference: Path, meshwarden: Run
) -> None:
    (reference / path).write_bytes(content)
    elsewhere = [] if path == "mesh.yaml" else make(reference, [_ELSEWHERE])  # which tells the teams
    done = _check(meshwarden, reference, "--no-render")
    assert (_found(done), done.returncode) == (sorted([Found(path, line, column, rule), *elsewhere]), 1)


@pytest.mark.parametrize(
    ("path", "content", "line", "column", "rule"),
    [
        pytest.param(
            f"{_TRIPS}/domain.yaml",
            "name: trips\nowner: trips\n",
            *(1, 1, "schema/unknown-kind"),
            id="a domain of an older tool",
        ),
        pytest.param(
            f"{_TRIPS}/domain.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Domain\nmetadata: {name: trips}\nspec: {}\n",
            *(1, 13, "schema/unknown-kind"),
            id="a domain of Backstage",
        ),
        pytest.param(
            f"{_TRIPS}/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: trips}\n",
            *(1, 1, "layout/unknown-file"),
            id="a component of Backstage",
        ),
        pytest.param(
            f"{_TRIPS}/bus/product.yaml",
            "apiVersion: dataproducts.example.org/v1\nkind: DataProduct\nmetadata: {name: bus}\n",
            *(1, 13, "schema/unknown-kind"),
            id="a data product of an operator",
        ),
        pytest.param(
            f"{_TRIPS}/bus/product.yaml",
            "apiVersion: v1.0.0\nkind: DataProduct\nid: bus\nname: bus\nstatus: draft\n"
            "support: [{channel: bus, url: https://chat.example.org/bus}]\nteam: {name: trips}\n",
            *(1, 1, "layout/path"),
            id="a data product of another name",
        ),
        pytest.param(
            _CONTRACT,
            "dataContractSpecification: 1.1.0\nid: d43d1388-44c4-4d9c-9685-f5b22276b2ce\n",
            *(1, 1, "schema/unknown-kind"),
            id="a contract in another specification",
        ),
        pytest.param(
            f"{_TRIPS}/taxi-trips/docker-compose.yaml",
            "services:\n  meters:\n    image: registry.example.org/meters:1.0.0\n",
            *(1, 1, "layout/unknown-file"),
            id="a file of docker",
        ),
        pytest.param(
            f"{_TRIPS}/taxi-trips/contracts/trips.avsc.json",
            '{"type": "record", "name": "Trip", "fields": []}\n',
            *(1, 1, "layout/unknown-file"),
            id="a schema of Avro",
        ),
    ],
)
def test_a_look_alike_is_one_finding(
    path: str, content: str, line: int, column: int, rule: str, reference: Path, meshwarden: Run
) -> None:
    (reference / path).parent.mkdir(exist_ok=True)
    (reference / path).write_text(content)
    elsewhere = make(reference, [_ELSEWHERE])
    done = _check(meshwarden, reference, "--no-render")
    assert (_found(done), done.returncode) == (sorted([Found(path, line, column, rule), *elsewhere]), 1)


@pytest.mark.parametrize(
    ("path", "old", "new", "wanted"),
    [
        pytest.param(
            f"{_TRIPS}/../weather/station-observations/deployment.yaml",
            "bucketId:",
            "bucketid:",
            "schema/violation",
            id="a field by another name, without which a flow cannot be rendered",
        ),
        pytest.param(
            "mesh.yaml",
            "      kafka: {namespace: kafka, cluster: city, authentication: tls}\n",
            "",
            "deployment/coordinates",
            id="an environment without Kafka, and so without topics",
        ),
    ],
)
def test_what_follows_from_a_mistake_is_not_told(
    path: str, old: str, new: str, wanted: str, reference: Path, meshwarden: Run
) -> None:
    """Also where everything is rendered and built."""
    place = (reference / path).resolve()
    place.write_text(place.read_text().replace(old, new, 1))
    assert [found.rule for found in _found(_check(meshwarden, reference))] == [wanted]
