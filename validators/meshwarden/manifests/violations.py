"""What a kind's JSON Schema refuses in a document, as one fault a cause.

jsonschema-rs proves: a valid document ends after one call. Only for what fails its errors are explained.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

import jsonschema_rs

from meshwarden.findings import Fault, Place, Pointer, Severity
from meshwarden.manifests.fields import at, text
from meshwarden.manifests.recognise import Manifest
from meshwarden.manifests.schemas import KindSchema
from meshwarden.manifests.subschemas import known_properties, required_only

_TYPES: Final = {"object": "a mapping", "array": "a list", "null": "empty", "integer": "an integer"}
_LISTED: Final = 12  # values that a message lists
_UNKNOWN: Final = ("additionalProperties", "unevaluatedProperties", "falseSchema")


def violations(manifest: Manifest, kind_schema: KindSchema) -> Iterator[Fault]:
    """The faults that the schema of its kind finds in a manifest."""
    if kind_schema.validator.is_valid(manifest.data):
        return
    causes = list(
        _causes(kind_schema.validator.iter_errors(manifest.data), manifest.data, kind_schema.schema)
    )
    said = set()
    for cause in causes:
        if any(_explains(other, cause) for other in causes):
            continue
        if (cause.pointer, cause.message) not in said:
            said.add((cause.pointer, cause.message))
            place = Place(manifest.path, cause.pointer, on_key=cause.on_key)
            yield Fault(cause.message, place, cause.hint, cause.severity)


@dataclass(frozen=True, slots=True)
class _Cause:
    """One thing wrong. `cascades`: perhaps named only since something else at or below its mapping fails."""

    pointer: Pointer
    message: str
    hint: str | None = None
    on_key: bool = False
    severity: Severity | None = None
    cascades: bool = False
    meant: str | None = None  # the known field that an unknown one most likely is
    lacks: tuple[str, ...] = ()  # the fields of which one is wanted and not there

    @property
    def mapping(self) -> Pointer:
        """Where the mapping stands that the cause is about."""
        return self.pointer[:-1] if self.pointer else ()


def _explains(other: _Cause, cause: _Cause) -> bool:
    """Whether `cause` is only what follows from `other`: a mistyped field is lacking under its true name."""
    if cause.lacks:
        return other.meant in cause.lacks and other.mapping == cause.mapping
    return cause.cascades and not other.cascades and other.pointer[: len(cause.mapping)] == cause.mapping


def _causes(
    errors: Iterable[jsonschema_rs.ValidationError], data: Any, schema: Mapping[str, Any]
) -> Iterator[_Cause]:
    for error in errors:
        kind = error.kind.name
        branches = error.kind.as_dict().get("context") if kind in ("anyOf", "oneOf") else None
        if branches and all(branches):  # else a oneOf of which several branches hold
            yield from _branches(error, branches, data, schema)
        elif kind in _UNKNOWN:
            yield from _unknown_fields(error, data, schema)
        elif kind == "required":
            yield _missing(error, error.kind.as_dict()["property"], data)
        else:
            yield _refused(error, data, schema)


def _branches(
    error: jsonschema_rs.ValidationError,
    branches: Sequence[Sequence[jsonschema_rs.ValidationError]],
    data: Any,
    schema: Mapping[str, Any],
) -> Iterator[_Cause]:
    """The errors of the branch that was meant: one that the value's type and discriminating fields fit."""
    pointer = _pointer(error, data)
    depth = len(error.instance_path)
    types = [_wanted_types(branch, depth) for branch in branches]
    if all(types):
        wanted = sorted({name for names in types for name in names or ()})
        yield _Cause(
            pointer, f"{_shown(pointer, data)} is {_type_of(at(data, *pointer))}; wanted {_either(wanted)}"
        )
        return
    choices = required_only(schema, error.schema_path)
    if choices:
        message = f"{_shown(pointer, data)} needs one of {_listed(choices)}, and has none"
        yield _Cause((*pointer, choices[0]), message, lacks=tuple(choices))
        return
    meant = min(branches, key=lambda branch: _distance(branch, depth))
    yield from _causes(meant, data, schema)


def _wanted_types(branch: Sequence[jsonschema_rs.ValidationError], depth: int) -> Sequence[str] | None:
    for error in branch:
        if error.kind.name == "type" and len(error.instance_path) == depth:
            return list(error.kind.as_dict()["types"])
    return None


def _distance(branch: Sequence[jsonschema_rs.ValidationError], depth: int) -> tuple[bool, int, int]:
    """How far a value is from a branch: wrong type, then wrong discriminators, then the number of errors."""
    wrong_type = any(error.kind.name == "type" and len(error.instance_path) == depth for error in branch)
    near = [error for error in branch if len(error.instance_path) <= depth + 1]
    discriminators = [error for error in near if error.kind.name in ("const", "enum")]
    return (wrong_type, len(discriminators), len(branch))


def _unknown_fields(
    error: jsonschema_rs.ValidationError, data: Any, schema: Mapping[str, Any]
) -> Iterator[_Cause]:
    pointer = _pointer(error, data)
    if error.kind.name == "falseSchema":
        yield _Cause(pointer, f"`{pointer[-1] if pointer else ''}` is not allowed here", on_key=True)
        return
    known = known_properties(schema, error.schema_path[:-1])
    where = _shown(pointer, data)
    for key in error.kind.as_dict()["unexpected"]:
        if key in known:
            yield _Cause(
                (*pointer, key), f"`{key}` is not allowed in {where} as it stands", on_key=True, cascades=True
            )
            continue
        near = get_close_matches(key, known, n=1, cutoff=0.6)
        hint = (
            f"Did you mean `{near[0]}`?" if near else f"It knows {_listed(sorted(known))}." if known else None
        )
        meant = near[0] if near else None
        yield _Cause((*pointer, key), f"`{key}` is no field of {where}", hint, on_key=True, meant=meant)


def _missing(error: jsonschema_rs.ValidationError, name: str, data: Any) -> _Cause:
    pointer = _pointer(error, data)
    return _Cause((*pointer, name), f"{_shown(pointer, data)} lacks `{name}`", lacks=(name,))


def _refused(error: jsonschema_rs.ValidationError, data: Any, schema: Mapping[str, Any]) -> _Cause:
    pointer = _pointer(error, data)
    value, said = at(data, *pointer), error.kind.as_dict()
    shown = _shown(pointer, data)
    match error.kind.name:
        case "type":
            return _Cause(pointer, f"{shown} is {_type_of(value)}; wanted {_either(said['types'])}")
        case "enum":
            return _enumerated(pointer, shown, value, said["options"])
        case "const":
            return _Cause(pointer, f"{shown} is {_quoted(value)}; wanted {_quoted(said['expected_value'])}")
        case "pattern":
            return _Cause(
                pointer, f"{shown} is {_quoted(value)}, which is not of the form `{said['pattern']}`"
            )
        case "format":
            message = f"{shown} is {_quoted(value)}, which is no {said['format']}"
            return _Cause(pointer, message, severity=Severity.WARNING)
        case "oneOf":
            choices = required_only(schema, error.schema_path)
            given = [name for name in choices if isinstance(value, dict) and name in value]
            if given:
                return _Cause(
                    (*pointer, given[-1]),
                    f"{shown} has {_listed(given)}; wanted only one of them",
                    on_key=True,
                )
            return _Cause(pointer, f"{shown} fits more than one of the forms that are allowed")
        case "propertyNames":
            return _Cause(pointer, f"{shown} has a key of a form that is not allowed: {error.message}")
        case _:
            return _Cause(pointer, f"{shown}: {error.message}")


def _enumerated(pointer: Pointer, shown: str, value: Any, options: Sequence[Any]) -> _Cause:
    near = get_close_matches(str(value), [str(option) for option in options], n=1, cutoff=0.5)
    few = len(options) <= _LISTED
    wanted = (
        f"one of {_listed(options)}" if few else f"one of the {len(options)} values that its schema lists"
    )
    hint = f"Did you mean `{near[0]}`?" if near else None if few else f"It may be {_listed(options)}."
    return _Cause(pointer, f"{shown} is {_quoted(value)}; wanted {wanted}", hint)


def _pointer(error: jsonschema_rs.ValidationError, data: Any) -> Pointer:
    """Where the error lies. jsonschema-rs gives a key such as "00" as the number 0: it is found again."""
    pointer: list[str | int] = []
    for part in error.instance_path:
        here = at(data, *pointer)
        if isinstance(part, int) and isinstance(here, dict):
            pointer.append(next((key for key in here if _is_number(key, part)), str(part)))
        else:
            pointer.append(part)
    return tuple(pointer)


def _is_number(key: str, number: int) -> bool:
    digits = key.removeprefix("+")
    return digits.isascii() and digits.isdigit() and digits.lstrip("0") == str(number).lstrip("0")


def _shown(pointer: Pointer, data: Any) -> str:
    """What a message calls the value at `pointer`: its field, or the list item by its name."""
    if not pointer:
        return "the document"
    last = pointer[-1]
    if isinstance(last, str):
        return f"`{last}`"
    called = (text(data, *pointer, key) for key in ("name", "server", "id", "property"))
    name = next(filter(None, called), None)
    return f"`{name}`" if name else f"item {last + 1} of {_shown(pointer[:-1], data)}"


def _type_of(value: Any) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return "a boolean"
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return "a string"
        case _:
            return "a number"


def _either(types: Sequence[str]) -> str:
    return " or ".join(_TYPES.get(name, f"a {name}") for name in types)


def _listed(names: Iterable[Any]) -> str:
    return ", ".join(_quoted(name) for name in names)


def _quoted(value: Any) -> str:
    if isinstance(value, dict | list):
        return _type_of(value)
    written = value if isinstance(value, str) else json.dumps(value)
    return f"`{written if len(written) <= 60 else written[:57] + '...'}`"
