"""What types are read from a `physicalType`, and which values they hold."""

from __future__ import annotations

import pytest

from meshwarden.manifests.physical_types import Family, Written, holds, written
from meshwarden.manifests.type_systems import ANYWHERE, SYSTEMS

WRITTEN = [
    ("INT64", Written("int64")),
    (" numeric( 10 , 2 ) ", Written("numeric")),
    ("character varying(20) COLLATE latin1", Written("character varying collate latin1")),
    ("timestamp(6) with time zone", Written("timestamp with time zone")),
    ("ARRAY<STRUCT<a INT64, b ARRAY<STRING(10)>>>", Written("array")),
    ("struct<a:int,b:decimal(3,1)>", Written("struct")),
    ("enum('a(b', 'c')", Written("enum")),
    ("nvarchar(max)", Written("nvarchar")),
    ("text[][3]", Written("text", is_list=True)),
    ("integer ARRAY[4]", Written("integer", is_list=True)),
    ("REPEATED RECORD", Written("record", is_list=True)),
    ("NULLABLE STRING", Written("string")),
    ("array", Written("array")),
    ("`my type`", None),
    ("schema.mood", None),
    ("timestamp[us, tz=UTC]", None),
    ("varchar(10", None),
    ("", None),
    ("(" * 10_000, None),
]


@pytest.mark.parametrize(("text", "wanted"), WRITTEN)
def test_what_a_type_names(text: str, wanted: Written | None) -> None:
    assert written(text) == wanted


FAMILIES = [
    ("bigquery", "BIGNUMERIC(40,2)", Family.NUMBER),
    ("bigquery", "varchar(10)", None),
    ("redshift", "double precision", Family.NUMBER),
    ("redshift", "character varying(5)", Family.ANY),
    ("redshift", "timestamp without time zone", Family.TIMESTAMP),
    ("postgresql", "double", None),
    ("postgres", "time(3) with time zone", Family.TIME),
    ("postgres", "bigint[]", Family.LIST),
    ("mysql", "int(11) unsigned not null", Family.INTEGER),
    ("mysql", "bool", Family.INTEGER),
    ("oracle", "DATE", Family.TIMESTAMP),
    ("oracle", "interval day(2) to second(6)", Family.ANY),
    ("sqlserver", "timestamp", Family.ANY),
    ("snowflake", "TIMESTAMP_NTZ(9)", Family.TIMESTAMP),
    ("databricks", "map<string,int>", Family.RECORD),
    ("glue", "int96", Family.TIMESTAMP),
]


@pytest.mark.parametrize(("system", "text", "wanted"), FAMILIES)
def test_what_a_type_of_a_system_holds(system: str, text: str, wanted: Family | None) -> None:
    named = written(text)
    assert named is not None
    assert SYSTEMS[system].family(named) is wanted


FITS = [
    ("string", Family.ANY, True),
    ("string", Family.INTEGER, False),
    ("string", Family.LIST, False),
    ("integer", Family.NUMBER, True),
    ("integer", Family.BOOLEAN, False),
    ("number", Family.ANY, True),
    ("number", Family.INTEGER, False),
    ("boolean", Family.INTEGER, True),
    ("boolean", Family.DATE, False),
    ("date", Family.TIMESTAMP, True),
    ("date", Family.INTEGER, True),
    ("date", Family.TIME, False),
    ("time", Family.DATE, False),
    ("timestamp", Family.DATE, False),
    ("timestamp", Family.INTEGER, True),
    ("object", Family.RECORD, True),
    ("object", Family.NUMBER, False),
    ("array", Family.LIST, True),
    ("array", Family.DATE, False),
    ("map", Family.BOOLEAN, False),
    ("vector", Family.TIMESTAMP, False),
    ("anything", Family.BOOLEAN, True),
]


@pytest.mark.parametrize(("logical", "family", "wanted"), FITS)
def test_what_fits(logical: str, family: Family, wanted: bool) -> None:
    assert holds(family, {"logicalType": logical}) is wanted


@pytest.mark.parametrize(
    ("step", "wanted"), [(1, True), (10**400, True), (5.0, True), (0.5, False), (True, False), ("1", False)]
)
def test_numbers_without_fractions_fit_integers(step: object, wanted: bool) -> None:
    column = {"logicalType": "number", "logicalTypeOptions": {"multipleOf": step}}
    assert holds(Family.INTEGER, column) is wanted


def test_a_date_that_is_a_time_of_day_fits_times() -> None:
    column = {"logicalType": "date", "logicalTypeOptions": {"format": "HH:mm:ss"}}
    assert holds(Family.TIME, column)
    assert not holds(Family.DATE, column)


def test_a_column_without_a_logical_type_may_have_any() -> None:
    assert all(holds(family, {}) for family in Family)


@pytest.mark.parametrize("system", SYSTEMS)
def test_types_are_written_as_they_are_looked_up(system: str) -> None:
    for name in SYSTEMS[system].types:
        assert written(name) == Written(name)
        assert name in ANYWHERE
