"""Tables as the bytes of a file, and what reading them gives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from generation.engine.errors import TableError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import Origin, write_artefact
from generation.engine.tables.facts import Limits, TableFacts
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table
from generation.engine.tables.rendering import Kind, render
from generation.engine.tables.spellings.choice import ColumnChoice
from generation.engine.tables.spellings.spelling import Spelling

DIALECT = ("format", "encoding", "delimiter", "quote", "escape", "line_end")


def read(data: bytes, limits: Limits | None = None) -> tuple[TableFacts, pa.Table]:
    source, sink = io.BytesIO(data), io.BytesIO()
    facts = read_table(source, sink, limits)
    assert not source.closed
    assert not sink.closed
    return facts, pq.read_table(sink)


def refusal(data: bytes, limits: Limits | None = None) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(io.BytesIO(data), io.BytesIO(), limits)
    return caught.value


def column(*cells: str, label: str = "value") -> bytes:
    """A CSV of two columns, the second of which holds the cells."""
    return "\n".join([f"row,{label}", *(f"r{number},{cell}" for number, cell in enumerate(cells))]).encode()


def typed(*cells: str) -> tuple[str, list[Any]]:
    """The type and the values that a CSV column of these cells gets."""
    _, table = read(column(*cells))
    return str(table.schema.field("c1").type), table.column("c1").to_pylist()


def parquet(table: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def workbook(*rows: Sequence[Any], more_sheets: int = 0) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("first")
    for row in rows:
        sheet.append(list(row))
    for number in range(more_sheets):
        book.create_sheet(f"more{number}").append(["x"])
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def with_part(data: bytes, name: str, part: bytes) -> bytes:
    """The ZIP archive with one of its parts replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, part if member == name else old.read(member))
    return sink.getvalue()


def sheet_xml(rows: str) -> bytes:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<?xml version="1.0"?><worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def artefact_of(data: bytes, choices: Mapping[str, ColumnChoice] | None = None) -> io.BytesIO:
    """The records of a table as an artefact, with no synthesizer between."""
    return _written(data, choices)[1]


def there_and_back(
    data: bytes, kind: Kind = "csv", choices: Mapping[str, ColumnChoice] | None = None
) -> tuple[TableFacts, bytes]:
    """The facts of a table, and its records written as an artefact and rendered."""
    facts, artefact = _written(data, choices)
    out = io.BytesIO()
    render(artefact, out, kind)
    return facts, out.getvalue()


def _written(data: bytes, choices: Mapping[str, ColumnChoice] | None) -> tuple[TableFacts, io.BytesIO]:
    plain, artefact = io.BytesIO(), io.BytesIO()
    facts = read_table(io.BytesIO(data), plain, choices=choices)
    schema = tuple(ColumnSpec(one.name, Sdtype.CATEGORICAL, label=one.label) for one in facts.columns)
    spellings = {one.name: Spelling.from_json(one.spelling) for one in facts.columns}
    dialect = {name: str(value) for name in DIALECT if (value := getattr(facts, name))}
    write_artefact([load_table(plain)], schema, artefact, origin=Origin(spellings, dialect))
    return facts, artefact
