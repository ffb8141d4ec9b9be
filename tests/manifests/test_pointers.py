"""Exact pointers, from the inexact paths of jsonschema-rs."""

import jsonschema_rs
import pytest

from meshwarden.findings import Pointer
from meshwarden.manifests.pointers import pointer_of


@pytest.mark.parametrize(
    ("schema", "data", "pointers"),
    [
        ({"additionalProperties": {"type": "string"}}, {"00": 1, "x": "y"}, [("00",)]),
        ({"additionalProperties": {"type": "string"}}, {"00": 1, "0": "y"}, [("00",)]),
        ({"additionalProperties": {"type": "string"}}, {"0": "y", "00": 1}, [("00",)]),
        ({"additionalProperties": {"type": "string"}}, {"": 1}, [("",)]),
        ({"additionalProperties": {"items": {"type": "string"}}}, {"": ["a", 1]}, [("", 1)]),
        (
            {"additionalProperties": {"additionalProperties": {"type": "string"}}},
            {"": {"1": 1}, "1": {"a": "b"}},
            [("", "1")],
        ),
        ({"additionalProperties": {"type": "string"}}, {"a/b": 1, "~": 2}, [("a/b",), ("~",)]),
        ({"additionalProperties": {"type": "string"}}, {"1" * 5000: "y", "1": 1}, [("1",)]),
        ({"additionalProperties": {"type": "string"}}, {"0" * 5000: "y", "0": 1}, [("0",)]),
        ({"type": "string"}, 1, [()]),
    ],
)
def test_the_pointer_of_an_error(schema: dict[str, object], data: object, pointers: list[Pointer]) -> None:
    errors = jsonschema_rs.validator_for(schema).iter_errors(data)
    assert sorted((pointer_of(error, data) for error in errors), key=str) == pointers
