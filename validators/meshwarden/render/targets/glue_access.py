"""What reading and filling tables of Glue's takes, as statements of IAM."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from meshwarden.render.targets import iam
from meshwarden.render.targets.glue_databases import Database

# https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
READ: Final = (
    "glue:BatchGetPartition",
    "glue:GetDatabase",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:GetTable",
)
FILL: Final = (
    "glue:BatchCreatePartition",
    "glue:BatchDeletePartition",
    "glue:BatchUpdatePartition",
    "glue:CreatePartition",
    "glue:DeletePartition",
    "glue:UpdatePartition",
)


def statements(
    database: Database,
    tables: Sequence[Mapping[str, Any]],
    place: iam.Place | None,
    subject: iam.Subject,
    writes: bool,
) -> Iterator[iam.Statement]:
    """Reading the tables, filling those with partitions, and the files where they are the contract's."""
    yield _on_tables("Catalogue", READ, database, tables, subject)
    partitioned = [spec for spec in tables if "partitionKeys" in spec]
    if writes and partitioned:
        yield _on_tables("Partitions", FILL, database, partitioned, subject)
    if place:
        yield from iam.files(place, subject, writes)


def _on_tables(
    sid: str,
    actions: Iterable[str],
    database: Database,
    tables: Iterable[Mapping[str, Any]],
    subject: iam.Subject,
) -> iam.Statement:
    """Glue asks for the catalogue and the database too, of whoever asks for a table."""
    within = ["catalog", f"database/{database.name}"]
    within += [f"table/{database.name}/{spec['name']}" for spec in tables]
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": list(actions),
        "Resource": [subject.arn("glue", database.region, resource) for resource in within],
    }
