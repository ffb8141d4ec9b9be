"""An object that Kustomize built → the manifest that it comes from, and the place of a field in it."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from meshwarden.findings import Place, Pointer, json_pointer
from meshwarden.manifests import fields
from meshwarden.manifests.kustomizations import FILES
from meshwarden.manifests.recognise import Manifest
from meshwarden.mesh.records import Mesh
from meshwarden.render.built_objects import BuiltObject, Overlay
from meshwarden.render.chart_places import place_of_chart
from meshwarden.render.documents import Written, objects_in
from meshwarden.render.server_of_object import contract_of_object, place_of_object
from meshwarden.render.targets.metadata import PREFIX
from meshwarden.render.targets.target import ObjectKind
from meshwarden.sources.reader import read

_INLINE: Final = ("patches", "patchesJson6902")
_KEY: Final = ("domain", "product")  # the labels that make the key of a product


@dataclass(frozen=True, slots=True)
class _Patch:
    """A patch of Kustomize's: a JSON patch in a file of its own, or one of either form in a kustomization.

    `above` is where it stands there, as a text; None of a file of its own.
    """

    manifest: Manifest
    data: object
    above: Pointer | None = None

    def places_of(self, pointer: Pointer) -> Iterator[Pointer]:
        """The places in the patch at which it may say what stands at `pointer` of an object."""
        if not isinstance(self.data, list):
            yield pointer
            return
        depths = {json_pointer(pointer[:depth]): depth for depth in range(1, len(pointer) + 1)}
        for index, operation in enumerate(self.data):
            depth = depths.get(fields.text(operation, "path") or "")
            if depth and fields.text(operation, "op") != "test":
                yield (index, "value", *pointer[depth:])

    def place(self, own: Pointer) -> Place:
        """A place in the patch; of a text in a kustomization it is the text."""
        said = own if self.above is None else self.above
        return Place(self.manifest.path, said, span=self.manifest.document.span(said))


def _patches(manifest: Manifest) -> Iterator[_Patch]:
    """The patches of a document, but for those that look like objects and have files of their own."""
    if isinstance(manifest.data, list):
        yield _Patch(manifest, manifest.data)
    elif posixpath.basename(manifest.path) in FILES:
        for field in _INLINE:
            for index, entry in fields.mappings(manifest.data, field):
                if text := fields.text(entry, "patch"):
                    data = read(manifest.path, text.encode("utf-8", "surrogatepass")).data
                    yield _Patch(manifest, data, (field, index, "patch"))


@dataclass(frozen=True)
class Origins:
    """The objects that were written by hand, by kind and name; the others are of contracts of the mesh."""

    mesh: Mesh
    written: Mapping[tuple[ObjectKind, str], Sequence[Written]]
    patches: Sequence[_Patch]

    @classmethod
    def of(cls, mesh: Mesh, documents: Sequence[Manifest]) -> Origins:
        """The origins in all documents that the mesh is rendered with."""
        found: dict[tuple[ObjectKind, str], list[Written]] = defaultdict(list)
        for manifest in documents:
            if not manifest.known:
                for written in objects_in(manifest):
                    name = fields.text(written.data, "metadata", "name") or ""
                    found[ObjectKind.of(written.data), name].append(written)
        return cls(mesh, found, [patch for manifest in documents for patch in _patches(manifest)])

    def place(
        self, built: BuiltObject, overlay: Overlay, pointer: Pointer = (), *, on_key: bool = False
    ) -> Place:
        """Where the field at `pointer` of an object in an overlay was written.

        The object's own file comes first, then patches that look like it but hold less, then JSON patches and
        those that stand in kustomizations; where none has the field, the nearest place in the object's file
        is meant. Of an object that is rendered it is the server of its contract, or else where its unit asks
        for the chart that made it.
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
        """Where patches in the folders that the overlay is made of put the value there."""
        folders = _folders(overlay)
        for patch in self.patches:
            if patch.manifest.path.startswith(folders):
                places = patch.places_of(pointer)
                said = (
                    own for own in places if _has(patch.data, own) and fields.at(patch.data, *own) == value
                )
                yield from map(patch.place, said)

    def _candidates(self, built: BuiltObject, overlay: Overlay) -> Iterator[Written]:
        """The objects in the folders that the overlay is made of which may have become this one.

        Of a namespace that nobody wrote it is another that was moved there; of a name that nobody wrote the
        longest that it holds, as kustomizations put something before names or after them.
        """
        here = self._here(built, overlay, built.name)
        if not here:
            names = {
                name for kind, name in self.written if kind == built.kind and name and name in built.name
            }
            renamed = (self._here(built, overlay, name) for name in sorted(names, key=len, reverse=True))
            here = next(filter(None, renamed), [])
        of_it = [one for one in here if _namespace(one.data) in (None, built.namespace)]
        yield from of_it or here

    def _here(self, built: BuiltObject, overlay: Overlay, name: str) -> list[Written]:
        """The objects of its kind called `name` in the folders that the overlay is made of."""
        folders = _folders(overlay)
        return [
            written
            for written in self.written.get((built.kind, name), ())
            if written.path.startswith(folders) or written.path in overlay.unit.sources
        ]

    def _of_rendered(self, built: BuiltObject, overlay: Overlay) -> Place:
        labels = fields.mapping(built.data, "metadata", "labels")
        product = self.mesh.products.get("/".join(str(labels.get(PREFIX + key)) for key in _KEY))
        if product and overlay.environment and contract_of_object(built.data):
            return place_of_object(product, overlay.environment, built.data)
        return place_of_chart(self.mesh, built, overlay)


def _namespace(data: object) -> str | None:
    return fields.text(data, "metadata", "namespace")


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
