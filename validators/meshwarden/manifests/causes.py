"""What an error of a JSON Schema means to whoever wrote the document: one thing wrong, at one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any, Final

import jsonschema_rs

from meshwarden.findings import Pointer, Severity
from meshwarden.manifests import subschemas
from meshwarden.manifests.branches import Errors, distance, wanted_types
from meshwarden.manifests.fields import at, text
from meshwarden.manifests.pointers import pointer_of
from meshwarden.manifests.schemas import JudgingSchema
from meshwarden.manifests.since import field_since, type_since, type_until, value_since
from meshwarden.manifests.wording import either, listed, quoted, shown, type_of

_LISTED: Final = 12  # values that a message lists; more go into the hint
_UNKNOWN: Final = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing wrong, and what it has to do with others.

    `follows`: perhaps wrong only since something at or below that place is. `lacks`: the fields of which one
    is wanted and not there. `meant`: the known field that an unknown one most likely is. `types`: those that
    are wanted in place of the value's own.
    """

    pointer: Pointer
    message: str
    hint: str | None = None
    on_key: bool = False
    severity: Severity | None = None
    follows: Pointer | None = None
    lacks: tuple[str, ...] = ()
    meant: str | None = None
    types: tuple[str, ...] = ()


class Causes:
    """The causes of the errors in one document, judged by one schema."""

    def __init__(self, data: Any, judged: JudgingSchema) -> None:
        self._data = data
        self._schema = judged.schema
        self._judged = judged

    def of(self, errors: Errors) -> Iterator[Cause]:
        """What each error means."""
        for error in errors:
            yield from self._of_kind(error, pointer_of(error, self._data))

    def _lacks_decider(self, pointer: Pointer, names: Sequence[str]) -> Cause:
        message = f"{shown(pointer, self._data)} lacks `{names[0]}`, which decides what else it may hold"
        return Cause((*pointer, names[0]), message, lacks=tuple(names))

    def _of_kind(self, error: jsonschema_rs.ValidationError, pointer: Pointer) -> Iterator[Cause]:
        kind, said = error.kind.name, error.kind.as_dict()
        if kind in {"anyOf", "oneOf"}:
            yield from self._branches(error, pointer, said.get("context") or [])
        elif kind in _UNKNOWN:
            yield from self._unknown_fields(error, pointer, said["unexpected"])
        elif kind == "not":
            yield self._forbidden(error, pointer)
        elif kind == "propertyNames":
            yield self._refused_key(pointer, said["error"])
        else:
            yield self._refused(error, pointer, said)

    def _branches(
        self, error: jsonschema_rs.ValidationError, pointer: Pointer, branches: Sequence[Errors]
    ) -> Iterator[Cause]:
        """The errors of the branch that was meant: one that the value's type and its fields fit."""
        here, value = shown(pointer, self._data), at(self._data, *pointer)
        choices = subschemas.required_only(self._schema, error.schema_path)
        given = [name for name in choices if isinstance(value, dict) and name in value]
        depth = len(error.instance_path)
        types = [wanted_types(branch, depth) for branch in branches]
        if branches and all(types):
            yield self._of_type(pointer, [name for names in types for name in names])
        elif len(given) > 1:
            message = f"{here} has {listed(given)}; wanted only one of them"
            yield Cause((*pointer, given[-1]), message, on_key=True)
        elif not all(branches) or not branches:
            yield Cause(pointer, f"{here} fits more than one of the forms that are allowed")
        elif given:
            yield from self.of(branches[choices.index(given[0])])
        elif choices:
            message = f"{here} needs one of {listed(choices)}, and has none"
            yield Cause((*pointer, choices[0]), message, lacks=tuple(choices))
        else:
            yield from self.of(min(branches, key=lambda branch: distance(branch, depth)))

    def _unknown_fields(
        self, error: jsonschema_rs.ValidationError, pointer: Pointer, names: Sequence[str]
    ) -> Iterator[Cause]:
        path, here = error.schema_path[:-1], shown(pointer, self._data)
        known = subschemas.known_properties(self._schema, path, at(self._data, *pointer))
        for name in names:
            place = (*pointer, name)
            deciders = subschemas.deciders(self._schema, path, name)
            if name in known:
                message = f"`{name}` is not allowed in {here} as it stands"
                yield Cause(place, message, on_key=True, follows=pointer)
            elif since := field_since(self._judged, self._data, place):
                yield self._field_of_later(place, since)
            elif deciders:
                yield self._field_of_another(place, deciders, known)
            else:
                all_known = subschemas.known_properties(self._schema, path)
                near = _nearest(name, known) or _nearest(name, all_known)
                hint = f"Did you mean `{near}`?" if near else _knows(known)
                yield Cause(place, f"`{name}` is no field of {here}", hint, on_key=True, meant=near)

    def _field_of_later(self, place: Pointer, since: str) -> Cause:
        """A field that the standard has, but not yet in the version that the document declares."""
        message = f"`{place[-1]}` is no field of {shown(place[:-1], self._data)} in {self._declared}"
        hint = f"Declare `apiVersion: {since}`, or leave it out."
        return Cause(place, f"{message}: it came with {since}", hint, on_key=True)

    def _mistyped(self, error: jsonschema_rs.ValidationError, pointer: Pointer, name: str) -> str | None:
        """A field that is most likely the one that lacks, where the schema lets unknown ones pass."""
        value = at(self._data, *pointer)
        known = subschemas.known_properties(self._schema, error.schema_path[:-1], value)
        near = _nearest(name, [key for key in value if key not in known])
        return f"Is that what `{near}` means?" if near else None

    def _of_type(self, pointer: Pointer, types: Sequence[str]) -> Cause:
        value = at(self._data, *pointer)
        cause = _of_type(pointer, shown(pointer, self._data), value, types)
        if later := type_since(self._judged, self._data, pointer):
            return replace(cause, hint=f"It may be {type_of(value)} from {later} on.")
        if earlier := type_until(self._judged, self._data, pointer):
            return replace(cause, hint=f"It was {type_of(value)} up to {earlier}.")
        return cause

    def _enumerated(self, pointer: Pointer, options: Sequence[Any]) -> Cause:
        value = at(self._data, *pointer)
        cause = _enumerated(pointer, shown(pointer, self._data), value, options)
        since = value_since(self._judged, self._data, pointer)
        return replace(cause, hint=f"It came with {since}; this is {self._declared}.") if since else cause

    @property
    def _declared(self) -> str:
        return text(self._data, "apiVersion") or "this version"

    def _field_of_another(
        self, place: Pointer, deciders: Sequence[tuple[str, Any]], known: Sequence[str]
    ) -> Cause:
        """A field that is known only where another one is there, or has another value."""
        name, (decider, _) = place[-1], deciders[0]
        holder = at(self._data, *place[:-1])
        if decider not in holder:
            return self._lacks_decider(place[:-1], [field for field, _ in deciders])
        message = f"`{name}` is no field of {shown(place[:-1], self._data)}"
        message += f", whose `{decider}` is {quoted(holder[decider])}"
        values = [quoted(value) for field, value in deciders if field == decider]
        hint = f"It is one where `{decider}` is {' or '.join(values)}."
        few = len(values) <= _LISTED // 2
        return Cause(
            place, message, hint if few else _knows(known), on_key=True, follows=(*place[:-1], decider)
        )

    def _forbidden(self, error: jsonschema_rs.ValidationError, pointer: Pointer) -> Cause:
        value, here = at(self._data, *pointer), shown(pointer, self._data)
        for name in subschemas.forbidden(self._schema, error.schema_path):
            if isinstance(value, dict) and name in value:
                return Cause((*pointer, name), f"`{name}` is not allowed in {here}", on_key=True)
        return Cause(pointer, f"{here} is of a form that is not allowed", follows=pointer)

    def _refused_key(self, pointer: Pointer, error: jsonschema_rs.ValidationError) -> Cause:
        said, key = error.kind.as_dict(), str(error.instance)
        form = f": it is not of the form `{said['pattern']}`" if "pattern" in said else ""
        message = f"{quoted(key)} is no key that {shown(pointer, self._data)} may have{form}"
        return Cause((*pointer, key), message, on_key=True)

    def _refused(
        self, error: jsonschema_rs.ValidationError, pointer: Pointer, said: Mapping[str, Any]
    ) -> Cause:
        value, here = at(self._data, *pointer), shown(pointer, self._data)
        match error.kind.name:
            case "required":
                name = said["property"]
                hint = self._mistyped(error, pointer, name)
                return Cause((*pointer, name), f"{here} lacks `{name}`", hint, lacks=(name,))
            case "type":
                return self._of_type(pointer, said["types"])
            case "enum":
                return self._enumerated(pointer, said["options"])
            case "const":
                message = f"{here} is {quoted(value)}; wanted {quoted(said['expected_value'])}"
                return Cause(pointer, message)
            case "pattern":
                message = f"{here} is {quoted(value)}, which is not of the form `{said['pattern']}`"
                return Cause(pointer, message)
            case "format":
                message = f"{here} is {quoted(value)}, which is no {said['format']}"
                return Cause(pointer, message, severity=Severity.WARNING)
            case "falseSchema":
                return Cause(pointer, f"{here} is not allowed here", on_key=True)
            case _:
                return Cause(pointer, f"{here}: {error.message}")


def _of_type(pointer: Pointer, here: str, value: Any, types: Sequence[str]) -> Cause:
    wanted = tuple(dict.fromkeys(types))
    plain = isinstance(value, int | float) and "string" in wanted  # `1.10` is a number, and loses its zero
    hint = "Quote it: without quotes YAML reads no text there." if plain else None
    return Cause(pointer, f"{here} is {type_of(value)}; wanted {either(wanted)}", hint, types=wanted)


def _enumerated(pointer: Pointer, here: str, value: Any, options: Sequence[Any]) -> Cause:
    words = [option for option in options if isinstance(option, str)]
    near = _nearest(value, words, cutoff=0.5) if isinstance(value, str) else None
    few = len(options) <= _LISTED
    wanted = f"one of {listed(options)}" if few else f"one of the {len(options)} values that its schema lists"
    hint = f"Did you mean `{near}`?" if near else None if few else f"It may be {listed(options)}."
    return Cause(pointer, f"{here} is {quoted(value)}; wanted {wanted}", hint)


def _nearest(name: str, names: Sequence[str], cutoff: float = 0.6) -> str | None:
    return next(iter(get_close_matches(name, names, n=1, cutoff=cutoff)), None)


def _knows(names: Sequence[str]) -> str | None:
    return f"It knows {listed(sorted(names))}." if names else None
