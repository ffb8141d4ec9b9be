"""An object that Kustomize built → the manifest that it comes from, and the place of a field in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshwarden.findings import Place, Pointer, json_pointer
from meshwarden.manifests import fields
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.chart_places import place_of_chart
from meshwarden.render.documents import Written, objects_in
from meshwarden.render.server_of_object import contract_of_object, place_of_object
from meshwarden.render.targets.metadata import PREFIX
from meshwarden.render.targets.target import ObjectKind

_KEY: Final = ("domain", "product")  # the labels that make the key of a product


@dataclass(frozen=True)
class Origins:
    """The objects that were written by hand, by kind and name; the others are of contracts of the mesh."""

    mesh: Mesh
    written: Mapping[tuple[ObjectKind, str], Sequence[Written]]
    patches: Sequence[Manifest]  # JSON patches

    @classmethod
    def of(cls, mesh: Mesh, documents: Sequence[Manifest]) -> Origins:
        """The origins in all documents that the mesh is rendered with."""
        found: dict[tuple[ObjectKind, str], list[Written]] = defaultdict(list)
        for manifest in documents:
            if not manifest.known:
                for written in objects_in(manifest):
                    name = fields.text(written.data, "metadata", "name") or ""
                    found[ObjectKind.of(written.data), name].append(written)
        patches = [manifest for manifest in documents if isinstance(manifest.data, list)]
        return cls(mesh, found, patches)

    def place(
        self, built: BuiltObject, overlay: Overlay, pointer: Pointer = (), *, on_key: bool = False
    ) -> Place:
        """Where the field at `pointer` of an object in an overlay was written.

        The object's own file comes first, then patches that look like it but hold less, then JSON patches;
        where none has the field, the nearest place in the object's file is meant. Of an object that is
        rendered it is the server of its contract, or else where its unit asks for the chart that made it.
        """
        written = sorted(self._candidates(built, overlay), key=lambda one: _size(one.data), reverse=True)
        value = fields.at(built.data, *pointer)
        for candidate in written:
            if _has(candidate.data, pointer) and fields.at(candidate.data, *pointer) == value:
                return candidate.place(pointer, on_key=on_key)
        if not written:
            return self._of_rendered(built, overlay)
        return next(self._patched(overlay, pointer, value), written[0].place(pointer, on_key=on_key))

    def _patched(self, overlay: Overlay, pointer: Pointer, value: object) -> Iterator[Place]:
        """Where JSON patches in the folders that the overlay is made of put the value there."""
        folders = _folders(overlay)
        depths = {json_pointer(pointer[:depth]): depth for depth in range(1, len(pointer) + 1)}
        for patch in self.patches:
            for index, operation in enumerate(patch.data if patch.path.startswith(folders) else ()):
                depth = depths.get(fields.text(operation, "path") or "")
                if depth and fields.text(operation, "op") != "test":
                    own = (index, "value", *pointer[depth:])
                    if _has(patch.data, own) and fields.at(patch.data, *own) == value:
                        yield Place(patch.path, own, span=patch.document.span(own))

    def _candidates(self, built: BuiltObject, overlay: Overlay) -> Iterator[Written]:
        """The objects in the folders that the overlay is made of which may have become this one."""
        folders = _folders(overlay)
        for written in self.written.get((built.kind, built.name), ()):
            own = fields.text(written.data, "metadata", "namespace")
            here = written.path.startswith(folders) or written.path in overlay.unit.sources
            if here and own in (None, built.namespace):
                yield written

    def _of_rendered(self, built: BuiltObject, overlay: Overlay) -> Place:
        labels = fields.mapping(built.data, "metadata", "labels")
        product = self.mesh.products.get("/".join(str(labels.get(PREFIX + key)) for key in _KEY))
        if product and overlay.environment and contract_of_object(built.data):
            return place_of_object(product, overlay.environment, built.data)
        return place_of_chart(self.mesh, built, overlay)


def _folders(overlay: Overlay) -> tuple[str, ...]:
    paths = overlay.application.paths if overlay.application else overlay.unit.inputs
    return tuple(f"{path}/" for path in paths)


def _has(data: object, pointer: Pointer) -> bool:
    return not pointer or pointer[-1] in _keys(fields.at(data, *pointer[:-1]))


def _keys(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.keys()
    return range(len(value)) if isinstance(value, list) else ()


def _size(value: object) -> int:
    """How much an object holds: of a patch and the object that it is for, the latter is larger."""
    if isinstance(value, dict | list):
        return sum(map(_size, value.values() if isinstance(value, dict) else value))
    return 1
