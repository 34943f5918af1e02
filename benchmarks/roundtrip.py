"""Tables of every format, made by Hypothesis: read, written as the artefact, rendered, and held against what went in.

A cell counts as changed when it does not come back as it was written; as changed in silence when no sentence about its
column says so. Beside it the same for pandas' reader and writer with their defaults, which is what one uses without a
portal. No synthesizer is between: the records are the source's own, so every difference is the formats' doing.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generation.engine.errors import TableError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import Origin, write_artefact
from generation.engine.tables.facts import TableFacts
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table
from generation.engine.tables.rendering import Kind, render
from generation.engine.tables.spellings.spelling import Spelling

DIALECT = ("format", "encoding", "delimiter", "quote", "escape", "line_end")
ROWS = 60


def _dates(form: str) -> st.SearchStrategy[str]:
    return st.dates(min_value=pd.Timestamp("1930-01-01").date(), max_value=pd.Timestamp("2029-12-31").date()).map(
        lambda day: day.strftime(form)
    )


def _numbers(places: int, group: str, decimal: str, before: str = "", after: str = "") -> st.SearchStrategy[str]:
    def spell(number: int) -> str:
        text = f"{abs(number) / 10**places:,.{places}f}".translate(str.maketrans({",": group, ".": decimal}))
        return f"{'-' if number < 0 else ''}{before}{text}{after}"

    return st.integers(-(10**7), 10**7).map(spell)


POINT_CELLS = {
    "whole": st.integers(-(10**9), 10**9).map(str),
    "price": _numbers(2, "", "."),
    "dollars": _numbers(2, ",", ".", before="$"),
    "grouped": _numbers(0, ",", "."),
    "spaced": _numbers(1, " ", "."),
}
COMMA_CELLS = {
    "price": _numbers(2, "", ","),
    "euros": _numbers(2, ".", ",", after=" €"),
    "grouped": _numbers(0, ".", ","),
}
CELLS = {
    "share": st.integers(0, 1000).map(lambda share: f"{share / 10:.1f}%"),
    "iso": _dates("%Y-%m-%d"),
    "dotted": _dates("%d.%m.%Y"),
    "slashed": _dates("%d/%m/%Y"),
    "american": _dates("%m/%d/%Y"),
    "short": _dates("%d.%m.%y"),
    "compact": _dates("%Y%m%d"),
    "named": _dates("%d-%b-%Y"),
    "moment": st.datetimes(pd.Timestamp("1980-01-01"), pd.Timestamp("2029-01-01")).map(
        lambda at: at.strftime("%Y-%m-%d %H:%M:%S")
    ),
    "clock": st.times().map(lambda at: at.strftime("%H:%M")),
    "zip": st.integers(0, 99_999).map(lambda code: f"{code:05d}"),
    "code": st.integers(0, 10**6).map(lambda code: f"ORD-{code:06d}"),
    "truth": st.sampled_from(["True", "False"]),
    "answer": st.sampled_from(["Ja", "Nein", "NA", "OK"]),
    "long": st.integers(10**17, 10**19).map(str),
    "words": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12),
}
STYLES: list[dict[str, Any]] = [
    {},
    {"quoting": csv.QUOTE_ALL},
    {"quoting": csv.QUOTE_ALL, "escapechar": "\\", "doublequote": False},
]
MISSING = st.sampled_from(["", "NA", "\\N", "-", "unknown", "."])


@dataclass
class Tally:
    """What came of the tables: how many, and of how many some cell changed, said or in silence."""

    tables: int = 0
    cells: int = 0
    changed: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    pandas_changed: int = 0
    quoted_otherwise: int = 0
    examples: list[str] = field(default_factory=list)


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """(columns of texts by label, what Python's writer is told: delimiter, quotes and escapes)"""
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    kinds = CELLS | (COMMA_CELLS if delimiter == ";" else POINT_CELLS)
    names = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=2, max_size=5, unique=True))
    columns = {}
    for name in names:
        cells = draw(st.lists(kinds[name], min_size=ROWS, max_size=ROWS))
        if draw(st.booleans()) and name not in {"words", "answer"}:
            word = draw(MISSING)
            cells = [word if at % 6 == 5 else cell for at, cell in enumerate(cells)]
        columns[name] = cells
    return columns, {"delimiter": delimiter} | draw(st.sampled_from(STYLES))


def written(columns: dict[str, list[str]], how: dict[str, Any]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n", **how)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return sink.getvalue().encode()


def through_the_portal(data: bytes, kind: Kind | None = "csv") -> tuple[TableFacts, bytes]:
    """The facts of the table, and its records rendered as the source was written; None gives the artefact itself."""
    plain, artefact, out = io.BytesIO(), io.BytesIO(), io.BytesIO()
    facts = read_table(io.BytesIO(data), plain)
    plain.seek(0)
    schema = tuple(ColumnSpec(column.name, Sdtype.CATEGORICAL, label=column.label) for column in facts.columns)
    spellings = {column.name: Spelling.from_json(column.spelling) for column in facts.columns}
    dialect = {name: str(value) for name in DIALECT if (value := getattr(facts, name))}
    write_artefact([load_table(plain)], schema, artefact, origin=Origin(spellings, dialect))
    artefact.seek(0)
    if kind is None:
        return facts, artefact.getvalue()
    render(artefact, out, kind)
    return facts, out.getvalue()


def through_pandas(data: bytes, how: dict[str, Any]) -> bytes:
    return pd.read_csv(io.BytesIO(data), **how).to_csv(sep=how["delimiter"], index=False).encode()


def cells_of(data: bytes, how: dict[str, Any]) -> dict[str, list[str]]:
    rows = list(csv.reader(io.StringIO(data.decode(), newline=""), **how))
    return {label: cells for label, *cells in zip(*rows, strict=True)}


def is_same(before: str, after: str) -> bool:
    """Outer blanks and a minus of nought say nothing."""
    return before.strip() == after.strip()


def hold(tally: Tally, columns: dict[str, list[str]], how: dict[str, Any]) -> None:
    data = written(columns, how)
    tally.tables += 1
    try:
        facts, out = through_the_portal(data)
    except TableError:
        tally.refused += 1
        return
    back = cells_of(out, how)
    # Without a style the portal is free to quote what another writer does not.
    tally.quoted_otherwise += "quoting" in how and out != written(back, how)
    for label, cells in columns.items():
        changed = [pair for pair in zip(cells, back[label], strict=True) if not is_same(*pair)]
        tally.cells += len(cells)
        if not changed:
            continue
        tally.changed[label] += 1
        if not any(f"“{label}”" in note for note in facts.notes):
            tally.silent[label] += 1
            tally.examples.append(f"{label}: {changed[0]}")
    try:
        plain = cells_of(through_pandas(data, how), {"delimiter": how["delimiter"]})
        tally.pandas_changed += any(
            not is_same(*pair) for label, cells in columns.items() for pair in zip(cells, plain[label], strict=True)
        )
    except (ValueError, KeyError):
        tally.pandas_changed += 1


# Values by their kind, for formats that have types of their own.
_MOMENTS = st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2029, 1, 1)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "whole": st.integers(-(10**9), 10**9),
    "fraction": st.integers(-(10**7), 10**7).map(lambda number: number / 100),
    "double": st.floats(-1e9, 1e9).map(lambda number: number + 0.0),
    "long": st.integers(2**53, 2**63 - 1),
    "truth": st.booleans(),
    "zip": CELLS["zip"],
    "code": CELLS["code"],
    "iso": CELLS["iso"],
    "answer": CELLS["answer"],
    "words": st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=12),
}
ARROW: dict[str, tuple[st.SearchStrategy[Any], list[pa.DataType]]] = {
    "whole": (
        st.integers(0, 100),
        [pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.uint8(), pa.uint32(), pa.uint64()],
    ),
    "long": (VALUES["long"], [pa.int64()]),
    "double": (st.integers(-(2**20), 2**20).map(lambda number: number / 64), [pa.float32(), pa.float64()]),
    "cents": (st.decimals(-(10**6), 10**6, places=2), [pa.decimal128(12, 2), pa.decimal128(20, 4)]),
    "truth": (st.booleans(), [pa.bool_()]),
    "day": (st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), [pa.date32()]),
    "moment": (
        _MOMENTS,
        [pa.timestamp("ms"), pa.timestamp("us"), pa.timestamp("ns"), pa.timestamp("us", "Europe/Rome")],
    ),
    "clock": (st.times().map(lambda at: at.replace(microsecond=0)), [pa.time32("ms"), pa.time64("us")]),
    "answer": (CELLS["answer"], [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())]),
    "zip": (CELLS["zip"], [pa.string()]),
}
FORMS: dict[str, tuple[st.SearchStrategy[Any], list[str]]] = {
    "whole": (VALUES["whole"], ["General", "0", "#,##0", "00000", '0" km"']),
    "fraction": (VALUES["fraction"], ["General", "0.00", '#,##0.00 "€"', "[$$-409]#,##0.00", "0.0%", "0.00E+00"]),
    "day": (st.dates(dt.date(1901, 1, 1), dt.date(2100, 1, 1)), ["dd.mm.yyyy", "mm/dd/yyyy", "yyyy-mm-dd", "mmm yyyy"]),
    "moment": (_MOMENTS, ["dd.mm.yyyy hh:mm", "yyyy-mm-dd hh:mm:ss"]),
    "hours": (st.integers(0, 10**5).map(lambda minutes: dt.timedelta(minutes=minutes)), ["[h]:mm"]),
    "truth": (st.booleans(), ["General"]),
    "answer": (CELLS["answer"], ["General", "@"]),
    "zip": (CELLS["zip"], ["General", "@"]),
}


def _cells(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> list[Any]:
    cells = draw(st.lists(values, min_size=ROWS, max_size=ROWS))
    return [None if at % 6 == 5 else cell for at, cell in enumerate(cells)] if draw(st.booleans()) else cells


@st.composite
def typed_tables(draw: st.DrawFn, kinds: dict[str, Any]) -> dict[str, tuple[list[Any], Any]]:
    """(values, type or number format) by label; None for formats without one."""
    names = draw(st.lists(st.sampled_from(sorted(kinds)), min_size=2, max_size=5, unique=True))
    made = {}
    for name in names:
        values, forms = kinds[name] if isinstance(kinds[name], tuple) else (kinds[name], [None])
        made[name] = (_cells(draw, values), draw(st.sampled_from(forms)))
    # A row of a sheet without any value is none.
    return made | {"row": ([f"r{at}" for at in range(ROWS)], pa.string() if kinds is ARROW else "General")}


Columns = dict[str, list[Any]]


def of_parquet(table: dict[str, tuple[list[Any], Any]]) -> tuple[TableFacts, Columns, Columns]:
    """The facts, and (value, type) of each cell before and after."""
    sink = io.BytesIO()
    pq.write_table(pa.table({label: pa.array(cells, kind) for label, (cells, kind) in table.items()}), sink)
    facts, out = through_the_portal(sink.getvalue(), None)
    before, after = (pq.read_table(io.BytesIO(data)) for data in (sink.getvalue(), out))
    return facts, *(
        {f.name: [(v, f.type) for v in one.column(f.name).to_pylist()] for f in one.schema} for one in (before, after)
    )  # type: ignore[return-value]


def of_json(table: dict[str, tuple[list[Any], Any]]) -> tuple[TableFacts, Columns, Columns]:
    """The same of JSON Lines."""
    rows = [dict(zip(table, row, strict=True)) for row in zip(*(cells for cells, _ in table.values()), strict=True)]
    facts, out = through_the_portal("".join(json.dumps(row) + "\n" for row in rows).encode(), "jsonl")
    back = [json.loads(line) for line in out.decode().split("\n") if line]
    before, after = (
        {label: [(row[label], type(row[label])) for row in one] for label in table} for one in (rows, back)
    )
    return facts, before, after


def of_sheet(table: dict[str, tuple[list[Any], Any]]) -> tuple[TableFacts, Columns, Columns]:
    """The same of XLSX, with the number format of what has a value."""
    book, sink = openpyxl.Workbook(), io.BytesIO()
    for place, (label, (cells, form)) in enumerate(table.items(), start=1):
        book.active.cell(1, place, label)
        for row, value in enumerate(cells, start=2):
            book.active.cell(row, place, value).number_format = form
    book.save(sink)
    facts, out = through_the_portal(sink.getvalue(), "xlsx")
    return facts, *(_of_book(data) for data in (sink.getvalue(), out))  # type: ignore[return-value]


def _of_book(data: bytes) -> Columns:
    columns = openpyxl.load_workbook(io.BytesIO(data)).active.iter_cols()
    return {
        cells[0].value: [
            (cell.value, cell.value is not None and (cell.data_type, cell.number_format)) for cell in cells[1:]
        ]
        for cells in columns
    }


Trip = Callable[[dict[str, tuple[list[Any], Any]]], tuple[TableFacts, Columns, Columns]]
TYPED: dict[str, tuple[dict[str, Any], Trip]] = {
    "parquet": (ARROW, of_parquet),
    "jsonl": (VALUES, of_json),
    "xlsx": (FORMS, of_sheet),
}


def hold_typed(tally: Tally, trip: Trip, table: dict[str, tuple[list[Any], Any]]) -> None:
    tally.tables += 1
    try:
        facts, before, after = trip(table)
    except TableError:
        tally.refused += 1
        return
    for label, cells in before.items():
        tally.cells += len(cells)
        changed = [pair for pair in zip(cells, after[label], strict=True) if pair[0] != pair[1]]
        tally.changed[label] += bool(changed)
        if changed and not any(f"“{label}”" in note for note in facts.notes):
            tally.silent[label] += 1
            tally.examples.append(f"{label}: {changed[0]}")


def measure(wanted: int, kind: str = "csv") -> Tally:
    tally = Tally()

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tables() if kind == "csv" else typed_tables(TYPED[kind][0]))
    def each(made: Any) -> None:
        if kind == "csv":
            hold(tally, *made)
        else:
            hold_typed(tally, TYPED[kind][1], made)

    each()
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2_000)
    parser.add_argument("--format", choices=["csv", *TYPED], default="csv", help="of the tables that are made")
    parser.add_argument("--json", metavar="-", default="", help="- prints one object")
    asked = parser.parse_args()
    tally = measure(asked.tables, asked.format)
    silent = sum(tally.silent.values())
    found = {
        "format": asked.format,
        "tables": tally.tables,
        "cells": tally.cells,
        "refused": tally.refused,
        "columns_changed": dict(+tally.changed),
        "columns_changed_in_silence": dict(tally.silent),
        "tables_quoted_otherwise": tally.quoted_otherwise,
        "tables_that_pandas_changes": tally.pandas_changed,
        "ratio_to_pandas": silent / tally.pandas_changed if tally.pandas_changed else None,
        "examples": tally.examples[:20],
    }
    print(json.dumps(found, ensure_ascii=False) if asked.json else json.dumps(found, indent=2, ensure_ascii=False))
    return 1 if silent or tally.quoted_otherwise else 0


if __name__ == "__main__":
    sys.exit(main())
