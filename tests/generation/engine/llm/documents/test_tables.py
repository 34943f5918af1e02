"""Tables with cells that reach over others, and lists of terms: each cell under one label."""

from __future__ import annotations

import pytest

from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import passages_of
from generation.engine.llm.questions.structures import structured
from tests.generation.engine.llm.documents.test_reading import NAME, docx, docx_paragraph, one

FEES = """<h1>Fees</h1><table><caption>All in euros</caption>
<thead><tr><th rowspan="2">Country<th colspan="2">Fee</tr><tr><th>2024<th>2025</tr></thead>
<tr><td>France<td>40<td>45</tr><tr><td>Norway<td>70<td>75</tr></table>"""
LABELS = ("Country", "Fee, 2024", "Fee, 2025")


# A label that was merged of two is no word of a sentence: it is quoted.
IN_2025 = "In the table under “Fees”, what stands in the column “Fee, 2025” where “Country” is “Norway”?"


def page(html: str) -> Document:
    return one(f"<!doctype html>{html}".encode(), "page.html")


def rows(html: str) -> tuple[tuple[str, ...], ...]:
    (table,) = [block.rows for block in page(html).blocks if block.rows]
    return table


def asked(document: Document) -> dict[str, str]:
    return {text: each.evidence.text for each in structured(passages_of(document)) for text in each.wordings}


@pytest.mark.parametrize("html", [FEES, FEES.replace("th>", "td>").replace("<th", "<td").replace("thead", "tbody")])
def test_two_rows_of_labels_become_one_label_a_column(html: str) -> None:
    assert rows(html) == (LABELS, ("France", "40", "45"), ("Norway", "70", "75"))


def test_a_table_with_two_rows_of_labels_is_asked_about_like_any_other() -> None:
    assert asked(page(FEES))[IN_2025] == "75"
    assert page(FEES).blocks[1].text == "All in euros"


def test_a_cell_over_several_rows_stands_in_each_and_both_columns_tell_the_rows() -> None:
    html = """<h1>Fees</h1><table><tr><th>Country<th>Class<th>Fee<tr><td rowspan=2>France<td>First<td>40
    <tr><td>Second<td>20<tr><td>Norway<td>First<td>70</table>"""

    assert rows(html)[1:3] == (("France", "First", "40"), ("France", "Second", "20"))
    assert asked(page(html))["What is the fee for “France, Second” under “Fees”?"] == "20"
    assert not [text for text in asked(page(html)) if text.endswith("fee for “France” under “Fees”?")]


def test_a_row_that_is_one_cell_is_a_title_above_and_a_group_below() -> None:
    html = """<table><tr><td colspan=2>Allowances<tr><td>Country<td>Fee<tr><td colspan=2>Europe
    <tr><td>France<td>40</table>"""

    assert page(html).blocks[0].text == "Allowances"
    assert rows(html) == (("Country", "Fee"), ("Europe", ""), ("France", "40"))


def test_rowspan_nought_reaches_to_the_end_and_a_huge_one_ends_with_the_table() -> None:
    # HTML: a rowspan of 0 extends to the end of the group; colspan is clamped.
    html = "<table><tr><th>a<th>b<tr><td rowspan=0>x<td colspan=99999999>1<tr><td>2</table>"

    assert rows(html)[0][:2] == ("a", "b")
    assert [row[0] for row in rows(html)] == ["a", "x", "x"]


def test_a_list_of_terms_is_a_table_and_is_asked_about() -> None:
    html = """<h1>Words</h1><dl><dt>Per diem<dd>A sum for each day.<dt>Leg</dt><dt>Stretch</dt>
    <dd>A part of a trip</dd><dd>without a stop</dd></dl><p>After.</p>"""

    assert rows(html) == (
        ("Term", "Definition"),
        ("Per diem", "A sum for each day."),
        ("Leg", "A part of a trip; without a stop"),
        ("Stretch", "A part of a trip; without a stop"),
    )
    assert page(html).blocks[-1].text == "After."
    assert asked(page(html))["What is the definition for “Per diem” under “Words”?"] == "A sum for each day."


def test_no_text_of_a_table_inside_another_or_of_a_form_is_lost() -> None:
    html = """<form><table><tr><td><p>Before</p><p>it</p><table><tr><td>a<td>b<tr><td>1<td>2</table>
    <tr><td>Behind<ul><li>one<li>two</ul></table></form>"""

    assert [block.text for block in page(html).blocks] == ["Before it", "a | b\n1 | 2", "Behind; one; two"]


def test_an_unclosed_table_keeps_its_text() -> None:
    assert page("<table><tr><td>a<td>b<tr><td>1<td>2").text == "a | b\n1 | 2"


def test_merged_cells_of_a_docx_are_those_of_a_page() -> None:
    def cell(text: str, about: str = "") -> str:
        return f"<w:tc><w:tcPr>{about}</w:tcPr>{docx_paragraph(text)}</w:tc>"

    starts, goes_on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    lines = [
        cell("Country", starts) + cell("Fee", wide),
        cell("", goes_on) + cell("2024") + cell("2025"),
        cell("France") + cell("40") + cell("45"),
        cell("Norway", starts) + cell("70") + cell("75"),
        cell("", goes_on) + cell("71") + cell("76"),
    ]
    table = "".join(f"<w:tr>{line}</w:tr>" for line in lines)
    body = f"<w:document {NAME}><w:body><w:tbl>{table}</w:tbl></w:body></w:document>"

    (block,) = one(docx(body), "fees.docx").blocks

    assert block.rows == (
        LABELS,
        ("France", "40", "45"),
        ("Norway", "70", "75"),
        ("Norway", "71", "76"),
    )
