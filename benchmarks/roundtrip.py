"""Tables of every format, made by Hypothesis: read, written as the artefact, rendered, and held against what went in.

A cell counts as changed when it does not come back as it was written; as changed in silence when no sentence about its
column says so. Beside it the same for pandas' reader and writer with their defaults, which is what one uses without a
portal. No synthesizer is between: the records are the source's own, so every difference is the formats' doing.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from generation.engine.errors import TableError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import Origin, write_artefact
from generation.engine.tables.facts import TableFacts
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table
from generation.engine.tables.rendering import render
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


def through_the_portal(data: bytes) -> tuple[TableFacts, bytes]:
    """The facts of the table, and its records rendered as the source was written."""
    plain, artefact, out = io.BytesIO(), io.BytesIO(), io.BytesIO()
    facts = read_table(io.BytesIO(data), plain)
    plain.seek(0)
    schema = tuple(ColumnSpec(column.name, Sdtype.CATEGORICAL, label=column.label) for column in facts.columns)
    spellings = {column.name: Spelling.from_json(column.spelling) for column in facts.columns}
    dialect = {name: str(value) for name in DIALECT if (value := getattr(facts, name))}
    write_artefact([load_table(plain)], schema, artefact, origin=Origin(spellings, dialect))
    artefact.seek(0)
    render(artefact, out, "csv")
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


def measure(wanted: int) -> Tally:
    tally = Tally()

    @settings(
        max_examples=wanted,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(tables())
    def each(made: tuple[dict[str, list[str]], dict[str, Any]]) -> None:
        hold(tally, *made)

    each()
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=2_000)
    parser.add_argument("--json", metavar="-", default="", help="- prints one object")
    asked = parser.parse_args()
    tally = measure(asked.tables)
    silent = sum(tally.silent.values())
    found = {
        "tables": tally.tables,
        "cells": tally.cells,
        "refused": tally.refused,
        "columns_changed": dict(tally.changed),
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
