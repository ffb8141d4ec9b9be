"""Writes the tables of the documentation that the code itself knows: `python docs/tables.py`.

They stand in README.md and in the pages of docs/, each between two marks of which the first names it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import logical_types  # of docs/
from meshwarden.render.keeping import HOLDING, HOLDING_NOTHING, Keeping
from meshwarden.render.runtimes.registry import RUNTIMES
from meshwarden.render.targets.registry import TARGETS
from meshwarden.render.targets.target import ObjectKind
from meshwarden.render.terraform.controller import KIND as TERRAFORM

CHECKOUT: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class System:
    """A way to render something: what from, to which kinds, and the tests that prove it."""

    name: str
    source: str
    kinds: tuple[ObjectKind, ...]
    tests: tuple[str, ...]


def _targets(*names: str) -> tuple[ObjectKind, ...]:
    found = (TARGETS[name].kinds for name in names)
    return tuple(dict.fromkeys(kind for kinds in found for kind in kinds))


SYSTEMS: Final = (
    System("S3 (AWS Controllers for Kubernetes)", "servers `s3`", _targets("s3"), ("render/test_targets",)),
    System(
        "Glue (AWS Controllers for Kubernetes)",
        "servers `glue`, `athena`",
        _targets("glue"),
        ("render/test_glue",),
    ),
    System(
        "Cloud Storage (Config Connector)", "servers `s3` at `gs://…`", _targets("gcs"), ("render/test_gcs",)
    ),
    System(
        "BigQuery (Config Connector)", "servers `bigquery`", _targets("bigquery"), ("render/test_bigquery",)
    ),
    System("Pub/Sub (Config Connector)", "servers `pubsub`", _targets("pubsub"), ("render/test_pubsub",)),
    System("Kafka (Strimzi)", "servers `kafka`", _targets("kafka"), ("render/test_targets",)),
    System(
        "PostgreSQL (CloudNativePG)",
        "servers `postgres`, `postgresql`",
        _targets("postgres", "postgres-own"),
        ("render/test_postgres",),
    ),
    System(
        "Redshift (Terraform, tofu-controller)",
        "servers `redshift`",
        _targets("redshift"),
        ("render/test_redshift",),
    ),
    System("NiFi (NiFiKop)", "runtime `nifi`", RUNTIMES["nifi"].kinds, ("render/test_nifi",)),
    System(
        "Helm", "runtime `helm`, components `helm`", (), ("render/test_helm", "render/test_chart_components")
    ),
    System("Kubernetes", "runtime `kubernetes`", (), ("render/test_kubernetes_runtime",)),
    System("Kustomize, operators", "components `kustomize`, `operator`", (), ("render/test_stages",)),
    System(
        "Terraform in a cluster (tofu-controller)",
        "components `terraform`",
        (TERRAFORM,),
        ("render/test_terraform",),
    ),
    System(
        "Terraform by a pipeline",
        "components `terraform` of a stage `appliedBy: pipeline`",
        (),
        ("render/test_pipeline",),
    ),
)


def _by_hand() -> tuple[ObjectKind, ...]:
    """The kinds of operators that no contract is rendered to: stages have them as they were written."""
    rendered = {kind for system in SYSTEMS for kind in system.kinds}
    own = ("argoproj.io", "apiextensions.k8s.io", "")
    known = (*HOLDING, *HOLDING_NOTHING)
    return tuple(kind for kind in known if kind not in rendered and kind.group not in own)


def systems_table() -> str:
    """System, kinds, what they are rendered from, which of them are kept, and how that is proved."""
    rows = [
        (
            system.name,
            _kinds(system.kinds) or _OF_ITS_OWN.get(system.name, ""),
            system.source,
            _kinds(kind for kind in system.kinds if kind in HOLDING) or "by what the object says",
            ", ".join(f"`tests/{name}.py`" for name in system.tests),
        )
        for system in (*SYSTEMS, System("Stages", "written by hand", _by_hand(), ("platform/test_kinds",)))
    ]
    return _table(("system", "kinds", "rendered from", "kept on deletion", "proved by"), rows)


_OF_ITS_OWN: Final[Mapping[str, str]] = {
    "Helm": "what the chart makes",
    "Kubernetes": "the product's own manifests",
    "Kustomize, operators": "the folder's own objects",
    "Terraform by a pipeline": "variables and backends as JSON, `order.json`",
}


def keeping_table() -> str:
    """Each kind, what its controller does when an object is deleted, and what keeps the data."""
    rows = [
        (
            f"`{kind.group}`" if kind.group else "",
            kind.kind,
            found.deletion,
            _written(found),
            f"<{found.source}>",
        )
        for kind, found in sorted(HOLDING.items(), key=lambda pair: (pair[0].group, pair[0].kind))
    ]
    head = ("group", "kind", "when an object is deleted, its controller", "so it says", "source")
    return _table(head, rows)


def passing_table() -> str:
    """The kinds that hold nothing, and what ends with an object."""
    rows = [
        (f"`{kind.group}`", kind.kind, ends)
        for kind, ends in sorted(HOLDING_NOTHING.items(), key=lambda pair: (pair[0].group, pair[0].kind))
    ]
    return _table(("group", "kind", "when it is pruned"), rows)


def types_table() -> str:
    """What each logical type becomes in each system."""
    head, *rows = logical_types.rows()
    return _table(head, rows)


def _written(found: Keeping) -> str:
    said = [f"`{key}: {value}`" for key, value in found.annotations.items()]
    said += [f"`spec.{key}: {str(value).lower()}`" for key, value in found.spec.items()]
    return " ".join(["`Prune=false,Delete=false`", *said])


def _kinds(kinds: Iterable[ObjectKind]) -> str:
    return ", ".join(dict.fromkeys(kind.kind for kind in kinds))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "systems": systems_table,
    "kinds that hold data": keeping_table,
    "kinds that hold nothing": passing_table,
    "logical types": types_table,
}
_MARKED: Final = re.compile(r"(<!-- table: ([a-z ]+) -->\n).*?(<!-- end of the table -->)", re.DOTALL)


def pages() -> Iterator[tuple[Path, str]]:
    """The files with tables in them, each as it ought to be."""
    for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))):
        text = path.read_text("utf-8")
        yield path, _MARKED.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


def main() -> int:
    """Writes what differs, and tells it."""
    for path, text in pages():
        if path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"{path.relative_to(CHECKOUT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
