"""What both validators say of a document."""

from functools import cache
from typing import NoReturn

import jsonschema_rs
from jsonschema import Draft202012Validator
from tests.schemas.documents import SCHEMAS, Pointer


def _refuse(uri: str) -> NoReturn:
    raise AssertionError(f"a schema asks for {uri}")


@cache
def _validators(schema: str) -> tuple[Draft202012Validator, jsonschema_rs.Draft202012Validator]:
    return (
        Draft202012Validator(SCHEMAS[schema]),
        jsonschema_rs.Draft202012Validator(SCHEMAS[schema], retriever=_refuse),
    )


def _as_rust_writes(place: Pointer) -> list[str | int]:
    # jsonschema_rs leaves an empty key out, and reads one of digits as an index: `00` is 0.
    return [int(key) if isinstance(key, str) and key.isdecimal() else key for key in place if key != ""]


def errors(schema: str, document: object) -> list[Pointer]:
    """Where each error of `document` stands; both validators must name the same places."""
    python, rust = _validators(schema)
    places = sorted((tuple(error.absolute_path) for error in python.iter_errors(document)), key=repr)
    theirs = sorted((error.instance_path for error in rust.iter_errors(document)), key=repr)
    assert sorted(map(_as_rust_writes, places), key=repr) == theirs
    assert rust.is_valid(document) == (not places)
    return places
