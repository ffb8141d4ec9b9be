"""What tests of policies share: the real OPA, policies written on the spot, and the reference mesh."""

from __future__ import annotations

import contextlib
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from meshwarden.findings import Fault
from meshwarden.manifests.recognise import recognise
from meshwarden.manifests.settings import read_settings
from meshwarden.mesh.index import build_mesh
from meshwarden.mesh.records import Mesh
from meshwarden.policy.batch import PolicyDocument
from meshwarden.policy.judgement import Judgement, Limits, judge
from meshwarden.policy.modules import Module, Policy, PolicyFailure, policies
from meshwarden.policy.opa import Opa, OpaAt
from meshwarden.policy.server import Server
from meshwarden.sources.reader import read
from meshwarden.tools.find import find

CHECKOUT = Path(__file__).resolve().parents[2]
NOWHERE = dict.fromkeys(("path", "folder", "kind", "domain", "product", "plane", "stage", "environment"))


def real_opa() -> Path:
    """The OPA that all of these tests run; without one they fail, as nothing here is worth skipping."""
    found = find("opa")
    assert found is not None, "there is no opa"
    return found.path


@pytest.fixture(scope="session")
def opa() -> Path:
    return real_opa()


def rego(path: str, text: str, *, own: bool = False) -> Module:
    """A module of a mesh, or with `own` one of meshwarden's."""
    return Module(path, textwrap.dedent(text).lstrip("\n"), own)


def document(data: Any, path: str = "a.yaml", kind: str = "Domain") -> PolicyDocument:
    return PolicyDocument(path, kind, data, {**NOWHERE, "path": path, "kind": kind})


@contextlib.contextmanager
def served(
    modules: Sequence[Module], url: str | None = None
) -> Iterator[tuple[Server, list[Policy], list[PolicyFailure]]]:
    """An OPA that has the modules, ready to be asked."""
    opa = Opa(OpaAt(real_opa(), url), modules)
    try:
        yield opa.ready()
    finally:
        opa.close()


def judged(
    modules: Sequence[Module],
    documents: Sequence[PolicyDocument],
    mesh: Any = None,
    limits: Limits | None = None,
    url: str | None = None,
) -> Judgement:
    """What the real OPA says of the documents, with what it refuses of the modules."""
    with served(modules, url) as (server, found, failures):
        judgement = Judgement(failures=list(failures))
        judge(server, found, documents, mesh, judgement, limits or Limits())
        return judgement


def messages(judgement: Judgement) -> list[str]:
    return sorted(fault.message for _, fault in judgement.faults)


def told(judgement: Judgement) -> list[tuple[str, Fault]]:
    return sorted(((policy.id, fault) for policy, fault in judgement.faults), key=repr)


def ids(modules: Sequence[Module]) -> dict[str, tuple[str, ...]]:
    """The rules of the modules, each with the names that yield its results."""
    return {policy.id: policy.entries for policy in policies(modules)}


def mesh_of(files: Mapping[str, bytes]) -> Mesh:
    """The mesh that the files make up, read as a check reads them."""
    settings = read_settings(read("mesh.yaml", files.get("mesh.yaml", b"")).data)
    manifests = [recognise(read(path, content), settings.layout) for path, content in files.items()]
    return build_mesh(settings, manifests, sorted(files))


def reference_files() -> dict[str, bytes]:
    """The manifests of the reference mesh, without what belongs to its components."""
    paths = [CHECKOUT / "mesh.yaml"]
    for pattern in ("domain.yaml", "data-product.yaml", "deployment.yaml", "*.odcs.yaml"):
        paths += sorted((CHECKOUT / "domains").rglob(pattern))
    for pattern in ("*/plane.yaml", "*/*/stage.yaml", "*/products/*/product.yaml"):
        paths += sorted((CHECKOUT / "platform").glob(pattern))
    return {path.relative_to(CHECKOUT).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def reference_mesh() -> Mesh:
    return mesh_of(reference_files())
