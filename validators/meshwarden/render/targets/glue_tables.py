"""A schema object of a contract → the table of it in Glue's catalogue."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject
from meshwarden.mesh.records import Contract
from meshwarden.render.targets import hive
from meshwarden.render.targets.glue_types import NoType, column_name, hive_type

# https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html and API_TableInput.html, in characters
_COMMENT_LENGTH: Final = 255
_DESCRIPTION_LENGTH: Final = 2048
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff\s]+")  # Glue takes one line


@dataclass(frozen=True, slots=True)
class Format:
    """How Hive reads and writes files: the classes for it, and whether times of day are text in them."""

    input: str
    output: str
    serde: str
    text: bool = False
    strings_only: bool = False


_HIVE: Final = "org.apache.hadoop.hive"
_TEXT: Final = (
    "org.apache.hadoop.mapred.TextInputFormat",
    f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat",
)
# https://docs.aws.amazon.com/athena/latest/ug/supported-serdes.html
FORMATS: Final[Mapping[str, Format]] = {
    "avro": Format(
        f"{_HIVE}.ql.io.avro.AvroContainerInputFormat",
        f"{_HIVE}.ql.io.avro.AvroContainerOutputFormat",
        f"{_HIVE}.serde2.avro.AvroSerDe",
    ),
    # It makes texts of everything, whatever the table says: a type else would be true for no reader.
    "csv": Format(*_TEXT, f"{_HIVE}.serde2.OpenCSVSerde", text=True, strings_only=True),
    "json": Format(*_TEXT, "org.openx.data.jsonserde.JsonSerDe", text=True),
    "orc": Format(
        f"{_HIVE}.ql.io.orc.OrcInputFormat",
        f"{_HIVE}.ql.io.orc.OrcOutputFormat",
        f"{_HIVE}.ql.io.orc.OrcSerde",
    ),
    "parquet": Format(
        f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
        f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
        f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
}


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    entry: Mapping[str, Any]
    type: str
    partitioned: bool

    @property
    def written(self) -> dict[str, Any]:
        """The column as Glue has it: the same in `columns` and in `partitionKeys`."""
        found: dict[str, Any] = {"name": self.name, "type": self.type}
        if comment := one_line(fields.text(self.entry, "description") or "", _COMMENT_LENGTH):
            found["comment"] = comment
        if name := fields.text(self.entry, "classification"):
            found["parameters"] = {"classification": one_line(name, _COMMENT_LENGTH)}
        return found


def table_spec(contract: Contract, entry: SchemaObject, kind: str, location: str) -> dict[str, Any] | NoType:
    """Columns, partitions and storage of a table of files of one of FORMATS; NoType if it has no definition.

    A table is whole or not at all: where a column is left out, all after it move in some formats, and readers
    take the rest for all.
    """
    found = [_column(raw, FORMATS[kind]) for raw in _raw_columns(contract, entry)]
    for column in found:
        if isinstance(column, NoType):
            return column
    columns = [column for column in found if isinstance(column, _Column)]
    if problem := _why_not(columns):
        return NoType(problem)
    spec: dict[str, Any] = {
        "name": entry.physical_name,
        "tableType": "EXTERNAL_TABLE",  # deleting the table leaves the files
        "parameters": {"EXTERNAL": "TRUE", "classification": kind},  # the format, as Glue's crawlers say it
        "storageDescriptor": {
            "columns": [column.written for column in columns if not column.partitioned],
            "location": location,
            "inputFormat": FORMATS[kind].input,
            "outputFormat": FORMATS[kind].output,
            "serdeInfo": {
                "serializationLibrary": FORMATS[kind].serde,
                "parameters": {"serialization.format": "1"},
            },
        },
    }
    if partitions := _partitions(columns):
        spec["partitionKeys"] = [column.written for column in partitions]
    if said := one_line(_description(contract, entry), _DESCRIPTION_LENGTH):
        spec["description"] = said
    return spec


def one_line(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters."""
    line = _UNPRINTABLE.sub(" ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def _raw_columns(contract: Contract, entry: SchemaObject) -> Iterator[Mapping[str, Any]]:
    """The properties that lie in the files: a measure is computed by who asks."""
    for _, raw in fields.mappings(contract.manifest.data, *entry.pointer, "properties"):
        if raw.get("semanticType") != "measure":
            yield raw


def _column(raw: Mapping[str, Any], kind: Format) -> _Column | NoType:
    name = column_name(raw)
    if not hive.is_name(name):
        return NoType(f"column `{name}`, a name that Hive does not take: it takes letters, digits and `_`")
    found = hive_type(raw, times_are_text=kind.text)
    partitioned = raw.get("partitioned") is True
    if isinstance(found, NoType):
        return NoType(f"column `{name}` of {found.reason}")
    if not hive.is_simple(found) and (partitioned or kind.strings_only):
        where = "a partition" if partitioned else "the format"
        return NoType(f"column `{name}` of type `{found}`, which {where} cannot have")
    # Partitions are read from the folders' names, and keep their types.
    return _Column(name, raw, found if partitioned or not kind.strings_only else "string", partitioned)


def _why_not(columns: Sequence[_Column]) -> str | None:
    """Why columns that are right by themselves make no table."""
    if all(column.partitioned for column in columns):
        return "no column, or none but partitions" if columns else "no columns"
    if twice := _twice(column.name for column in columns):
        return f"two columns `{twice}`, as Hive knows small letters only"
    positions = [_position(column.entry) for column in columns if column.partitioned]
    if twice := _twice(str(position) for position in positions if position):
        return f"two partitions at position {twice}: which folder is the outer one?"
    return None


def _twice(names: Iterable[str]) -> str | None:
    return next((name for name, count in Counter(names).items() if count > 1), None)


def _partitions(columns: Sequence[_Column]) -> list[_Column]:
    """By position; those without one after the others, as the contract lists them."""
    found = [column for column in columns if column.partitioned]
    return sorted(found, key=lambda column: _position(column.entry) or len(columns) + 1)


def _position(raw: Mapping[str, Any]) -> int | None:
    """From one on; ODCS writes -1 for none."""
    said = raw.get("partitionKeyPosition")
    return said if type(said) is int and said > 0 else None


def _description(contract: Contract, entry: SchemaObject) -> str:
    raw = fields.mapping(contract.manifest.data, *entry.pointer)
    return fields.text(raw, "description") or fields.text(raw, "businessName") or ""
