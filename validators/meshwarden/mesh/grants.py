"""Whom a deployment.yaml lets in: in all environments, or in those that have a list of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.mesh.records import Grant


def access_lists(data: Any) -> Iterator[tuple[str | None, Pointer]]:
    """Where the lists of grants stand, each with the environment that it is for.

    The first, with None, is for all environments without one of their own: lists replace, and do not merge.
    """
    yield None, ("spec", "access")
    for index, name, override in fields.named(data, "spec", "environments"):
        if "access" in override:
            yield name, ("spec", "environments", index, "access")


def grants_of(data: Any) -> Iterator[Grant]:
    """The grants that say who may read which port."""
    for environment, pointer in access_lists(data):
        for index, said in fields.mappings(data, *pointer):
            consumer, port = fields.text(said, "consumer"), fields.text(said, "port")
            if consumer and port:
                yield Grant(
                    consumer=consumer,
                    port=port,
                    purpose=fields.text(said, "purpose"),
                    expires=fields.text(said, "expires"),
                    environment=environment,
                    pointer=(*pointer, index),
                )
