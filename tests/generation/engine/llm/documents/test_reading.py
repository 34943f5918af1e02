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
        (b"", "empty.pdf", "The file is empty"),
        (b"Just text.", "page.pdf", "called .pdf and holds something else"),
        (b"\n---\n", "empty.md", "holds no words"),
        (b"\x00\x01\x02", "photo.txt", "holds no text"),
        (b"a,b\n1,2\n", "table.csv", "none of them"),
        (b"PK\x03\x04broken", "broken.docx", "damaged"),
    ],
)
def test_what_is_no_document_gets_one_sentence(data: bytes, name: str, words: str) -> None:
    assert words in why(data, name)


def test_pages_that_are_pictures_are_told_and_empty_ones_are_not() -> None:
    picture: list[Placed] = [(72, 740, 18, "")]
    text: list[Placed] = [(72, 700, 11, "Claims are handed in within 30 days.")]
    numbered = [[*picture, (300, 30, 9, str(number))] for number in range(2, 11)]

    document = one(pdf_file([text, *numbered]), "scan.pdf")

    assert document.notes == (
        "9 of 10 pages hold no text (2, 3, 4, 5, 6, 7, 8, 9, 10): "
        "if they are scanned, send the PDF through text recognition first.",
    )
    assert one(pdf_file([text, []]), "blank.pdf").notes == ()


def test_a_scan_whose_only_text_are_page_numbers_needs_text_recognition() -> None:
    assert "text recognition" in why(pdf_file([[(300, 30, 9, str(number))] for number in (1, 2, 3)]), "scan.pdf")


def test_a_pdf_may_begin_behind_other_bytes() -> None:
    assert one(b"\r\n" + pdf_file([PAGE]), "travel.pdf").format == "pdf"


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        ("EncryptedPackage", "The file is locked with a password. Open it and save it without one."),
        ("WordDocument", "The file is in Word's old format (.doc). Open it and save it as .docx."),
        ("Workbook", "The file is in an old format of Office. Open it and save it as .docx or PDF."),
    ],
)
def test_a_file_of_an_old_office_says_how_to_save_it(stream: str, sentence: str) -> None:
    # [MS-CFB]: the names of streams stand in the directory in UTF-16.
    assert why(OLE + stream.encode("utf-16-le"), "letter.docx") == sentence


def test_a_zip_in_a_zip_and_a_workbook_are_told_as_what_they_are() -> None:
    inner = zipped({"a.txt": b"Trains come first."})

    found = read(zipped({"a.txt": b"Planes come last.", "more.zip": inner, "book.xlsx": WORKBOOK}), "all.zip")

    assert [each.sentence if isinstance(each, Unread) else each.name for each in found] == [
        "a.txt",
        "The file is a table, slides or OpenDocument. Save it as .docx or PDF.",
        "A zip inside a zip is not opened. Unpack it and pack its files instead.",
    ]
    assert "Save it as .docx or PDF" in why(WORKBOOK, "book.xlsx")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Überschrift", "cp1252"),
        ("Überschrift\n\nDie Bücher heißen „gut“.", "cp1252"),
        ("Les élèves français ont mangé du gâteau à l’école.", "cp1252"),
        ("Ingen får överskrida beloppet.", "cp1252"),
        ("Zażółć gęślą jaźń w ciągu trzydziestu dni.", "cp1250"),
        ("Žádný zaměstnanec nesmí překročit částku.", "cp1250"),
        ("Привет, это короткий текст.", "cp1251"),
        ("20 m² kosten 160 €.", "cp1252"),
    ],
)
def test_letters_of_an_old_code_page_are_those_of_one_language(text: str, encoding: str) -> None:
    assert one(text.encode(encoding), "note.txt").text == text


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


WORKBOOK = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})


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


NAME = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx_paragraph(text: str, style: str = "") -> str:
    return f"<w:p><w:pPr>{style}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str = "", **parts: str) -> bytes:
    """A DOCX written by hand; `parts` are further ones by name."""
    cells = [["country", "full day"], ["France", "45 euros"]]
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc>{docx_paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in cells
    )
    item = "<w:numPr/>"
    held = [
        docx_paragraph("Travel", '<w:pStyle w:val="H1"/>'),
        docx_paragraph("Book early."),
        docx_paragraph("trains", item),
        docx_paragraph("planes", item),
        f"<w:tbl>{rows}</w:tbl>",
    ]
    styles = '<w:style w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    files = {
        "word/document.xml": body or f"<w:document {NAME}><w:body>{''.join(held)}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {NAME}>{styles}</w:styles>",
    } | {f"word/{name}.xml": part for name, part in parts.items()}
    return zipped({name: text.encode() for name, text in files.items()})


def test_footnotes_and_boxes_of_a_docx_are_read_once() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = "<w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p></w:txbxContent>"
    drawn = f'<mc:AlternateContent xmlns:mc="{mc}"><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>'
    body = f"<w:p><w:r><w:t>Text </w:t>{drawn}</mc:AlternateContent></w:r></w:p>"
    notes = f'<w:footnote w:type="separator">{docx_paragraph("")}</w:footnote>'
    notes += f"<w:footnote>{docx_paragraph('A note.')}</w:footnote>"

    document = one(
        docx(
            f"<w:document {NAME}><w:body>{body}</w:body></w:document>",
            footnotes=f"<w:footnotes {NAME}>{notes}</w:footnotes>",
        ),
        "box.docx",
    )

    assert [block.text for block in document.blocks] == ["Text in a box", "A note."]


def test_a_docx_in_the_strict_form_of_the_standard_is_read() -> None:
    # ISO/IEC 29500-1: the strict form has namespaces of its own.
    strict = NAME.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    body = f"<w:document {strict}><w:body>{docx_paragraph('Book early.')}</w:body></w:document>"

    assert one(docx(body), "strict.docx").text == "Book early."


def test_the_text_of_a_document_is_what_its_blocks_say_at_their_places() -> None:
    document = one(MARKDOWN.encode(), "travel.md")

    for start, block in zip(document.starts(), document.blocks, strict=True):
        assert document.text[start : start + len(block.text)] == block.text
    assert document.blocks[-1].kind is BlockKind.PARAGRAPH
