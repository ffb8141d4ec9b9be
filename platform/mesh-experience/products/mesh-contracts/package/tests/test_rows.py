"""Rows that keep a contract, and rows that do not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from mesh_contracts import Column, Table, check_rows


def said(column: Column, *values: Any) -> list[str]:
    rows = [{column.name: value} for value in values]
    return [violation.message for violation in check_rows(Table("t", (column,)), rows)]


@pytest.mark.parametrize(
    ("logical_type", "good", "bad"),
    [
        ("string", ["a", " "], [1, True]),
        ("integer", [1, "1", "-7", "1.0", 10**30], ["1.5", "one", True, "nan", 1.5]),
        ("number", [1, 1.5, "1.5", "-1e3"], ["x", "inf", False]),
        ("boolean", [True, "true", "FALSE"], ["yes", "1", 1]),
        (
            "date",
            ["2026-01-31", date(2026, 1, 31)],
            ["2026-02-30", "31.1.2026", datetime(2026, 1, 31, tzinfo=UTC)],
        ),
        ("timestamp", ["2026-01-31T10:00:00", "2026-01-31T10:00:00Z"], ["noon", "2026-13-01T00:00:00"]),
        (None, ["a", 1, True], []),
        ("object", [{}, "a"], []),
    ],
)
def test_values_are_of_their_logical_type(logical_type: str | None, good: list[Any], bad: list[Any]) -> None:
    column = Column("c", logical_type)
    assert said(column, *good) == []
    assert said(column, *bad) == [f"`{value}` is no {logical_type}" for value in bad]


@pytest.mark.parametrize(
    ("logical_type", "options", "good", "bad", "message"),
    [
        ("integer", {"minimum": 0}, ["0", 5], "-1", "`-1` is below the minimum 0"),
        ("integer", {"maximum": 6}, ["6"], "7", "`7` is above the maximum 6"),
        ("number", {"exclusiveMinimum": 0}, ["0.01"], "0", "`0` is not above 0"),
        ("number", {"exclusiveMaximum": 1}, ["0.99"], "1.0", "`1.0` is not below 1"),
        ("number", {"multipleOf": 0.1}, ["0.3", 0.7, "1e30"], "0.25", "`0.25` is no multiple of 0.1"),
        (
            "date",
            {"minimum": "2009-01-01"},
            ["2009-01-01"],
            "2008-12-31",
            "`2008-12-31` is below the minimum 2009-01-01",
        ),
        (
            "timestamp",
            {"maximum": "2026-01-01T00:00:00Z"},
            ["2026-01-01T00:00:00", "2026-01-01T01:00:00+01:00"],
            "2026-01-01T00:00:01",
            "`2026-01-01T00:00:01` is above the maximum 2026-01-01T00:00:00Z",
        ),
        ("string", {"minLength": 2}, ["ab"], "a", "`a` is shorter than 2"),
        ("string", {"maxLength": 2}, ["ab"], "abc", "`abc` is longer than 2"),
        ("string", {"pattern": "^[A-Z]{3}$"}, ["JFK"], "jfk", "`jfk` does not match ^[A-Z]{3}$"),
    ],
)
def test_options_bound_values(
    logical_type: str, options: dict[str, Any], good: list[Any], bad: Any, message: str
) -> None:
    column = Column("c", logical_type, options=options)
    assert said(column, *good) == []
    assert said(column, bad) == [message]


def test_what_is_required_is_there() -> None:
    rows: list[dict[str, Any]] = [{"c": 0}, {"c": ""}, {"c": None}, {}]
    found = list(check_rows(Table("t", (Column("c", "integer", required=True),)), rows))
    assert [(one.row, one.message) for one in found] == [(row, "required, and empty") for row in (2, 3, 4)]


def test_what_is_not_required_may_be_empty() -> None:
    assert said(Column("c", "integer", options={"minimum": 1}), "", None) == []


def test_unique_values_come_once() -> None:
    assert said(Column("c", unique=True), "a", "b", "a", "", "") == ["`a` is in row 1 already"]


def test_a_key_of_several_columns_is_unique_as_a_whole() -> None:
    table = Table("t", (Column("a", required=True), Column("b", required=True)), ("a", "b"))
    rows = [{"a": a, "b": b} for a, b in ("xy", "yx", ("x\0", "y"), ("x", "\0y"), "xy")]
    (found,) = check_rows(table, rows)
    assert str(found) == "row 5, column a, b: `x`, `y` is in row 1 already"
