"""The fields by which manifests name files and folders: whose files these are, and whether they are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields

SOURCES: Final = ("helm", "kustomize", "operator", "terraform")  # what a component of a stage may be made of
_OF_A_COMPONENT: Final = (
    *(("kustomize", "path"), ("operator", "path"), ("terraform", "path")),
    *(("helm", "chart"), ("helm", "values")),
)
_OF_A_RUNTIME: Final = (("helm", "chart"), ("helm", "values"), ("kubernetes", "path"))


def named_paths(kind: str, data: Any) -> Iterator[tuple[Pointer, str]]:
    """The paths that a manifest of a kind names, each with its place."""
    if kind == "PlatformProduct":
        yield from _texts(data, ("spec",), [("path",)])
    elif kind == "Stage":
        for pointer in components(data):
            yield from _texts(data, pointer, _OF_A_COMPONENT)
    elif kind == "DataProductDeployment":
        for pointer in _holders(data):
            yield from _texts(data, (*pointer, "runtime"), _OF_A_RUNTIME)


def named_products(data: Any) -> Iterator[tuple[Pointer, str]]:
    """The products of the platform that a stage's components or a deployment's runtime name, with places."""
    for pointer in components(data):
        yield from _texts(data, pointer, [(source, "product") for source in SOURCES])
    for pointer in _holders(data):
        yield from _texts(data, (*pointer, "runtime"), [("helm", "product")])


def components(data: Any) -> Iterator[Pointer]:
    """Where a stage tells of its components: for all environments, then what single ones override."""
    for holder in _holders(data):
        for index, _ in fields.mappings(data, *holder, "components"):
            yield (*holder, "components", index)


def says_where(component: Any) -> bool:
    """Whether a component of a stage names where its files are, or the platform's product that has them."""
    named = (*_OF_A_COMPONENT, *((source, "product") for source in SOURCES))
    return any(fields.text(component, *keys) for keys in named)


def _holders(data: Any) -> Iterator[Pointer]:
    yield ("spec",)
    for index, _ in fields.mappings(data, "spec", "environments"):
        yield ("spec", "environments", index)


def _texts(data: Any, above: Pointer, below: Iterable[tuple[str, ...]]) -> Iterator[tuple[Pointer, str]]:
    for keys in below:
        if found := fields.text(data, *above, *keys):
            yield (*above, *keys), found
