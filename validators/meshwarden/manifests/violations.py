"""What a kind's JSON Schema refuses in a document, as one fault a cause.

jsonschema-rs proves: a valid document ends after one call. Only for what fails its errors are explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from meshwarden.findings import Fault, Place, Pointer
from meshwarden.manifests.causes import Cause, Causes
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import JudgingSchema
from meshwarden.manifests.wording import either


def violations(manifest: Manifest, schema: JudgingSchema) -> Iterator[Fault]:
    """The faults that the schema of its kind finds in a manifest."""
    for cause in causes_of(manifest.data, schema):
        place = Place(manifest.path, cause.pointer, on_key=cause.on_key)
        yield Fault(cause.message, place, cause.hint, cause.severity)


def causes_of(data: Any, schema: JudgingSchema) -> Iterator[Cause]:
    """What a schema refuses in a document, each with its cause once."""
    validator = schema.validator
    if validator.is_valid(data):
        return
    causes = list(Causes(data, schema).of(validator.iter_errors(data)))
    own = _unexplained(causes)
    yield from _one_a_place(own or causes[:1])


def _unexplained(causes: Sequence[Cause]) -> list[Cause]:
    """The causes that do not only follow from others: a mistyped field is lacking under its true name."""
    meant = {(cause.pointer[:-1], cause.meant) for cause in causes if cause.meant}
    there = {above for cause in causes if cause.follows is None for above in _above(cause.pointer)}

    def is_explained(cause: Cause) -> bool:
        if cause.lacks:
            return any((cause.pointer[:-1], name) in meant for name in cause.lacks)
        return cause.follows is not None and cause.follows in there

    return [cause for cause in causes if not is_explained(cause)]


def _above(pointer: Pointer) -> Iterator[Pointer]:
    """A place and all above it."""
    return (pointer[:depth] for depth in range(len(pointer) + 1))


def _one_a_place(causes: Sequence[Cause]) -> Iterator[Cause]:
    """The first cause at each place; types that several branches want are wanted alternatively."""
    at_place: dict[object, list[Cause]] = {}
    for cause in causes:
        at_place.setdefault((cause.pointer, cause.on_key), []).append(cause)
    for first, *others in at_place.values():
        types = [name for cause in (first, *others) for name in cause.types]
        if others and all(cause.types for cause in others) and first.types:
            said = first.message.partition("; wanted ")[0]
            yield replace(first, message=f"{said}; wanted {either(types)}")
        else:
            yield first
