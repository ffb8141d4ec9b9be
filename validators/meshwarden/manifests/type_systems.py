"""The types of the systems that a contract's servers may be, by ODCS' type of the server.

Types that hold text, bytes, documents or something of their own (places, addresses, intervals) are `ANY`: of
them nothing is said. Files and streams have the types of their formats, and are not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from meshwarden.manifests.physical_types import Family, TypeSystem


def _types(**families: str) -> dict[str, Family]:
    """Types by the kind of values that they hold, with commas between them."""
    return {
        name.strip(): Family(family)
        for family, names in families.items()
        for name in names.replace("\n", " ").split(",")
        if name.strip()
    }


_SQL_TEXTS: Final = "char, character, nchar, varchar, nvarchar, national"

# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types and, for what the API calls them,
# https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
_BIGQUERY: Final = TypeSystem(
    "BigQuery",
    _types(
        any="string, bytes, json, geography, interval, range, foreign",
        boolean="bool, boolean",
        integer="int64, int, smallint, integer, bigint, tinyint, byteint",
        number="numeric, decimal, bignumeric, bigdecimal, float64, float",
        date="date",
        time="time",
        timestamp="datetime, timestamp",
        list="array",
        record="struct, record",
    ),
)

# https://docs.aws.amazon.com/athena/latest/ug/data-types.html and
# https://cwiki.apache.org/confluence/display/Hive/LanguageManual+Types. A table's files may be meant as well:
# what Parquet, Avro and ORC have is here too, and a format may have more.
_GLUE: Final = TypeSystem(
    "Glue",
    _types(
        any=f"""{_SQL_TEXTS}, string, utf8, binary, varbinary, bytes, fixed, enum, uuid, json, variant, bson,
            interval, void, null, union, uniontype, geometry, geography, ipaddress, unknown, object""",
        boolean="boolean, bool",
        integer="""tinyint, smallint, int, integer, bigint, long, short, byte, int8, int16, int32, int64,
            uint8, uint16, uint32, uint64""",
        number="float, double, double precision, real, decimal, numeric, number, float16, float32, float64",
        date="date",
        time="time",
        timestamp="timestamp, timestamptz, timestamp_ntz, timestamp_ltz, datetime, int96",
        list="array, list",
        record="struct, row, record, map",
    ),
    extensible=True,
)

# https://www.postgresql.org/docs/current/datatype.html, and its much used extensions.
_POSTGRES: Final = TypeSystem(
    "PostgreSQL",
    _types(
        any=f"""{_SQL_TEXTS}, text, bpchar, name, citext, bytea, bit, varbit, json, jsonb, jsonpath, xml,
            uuid, box, circle, line, lseg, path, point, polygon, cidr, inet, macaddr, macaddr8, interval, oid,
            pg_lsn, pg_snapshot, txid_snapshot, tsquery, tsvector, hstore, ltree, cube, geometry, geography,
            raster, vector, halfvec, sparsevec, int4range, int8range, numrange, tsrange, tstzrange, daterange,
            int4multirange, int8multirange, nummultirange, tsmultirange, tstzmultirange, datemultirange,
            record, array, object""",
        boolean="boolean, bool",
        integer="""smallint, integer, bigint, int, int2, int4, int8, smallserial, serial, bigserial, serial2,
            serial4, serial8""",
        number="numeric, decimal, dec, real, double precision, float, float4, float8, money",
        date="date",
        time="time, timetz",
        timestamp="timestamp, timestamptz",
    ),
    extensible=True,
)

# https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html, and of external tables
# https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_EXTERNAL_TABLE.html
_REDSHIFT: Final = TypeSystem(
    "Redshift",
    _types(
        any=f"""{_SQL_TEXTS}, text, bpchar, string, super, varbyte, varbinary, binary, geometry, geography,
            hllsketch, interval""",
        boolean="boolean, bool",
        integer="smallint, int2, integer, int, int4, bigint, int8, tinyint",
        number="decimal, numeric, dec, real, float4, double precision, double, float8, float",
        date="date",
        time="time, timetz",
        timestamp="timestamp, timestamptz",
        list="array",
        record="struct, map",
    ),
)

# https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
_SNOWFLAKE: Final = TypeSystem(
    "Snowflake",
    _types(
        any=f"""{_SQL_TEXTS}, nvarchar2, string, text, binary, varbinary, variant, geography, geometry, file,
            uuid, vector, interval""",
        boolean="boolean, bool",
        integer="int, integer, bigint, smallint, tinyint, byteint",
        number="""number, decimal, dec, numeric, float, float4, float8, double, double precision, real,
            decfloat""",
        date="date",
        time="time",
        timestamp="""datetime, timestamp, timestamp_ltz, timestamp_ntz, timestamp_tz, timestampltz,
            timestampntz, timestamptz""",
        list="array",
        record="object, map",
    ),
)

# https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-datatypes; `IntegerType` and so on are what
# Spark calls them in programs: https://spark.apache.org/docs/latest/sql-ref-datatypes.html
_DATABRICKS: Final = TypeSystem(
    "Databricks",
    _types(
        any="""string, char, character, varchar, binary, variant, interval, void, null, geography, geometry,
            stringtype, chartype, varchartype, binarytype, varianttype, nulltype, daytimeintervaltype,
            yearmonthintervaltype, calendarintervaltype""",
        boolean="boolean, booleantype",
        integer="""bigint, long, int, integer, smallint, short, tinyint, byte, longtype, integertype,
            shorttype, bytetype""",
        number="decimal, dec, numeric, double, float, real, decimaltype, doubletype, floattype",
        date="date, datetype",
        time="time, timetype",
        timestamp="timestamp, timestamp_ntz, timestamp_ltz, timestamptype, timestampntztype",
        list="array, arraytype",
        record="map, struct, object, maptype, structtype",
    ),
)

# https://learn.microsoft.com/en-us/sql/t-sql/data-types/data-types-transact-sql and its synonyms,
# https://learn.microsoft.com/en-us/sql/t-sql/data-types/data-type-synonyms-transact-sql.
# `bit` is an integer there; `timestamp` is another name of `rowversion`, and holds no time.
_SQLSERVER: Final = TypeSystem(
    "SQL Server",
    _types(
        any=f"""{_SQL_TEXTS}, text, ntext, sysname, binary, varbinary, image, geography, geometry,
            hierarchyid, json, vector, rowversion, timestamp, sql_variant, table, cursor, uniqueidentifier,
            xml""",
        integer="bigint, int, integer, smallint, tinyint, bit",
        number="decimal, dec, numeric, money, smallmoney, float, real, double precision",
        date="date",
        time="time",
        timestamp="datetime, datetime2, datetimeoffset, smalldatetime",
    ),
    extensible=True,
)

# https://dev.mysql.com/doc/refman/8.4/en/data-types.html, those of other systems that it takes,
# https://dev.mysql.com/doc/refman/8.4/en/other-vendor-data-types.html, and MariaDB's.
_MYSQL: Final = TypeSystem(
    "MySQL",
    _types(
        any=f"""{_SQL_TEXTS}, tinytext, text, mediumtext, longtext, enum, set, json, bit, binary, varbinary,
            tinyblob, blob, mediumblob, longblob, long, long varchar, long varbinary, year, geometry, point,
            linestring, polygon, multipoint, multilinestring, multipolygon, geometrycollection,
            geomcollection, vector, uuid, inet4, inet6, xmltype""",
        integer="""tinyint, smallint, mediumint, middleint, int, integer, bigint, int1, int2, int3, int4,
            int8, bool, boolean, serial""",
        number="decimal, dec, numeric, fixed, float, float4, float8, double, double precision, real",
        date="date",
        time="time",
        timestamp="datetime, timestamp",
    ),
)

# https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html: a DATE has a time, too.
_ORACLE: Final = TypeSystem(
    "Oracle",
    _types(
        any=f"""{_SQL_TEXTS}, varchar2, nvarchar2, clob, nclob, long, long raw, raw, blob, bfile, rowid,
            urowid, xmltype, json, vector, sdo_geometry, interval, anydata""",
        boolean="boolean, bool",
        integer="integer, int, smallint",
        number="""number, numeric, decimal, dec, float, real, double precision, binary_float, binary_double,
            binary_integer, pls_integer""",
        timestamp="date, timestamp",
    ),
    extensible=True,
)

SYSTEMS: Final[Mapping[str, TypeSystem]] = {
    "athena": _GLUE,
    "bigquery": _BIGQUERY,
    "databricks": _DATABRICKS,
    "glue": _GLUE,
    "mysql": _MYSQL,
    "oracle": _ORACLE,
    "postgres": _POSTGRES,
    "postgresql": _POSTGRES,
    "redshift": _REDSHIFT,
    "snowflake": _SNOWFLAKE,
    "sqlserver": _SQLSERVER,
}
# What some system has: in one whose users make types, only such a name is surely meant for another.
ANYWHERE: Final = frozenset(name for system in SYSTEMS.values() for name in system.types)
