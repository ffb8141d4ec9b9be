"""A schema object of a contract → the table of it in Glue's catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from meshwarden.findings import Pointer
from meshwarden.manifests import fields
from meshwarden.manifests.bitol import SchemaObject, primary_key, properties
from meshwarden.mesh.records import Contract
from meshwarden.render.targets import hive
from meshwarden.render.targets.glue_types import NoType, column_name, hive_type
from meshwarden.render.targets.properties import name_key, stored
from meshwarden.render.targets.refusal import Refusal
from meshwarden.render.targets.target import Why

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


_FORMAT: Final = ("logicalTypeOptions", "format")
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
    pointer: Pointer
    type: str
    partitioned: bool

    def written(self, order: Sequence[str]) -> dict[str, Any]:
        """The column as Glue has it: the same in `columns` and in `partitionKeys`."""
        found: dict[str, Any] = {"name": self.name, "type": self.type}
        if comment := one_line(fields.text(self.entry, "description") or "", _COMMENT_LENGTH):
            found["comment"] = comment
        if name := self._class(order):
            found["parameters"] = {"classification": one_line(name, _COMMENT_LENGTH)}
        return found

    def _class(self, order: Sequence[str]) -> str | None:
        """The highest class in the column: of what lies within, the catalogue has types and no parameters."""
        parts = properties({"properties": [self.entry]}, ())
        classes = [name for part in parts if (name := fields.text(part.said, "classification"))]
        known = [name for name in classes if name in order]
        return max(known, key=order.index, default=next(iter(classes), None))


Spec = dict[str, Any]


def table_spec(
    contract: Contract, entry: SchemaObject, kind: str, location: str, order: Sequence[str] = ()
) -> Spec | tuple[Refusal, ...]:
    """Columns, partitions and storage of a table of files of one of FORMATS; refusals if it cannot be made.

    `order` is that of the mesh's classes. A table is whole or not at all: where a column is left out, all
    after it move in some formats, and readers take the rest for all.
    """
    columns: list[_Column] = []
    refusals: list[Refusal] = []
    for found in _columns(contract, entry, kind):
        if isinstance(found, Refusal):
            refusals.append(found)
        else:
            columns.append(found)
    if not refusals:
        refusals.extend(_why_not(entry, columns))
    if refusals:
        return tuple(refusals)
    spec: Spec = {
        "name": entry.physical_name,
        "tableType": "EXTERNAL_TABLE",  # deleting the table leaves the files
        "parameters": {
            "EXTERNAL": "TRUE",
            "classification": kind,  # the format, as Glue's crawlers say it
            **_key(contract, entry),
        },
        "storageDescriptor": {
            "columns": [column.written(order) for column in columns if not column.partitioned],
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
        spec["partitionKeys"] = [column.written(order) for column in partitions]
    if said := one_line(_description(contract, entry), _DESCRIPTION_LENGTH):
        spec["description"] = said
    return spec


def _key(contract: Contract, entry: SchemaObject) -> dict[str, str]:
    """The columns of the primary key, which the catalogue has no other place for."""
    parts = primary_key(fields.mapping(contract.manifest.data, *entry.pointer))
    named = [column_name(part) for _, part in parts]
    return {"primaryKey": ",".join(named)} if named else {}


def one_line(text: str, limit: int) -> str:
    """`text` on one line of at most `limit` characters."""
    line = _UNPRINTABLE.sub(" ", text).strip()
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def untyped(contract: Contract, entry: SchemaObject, kind: str) -> Iterator[Refusal]:
    """The columns of a schema object that no type of Hive can hold, in files of one of FORMATS."""
    for found in _columns(contract, entry, kind):
        if isinstance(found, Refusal) and found.why is Why.TYPE:
            yield found


def _columns(contract: Contract, entry: SchemaObject, kind: str) -> Iterator[_Column | Refusal]:
    for index, raw in stored(fields.mapping(contract.manifest.data, *entry.pointer)):
        yield _column(raw, (*entry.pointer, "properties", index), FORMATS[kind])


def _column(raw: Mapping[str, Any], at: Pointer, kind: Format) -> _Column | Refusal:
    name = column_name(raw)
    if not hive.is_name(name):
        reason = f"column `{name}`, a name that Hive does not take: it takes letters, digits and `_`"
        return Refusal((*at, name_key(raw)), reason)
    partitioned = raw.get("partitioned") is True
    found = hive_type(raw, times_are_text=kind.text or partitioned)
    as_text = kind.strings_only and not partitioned
    if isinstance(found, NoType):
        if as_text and found.at == _FORMAT:  # text holds numbers of any width
            return _Column(name, raw, at, "string", partitioned)
        return Refusal((*at, *found.at), f"column `{name}` of {found.reason}", found.why)
    if not hive.is_simple(found) and (partitioned or kind.strings_only):
        where = "a partition" if partitioned else "the format"
        return Refusal(at, f"column `{name}` of type `{found}`, which {where} cannot have", Why.TYPE)
    # Partitions are read from the folders' names, which are text: they keep their types.
    return _Column(name, raw, at, "string" if as_text else found, partitioned)


def _why_not(entry: SchemaObject, columns: Sequence[_Column]) -> Iterator[Refusal]:
    """Why columns that are right by themselves make no table."""
    if all(column.partitioned for column in columns):
        reason = "no column, or none but partitions" if columns else "no columns"
        yield Refusal((*entry.pointer, "properties"), reason)
    if twice := _twice([column.name for column in columns]):
        second = columns[twice]
        reason = f"two columns `{second.name}`, as Hive knows small letters only"
        yield Refusal((*second.pointer, name_key(second.entry)), reason)
    partitions = [column for column in columns if column.partitioned and _position(column.entry)]
    if twice := _twice([_position(column.entry) for column in partitions]):
        second = partitions[twice]
        reason = f"two partitions at position {_position(second.entry)}: which folder is the outer one?"
        yield Refusal((*second.pointer, "partitionKeyPosition"), reason)


def _twice(found: Sequence[object]) -> int | None:
    """The index of the first that was there before; None if all differ."""
    return next((index for index, one in enumerate(found) if one in found[:index]), None)


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
