"""Tables of PDFs as writers of documents set them (reportlab): every cell under its label, none taken for a number."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

from generation.engine.llm.documents.document import Block, BlockKind
from tests.generation.engine.llm.documents.test_reading import one

BODY = "These fees are paid for every trip, and none of them is paid twice, whoever books it and however long it takes."
LONG = "Claims are paid by the accounts team within ten days after the receipts were handed in"
FEES = (("Country", "Full day", "Half day"), ("France", "45", "30"), ("Norway", "75", "50"), ("Peru", "85", "12"))
BUDGETS = (("Country", "Yearly budget"), ("France", "45"), ("Norway", "1,275,000"), ("Peru", "850"))


def words(text: str) -> Paragraph:
    return Paragraph(text, getSampleStyleSheet()["Normal"])


def read(*story: Flowable, running: str = "") -> tuple[Block, ...]:
    """The blocks of a PDF with this story; `running` stands above each page, its number below."""

    def edge(canvas: Any, _document: Any) -> None:
        canvas.drawString(78, 800, running)
        canvas.drawString(78, 30, str(canvas.getPageNumber()) if running else "")

    held = io.BytesIO()
    SimpleDocTemplate(held, pagesize=A4).build(list(story), onFirstPage=edge, onLaterPages=edge)
    return one(held.getvalue(), "fees.pdf").blocks


def tables(blocks: Sequence[Block]) -> list[tuple[tuple[str, ...], ...]]:
    return [block.rows for block in blocks if block.kind is BlockKind.TABLE]


def table(rows: Sequence[Sequence[Any]], *styles: tuple[Any, ...], **how: Any) -> Table:
    return Table([list(row) for row in rows], style=list(styles), **how)


@pytest.mark.parametrize("rows", [FEES, BUDGETS])
@pytest.mark.parametrize("side", ["LEFT", "RIGHT", "CENTER"])
def test_a_table_is_a_table_however_its_columns_are_aligned(rows: Sequence[Sequence[str]], side: str) -> None:
    blocks = read(words(BODY), table(rows, ("ALIGN", (1, 0), (-1, -1), side), colWidths=[90] * len(rows[0])))

    assert [block.kind for block in blocks] == [BlockKind.PARAGRAPH, BlockKind.TABLE]
    assert tables(blocks) == [tuple(rows)]


def test_columns_that_are_as_narrow_as_their_words_stay_apart() -> None:
    assert tables(read(words(BODY), table(FEES))) == [FEES]


@pytest.mark.parametrize("side", ["TOP", "MIDDLE", "BOTTOM"])
def test_a_cell_of_several_lines_tears_no_table_and_the_number_behind_it_is_no_page_number(side: str) -> None:
    rows = [("Country", "Rule", "Fee"), ("France", words(LONG), "45"), ("Norway", "None", "75")]
    rows.append(("Peru", words(f"{LONG} and checked"), "85"))

    found = tables(read(words(BODY), table(rows, ("VALIGN", (0, 0), (-1, -1), side), colWidths=[80, 150, 60])))

    assert found == [
        (
            ("Country", "Rule", "Fee"),
            ("France", LONG, "45"),
            ("Norway", "None", "75"),
            ("Peru", f"{LONG} and checked", "85"),
        )
    ]


def test_a_table_without_a_label_for_its_rows_keeps_their_column() -> None:
    rows = (("", "2024", "2025"), ("France", "40", "45"), ("Norway", "70", "75"))

    assert tables(read(words(BODY), table(rows, colWidths=[90] * 3))) == [rows]


@pytest.mark.parametrize("repeated", [0, 1])
@pytest.mark.parametrize("body", [[words(BODY)], []])
def test_a_table_over_several_pages_has_its_labels_on_each_and_loses_no_row(repeated: int, body: list[Any]) -> None:
    """Of 160 rows that differ in their numbers alone, as running heads do from page to page."""
    rows = [("Seat", "Free"), *((f"Seat {number}", "no" if number % 3 else "yes") for number in range(160))]

    blocks = read(*body, table(rows, repeatRows=repeated, colWidths=[120, 120]), running="Norwood Handbook")

    parts = tables(blocks)
    assert len(parts) > 3
    assert [block.page for block in blocks if block.rows] == list(range(1, len(parts) + 1))
    assert {part[0] for part in parts} == {rows[0]}
    assert [row for part in parts for row in part[1:]] == rows[1:]
    assert len(blocks) == len(parts) + len(body)


def test_one_row_on_the_next_page_goes_on_with_the_table() -> None:
    # A4 less two margins of an inch: 38 rows of 18 points.
    rows = [("Code", "Fee"), *((f"C{number}", str(100 + number)) for number in range(38))]

    assert tables(read(table(rows, colWidths=[90, 90]))) == [tuple(rows[:38]), (rows[0], rows[38])]


def test_a_table_on_the_next_page_with_labels_of_its_own_keeps_them() -> None:
    codes = [("Code", "Fee"), *((f"C{number}", str(100 + number)) for number in range(37))]
    mayors = (("City", "Inhabitants"), ("Oslo", "709000"), ("Bergen", "291000"))

    found = tables(read(table(codes, colWidths=[90, 90]), table(mayors, colWidths=[90, 90])))

    assert found == [tuple(codes), mayors]
