"""What stands in a file of each kind, and one sentence for what cannot be read."""

from __future__ import annotations

import io
import zipfile

import pypdf
import pytest

from generation.engine.llm.documents.document import BlockKind, Document, Unread
from generation.engine.llm.documents.reading import DocumentLimits, read_documents
from tests.generation.engine.llm.documents.pdf_file import Placed, pdf_file

MARKDOWN = """---
title: Handbook
version: 2.1
---
# Travel

Last updated: 4 March 2025. Book *early* and read the [rules](https://rules.example).

- trains first
- planes, if the trip is
  longer than six hours

1. ask
2. book

| country | full day |
|---------|---------:|
| France  | 45 euros |
| Norway  | 75 euros |

Terms
-----
> It is what it is.
"""
HTML = """<!doctype html><title>Handbook</title><style>p{}</style><nav><p>Menu</p></nav>
<h1>Travel</h1><p>Book <b>early</b>.<ul><li>trains<li>planes</ul>
<table><tr><th>country<th>full day<tr><td>France<td>45 euros</table><script>alert(1)</script>"""


def read(data: bytes, name: str, limits: DocumentLimits | None = None) -> list[Document | Unread]:
    return list(read_documents(io.BytesIO(data), name, limits))


def one(data: bytes, name: str) -> Document:
    (document,) = read(data, name)
    assert isinstance(document, Document), document
    return document


def why(data: bytes, name: str) -> str:
    (unread,) = read(data, name)
    assert isinstance(unread, Unread), unread
    return unread.sentence


def kinds(document: Document) -> list[str]:
    return [block.kind.value for block in document.blocks]


def test_markdown_keeps_headings_lists_and_tables_and_loses_its_marks() -> None:
    document = one(MARKDOWN.encode(), "guide/travel.md")

    assert (document.title, document.version, document.date) == ("Handbook", "2.1", "4 March 2025")
    assert kinds(document) == ["heading", "paragraph", "list", "list", "table", "heading", "paragraph"]
    assert document.blocks[1].text == "Last updated: 4 March 2025. Book early and read the rules."
    assert document.blocks[2].items == ("trains first", "planes, if the trip is longer than six hours")
    assert document.blocks[4].rows == (("country", "full day"), ("France", "45 euros"), ("Norway", "75 euros"))
    assert (document.blocks[5].text, document.blocks[5].level) == ("Terms", 2)


def test_html_is_what_a_reader_reads() -> None:
    document = one(HTML.encode(), "page")

    assert document.title == "Handbook"
    assert [block.text for block in document.blocks] == [
        "Travel",
        "Book early.",
        "- trains\n- planes",
        "country | full day\nFrance | 45 euros",
    ]


def test_plain_text_has_headings_by_their_form() -> None:
    hotels = "1.2 Hotels\n\nA room costs at most 160 euros.\n\n- London\n- Paris\n"
    text = f"TRAVEL\n\nBook early. Trains\ncome first.\n\n{hotels}"

    document = one(text.encode("utf-16"), "travel.txt")

    assert [(block.kind.value, block.level) for block in document.blocks] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("paragraph", 0),
        ("list", 0),
    ]


def test_docx_keeps_headings_lists_and_tables() -> None:
    document = one(docx(), "travel.docx")

    assert kinds(document) == ["heading", "paragraph", "list", "table"]
    assert document.blocks[0].text == "Travel"
    assert document.blocks[2].items == ("trains", "planes")
    assert document.blocks[3].rows == (("country", "full day"), ("France", "45 euros"))


PAGE: list[Placed] = [
    (72, 740, 18, "Travel"),
    (72, 700, 11, "A hotel room must not cost more than 160 euros per night. Employees book their"),
    (72, 686, 11, "trains early."),
    (72, 650, 11, "- London"),
    (72, 636, 11, "- Paris"),
    (72, 600, 11, "country"),
    (200, 600, 11, "full day"),
    (72, 586, 11, "France"),
    (200, 586, 11, "45 euros"),
]


def test_a_pdf_has_its_headings_lists_tables_and_pages() -> None:
    document = one(pdf_file([PAGE, [(72, 700, 11, "Claims are handed in within 30 days.")]]), "travel.pdf")

    assert [(block.kind.value, block.page) for block in document.blocks] == [
        ("heading", 1),
        ("paragraph", 1),
        ("list", 1),
        ("table", 1),
        ("paragraph", 2),
    ]
    assert document.blocks[1].text.endswith("Employees book their trains early.")
    assert document.blocks[3].rows == (("country", "full day"), ("France", "45 euros"))
    assert document.pages == 2


def test_running_heads_and_page_numbers_of_a_long_pdf_are_left_out() -> None:
    rules = [f"The rule of {chr(97 + n // 26)}{chr(97 + n % 26)} holds." for n in range(500)]
    pages = [
        [(72, 760, 9, "Norwood Handbook"), (72, 700, 11, rule), (300, 30, 9, str(n + 1))]
        for n, rule in enumerate(rules)
    ]

    document = one(pdf_file(pages), "long.pdf")

    assert document.pages == 500
    assert [block.text for block in document.blocks] == rules


def test_a_pdf_of_pictures_a_locked_one_and_a_cut_one_get_a_sentence_each() -> None:
    locked = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_file([PAGE])))
    locked.encrypt("secret", algorithm="RC4-128")
    sealed = io.BytesIO()
    locked.write(sealed)

    assert "text recognition" in why(pdf_file([[]]), "scan.pdf")
    assert why(sealed.getvalue(), "locked.pdf") == "The PDF needs a password. Save it without one."
    assert why(pdf_file([PAGE])[:300], "cut.pdf") == "The PDF is damaged or cut off. Save it again."


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "empty.txt", "holds no words"),
        (b"\n---\n", "empty.md", "holds no words"),
        (b"\x00\x01\x02", "photo.txt", "holds no text"),
        (b"a,b\n1,2\n", "table.csv", "none of them"),
        (b"PK\x03\x04broken", "broken.docx", "damaged"),
    ],
)
def test_what_is_no_document_gets_one_sentence(data: bytes, name: str, words: str) -> None:
    assert words in why(data, name)


def test_of_a_zip_every_file_is_read_or_named_with_a_reason() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("b.txt", "Trains come first.")
        archive.writestr("a.pdf", pdf_file([[]]))
        archive.writestr("__MACOSX/b.txt", "junk")
        archive.writestr("c.docx", docx())

    found = read(packed.getvalue(), "all.zip")

    assert [(type(each).__name__, each.name) for each in found] == [
        ("Unread", "a.pdf"),
        ("Document", "b.txt"),
        ("Document", "c.docx"),
    ]


def test_a_zip_that_unpacks_to_more_than_is_allowed_is_refused_file_by_file() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", "a " * 100_000)
        archive.writestr("small.txt", "Trains come first.")

    bomb, small = read(packed.getvalue(), "all.zip", DocumentLimits(file_bytes=1_000))

    assert isinstance(bomb, Unread)
    assert "more than is allowed" in bomb.sentence
    assert isinstance(small, Document)


def test_a_docx_that_defines_entities_is_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

    assert "entities" in why(docx(bomb), "bomb.docx")


def docx(body: str = "") -> bytes:
    """A DOCX written by hand."""
    name = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def paragraph(text: str, style: str = "") -> str:
        return f"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"

    cells = [["country", "full day"], ["France", "45 euros"]]
    rows = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in cells)
    item = "<w:numPr/>"
    parts = [
        paragraph("Travel", '<w:pStyle w:val="H1"/>'),
        paragraph("Book early."),
        paragraph("trains", item),
        paragraph("planes", item),
        f"<w:tbl>{rows}</w:tbl>",
    ]
    styles = '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "word/document.xml", body or f"<w:document {name}><w:body>{''.join(parts)}</w:body></w:document>"
        )
        archive.writestr("word/styles.xml", f"<w:styles {name}>{styles}</w:styles>")
    return packed.getvalue()


def test_the_text_of_a_document_is_what_its_blocks_say_at_their_places() -> None:
    document = one(MARKDOWN.encode(), "travel.md")

    for start, block in zip(document.starts(), document.blocks, strict=True):
        assert document.text[start : start + len(block.text)] == block.text
    assert document.blocks[-1].kind is BlockKind.PARAGRAPH
