"""The environments that manifests name, and whether it is known which ones they mean.

A list of environments holds names, or objects that override what stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.mesh.records import Mesh, Product


def environments_of(spec: Any) -> tuple[tuple[str, ...], Mapping[str, Mapping[str, Any]]]:
    """The names under `environments`, each once, and what they override by name."""
    found = [(name, entry) for _, name, entry in fields.named(spec, "environments")]
    return tuple(dict.fromkeys(name for name, _ in found)), {name: entry for name, entry in found if entry}


def named_environments(data: Any) -> Iterator[tuple[str, Pointer]]:
    """The names under `spec.environments` of a manifest, each with its place."""
    for index, name, entry in fields.named(data, "spec", "environments"):
        yield name, ("spec", "environments", index, *(["name"] if entry else []))


def are_clear(data: Any, known: Collection[str]) -> bool:
    """Whether all of a manifest's environments can be read, and are among `known`.

    What is mistyped may be any of those that seem to be missing.
    """
    said = fields.at(data, "spec", "environments")
    names = [name for name, _ in named_environments(data)]
    return said is None or (isinstance(said, list) and len(names) == len(said) and set(names) <= set(known))


def of_mesh(mesh: Mesh) -> tuple[str, ...]:
    """The mesh's environments in the order of promotion; empty where mesh.yaml does not tell all of them."""
    names = mesh.settings.environment_names
    listed = mesh.root.data if mesh.root else None
    clear = len(names) == len(fields.entries(listed, "spec", "environments"))
    return tuple(dict.fromkeys(names)) if clear else ()


def of_domain(mesh: Mesh, product: Product, known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The environments of a product's domain, those of the mesh if it says none; None if not known."""
    domain = mesh.domains.get(product.domain)
    if domain is None:
        return None if mesh.unread("Domain") else known
    return (domain.environments or known) if are_clear(domain.manifest.data, known) else None
