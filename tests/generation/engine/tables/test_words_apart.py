"""Words among numbers: categories of their own where the owner says so, and back in their cells in the CSV."""

from __future__ import annotations

import io

import pyarrow.parquet as pq
import pytest

from generation.engine.errors import PlanError
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers.bytes.artefact import Origin, write_artefact
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table
from generation.engine.tables.rendering import render
from generation.engine.tables.spellings.choice import ColumnChoice
from generation.engine.tables.spellings.spelling import Spelling

OWN = {"price": ColumnChoice(foreign="own")}


def table(words: tuple[str, ...] = ("on request", "sold out"), name: str = "price") -> bytes:
    lines = [f"item;{name};day"]
    for row in range(60):
        price = words[row // 20 % len(words)] if row % 20 == 7 else f"{row},50"
        lines.append(f"thing {row};{price};2024-01-{1 + row % 28:02d}")
    return "\r\n".join([*lines, ""]).encode()


def read(data: bytes, choices=None):
    sink = io.BytesIO()
    facts = read_table(io.BytesIO(data), sink, choices=choices)
    return facts, sink


def test_a_word_among_numbers_is_missing_until_the_owner_says_it_is_a_category() -> None:
    facts, _ = read(table())
    assert [column.label for column in facts.columns] == ["item", "price", "day"]
    facts, sink = read(table(), OWN)
    assert [column.label for column in facts.columns] == ["item", "price", "day", "price: words"]
    rows = pq.read_table(sink).to_pylist()
    assert (rows[7]["c1"], rows[7]["c3"]) == (None, "on request")
    assert (rows[27]["c1"], rows[27]["c3"]) == (None, "sold out")
    assert {row["c3"] for row in rows} == {None, "on request", "sold out"}
    assert sum(row["c1"] is None for row in rows) == 3
    assert any("as categories of their own" in note for note in facts.notes)


def test_a_taken_label_gets_a_number_and_a_column_without_such_cells_an_empty_one() -> None:
    data = table().replace(b"day", b"price: words", 1)
    facts, _ = read(data, OWN)
    assert [column.label for column in facts.columns][-1] == "price: words 2"
    facts, sink = read(b"price\r\n" + b"".join(b"%d.5\r\n" % at for at in range(40)), OWN)
    assert pq.read_table(sink)["c1"].null_count == 40


def test_text_has_no_cells_that_are_something_else() -> None:
    facts, _ = read(table(), {"item": ColumnChoice(foreign="own")})
    assert len(facts.columns) == 3


def test_the_csv_has_the_words_in_their_cells_again_byte_for_byte() -> None:
    facts, sink = read(table(), OWN)
    spellings = {column.name: Spelling.from_json(column.spelling) for column in facts.columns}
    dialect = {"format": "csv", "encoding": facts.encoding, "delimiter": facts.delimiter, "line_end": facts.line_end}
    kinds = {"c0": Sdtype.ID, "c1": Sdtype.NUMERICAL, "c2": Sdtype.DATETIME, "c3": Sdtype.CATEGORICAL}
    schema = tuple(ColumnSpec(column.name, kinds[column.name], label=column.label) for column in facts.columns)
    written, out = io.BytesIO(), io.BytesIO()
    write_artefact([load_table(sink)], schema, written, origin=Origin(spellings, dialect))
    render(io.BytesIO(written.getvalue()), out, "csv")
    assert out.getvalue() == table()


def test_another_file_of_the_same_table_has_the_same_columns() -> None:
    facts, _ = read(table(), OWN)
    again, _ = read(table(("call us",)), facts.choices)
    assert [column.label for column in again.columns] == [column.label for column in facts.columns]


def test_no_other_word_says_what_becomes_of_them() -> None:
    with pytest.raises(PlanError, match="categories of their own"):
        ColumnChoice.from_json({"foreign": "burnt"})
