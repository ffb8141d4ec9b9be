"""Which chart a manifest means: a product of the platform, or one below the manifest's own folder."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from meshwarden.manifests import fields
from meshwarden.mesh.records import Mesh, PlatformProduct
from meshwarden.render import names
from meshwarden.render.charts.release import Release


class Unnamed(Exception):
    """Why a manifest names no release: which key it is about, and what is wrong with it."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(reason)
        self.key = key
        self.reason = reason


def release_of(
    mesh: Mesh, folder: str, said: Mapping[str, Any], name: str, namespace: str, kubernetes: str | None
) -> Release:
    """The release that `said` means, in a manifest of a folder; called `name` if it does not say.

    Raises `Unnamed` where it means none.
    """
    release = fields.text(said, "release") or name
    if not names.is_release(release):
        reason = f"`{release}` is no name of a release: wanted an RFC 1123 label of at most 53 characters"
        raise Unnamed("release", reason)
    if not names.is_label(namespace):
        raise Unnamed("namespace", f"`{namespace}` is no name of a namespace")
    values = fields.text(said, "values")
    return Release(
        chart=_chart(mesh, folder, said),
        values=_below(folder, values, "values") if values else None,
        name=release,
        namespace=namespace,
        kubernetes=kubernetes,
    )


def product_named(mesh: Mesh, said: Mapping[str, Any]) -> PlatformProduct | None:
    """The product of the platform that `said` names; None if it names none that there is."""
    name = fields.text(said, "product")
    return next((found for found in mesh.platform_products if found.name == name), None) if name else None


def _chart(mesh: Mesh, folder: str, said: Mapping[str, Any]) -> str:
    name = fields.text(said, "product")
    if name is None:
        return _below(folder, fields.text(said, "chart") or ".", "chart")
    product = product_named(mesh, said)
    if product is None or product.package != "helm" or not product.path:
        raise Unnamed("product", f"`{name}` is no product of the platform whose package is a Helm chart")
    return _below(product.manifest.folder, product.path, "product")


def _below(folder: str, path: str, key: str) -> str:
    found = posixpath.normpath(posixpath.join(folder, path))
    if not found.startswith(f"{folder}/"):
        raise Unnamed(key, f"`{path}` names nothing below `{folder}`")
    return found
