"""DOCX: paragraphs, headings by their style's outline, lists and tables. Standard library; nothing in it is run."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

from generation.engine.errors import DocumentError
from generation.engine.llm.documents.document import Block, heading, listing, paragraph
from generation.engine.llm.documents.grid import MOST_COLUMNS, Cell, blocks_of
from generation.engine.llm.documents.office import body_of

MAX_PART_BYTES = 64 * 2**20
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_NOTES = ("footnote", "endnote")
_HEADING_STYLE = re.compile(r"heading\s?(\d)", re.I)
_TWICE = ("{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", f"{W}moveFrom", f"{W}pPr", f"{W}rPr")
Element = ElementTree.Element


def read_docx(source: BinaryIO) -> tuple[list[Block], dict[str, str]]:
    """The blocks, and the title and date the file states. DocumentError for a file that cannot be read."""
    try:
        with zipfile.ZipFile(source) as archive:
            body = _part(archive, body_of(archive))
            levels = _levels(archive)
            about = _about(archive)
            notes = [note for name in _NOTES for note in _notes(archive, name)]
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError):
        raise DocumentError("damaged", "The DOCX file is damaged or needs a password. Save it again.") from None
    except ElementTree.ParseError:
        raise DocumentError("damaged", "The DOCX file holds XML that cannot be read. Save it again.") from None
    return [*_blocks(body.find(f"{W}body"), levels), *notes], about


def _notes(archive: zipfile.ZipFile, name: str) -> Iterator[Block]:
    """The footnotes or endnotes; the lines that part them from the text have a type and no words."""
    notes = _part(archive, f"word/{name}s.xml") if f"word/{name}s.xml" in archive.namelist() else ()
    for note in notes:
        text = " ".join(_text(inner) for inner in note.iter(f"{W}p"))
        if note.get(f"{W}type") is None and text.strip():
            yield paragraph(text)


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as file:
        data = file.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise DocumentError("too_large", "The DOCX file unpacks to more than is allowed. Split the document.")
    if any(doctype in data for doctype in _DOCTYPES):
        raise DocumentError("entities", "The DOCX file defines XML entities, which no word processor does.")
    data = data.replace(_STRICT, W.strip("{}").encode())
    return ElementTree.fromstring(data)  # noqa: S314 - it can define no entities: a document type is refused above


def _levels(archive: zipfile.ZipFile) -> dict[str, int]:
    """The level of each style that makes a heading."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    found = {}
    for style in _part(archive, "word/styles.xml").iter(f"{W}style"):
        outline = style.find(f"{W}pPr/{W}outlineLvl")
        name = _HEADING_STYLE.search(_value(style.find(f"{W}name")))
        if outline is not None and (depth := int(_value(outline) or 9)) < 9:
            found[style.get(f"{W}styleId", "")] = depth + 1
        elif name or _value(style.find(f"{W}name")).lower() == "title":
            found[style.get(f"{W}styleId", "")] = int(name.group(1)) if name else 1
    return found


def _about(archive: zipfile.ZipFile) -> dict[str, str]:
    if "docProps/core.xml" not in archive.namelist():
        return {}
    said = {part.tag.rpartition("}")[2]: part.text or "" for part in _part(archive, "docProps/core.xml")}
    return {"title": said.get("title", ""), "date": said.get("modified", said.get("created", ""))[:10]}


def _blocks(body: Element | None, levels: dict[str, int]) -> Iterator[Block]:
    items: list[str] = []
    for part in body if body is not None else ():
        if part.tag == f"{W}p" and _is_item(part):
            items.append(_text(part))
            continue
        if items:
            yield listing(items)
            items = []
        yield from _block(part, levels)
    if items:
        yield listing(items)


def _block(part: Element, levels: dict[str, int]) -> Iterator[Block]:
    if part.tag == f"{W}tbl":
        yield from blocks_of([_cells(row) for row in _inside(part, "tr")])
    elif part.tag == f"{W}sdt":
        yield from _blocks(part.find(f"{W}sdtContent"), levels)
    elif part.tag == f"{W}p" and (text := _text(part)).strip():
        level = levels.get(_style(part)) or _own_level(part)
        yield heading(text, level) if level else paragraph(text)


def _inside(part: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also those in a control; not those of a table inside."""
    for child in part:
        if child.tag == f"{W}{name}":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent"):
            yield from _inside(child, name)


def _cells(row: Element) -> list[Cell]:
    is_label = row.find(f"{W}trPr/{W}tblHeader") is not None
    before = row.find(f"{W}trPr/{W}gridBefore")
    return [Cell("", 1) for _ in range(_count(before))] + [_cell(cell, is_label) for cell in _inside(row, "tc")]


def _cell(cell: Element, is_label: bool) -> Cell:
    text = " ".join(_text(inner) for inner in cell.iter(f"{W}p"))
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    goes_on = merge is not None and _value(merge) != "restart"
    return Cell(text, max(1, _count(cell.find(f"{W}tcPr/{W}gridSpan"))), is_label=is_label, goes_on=goes_on)


def _count(element: Element | None) -> int:
    number = _value(element)
    return min(int(number[:6]), MOST_COLUMNS) if number.isdecimal() else 0


def _text(part: Element) -> str:
    """The words of a paragraph; deleted ones of tracked changes are in `w:delText` and so left out."""
    return "".join(_words(part))


def _words(part: Element) -> Iterator[str]:
    """The words of what is inside; what was moved away and what stands there for old software would come twice."""
    marks = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}noBreakHyphen": "-"}
    for child in part:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in marks:
            yield marks[child.tag]
        elif child.tag not in _TWICE:
            yield from _words(child)


def _style(part: Element) -> str:
    return _value(part.find(f"{W}pPr/{W}pStyle"))


def _own_level(part: Element) -> int:
    outline = _value(part.find(f"{W}pPr/{W}outlineLvl"))
    return int(outline) + 1 if outline.isdigit() and int(outline) < 9 else 0


def _is_item(part: Element) -> bool:
    is_numbered = part.find(f"{W}pPr/{W}numPr") is not None
    return (is_numbered or "list" in _style(part).lower()) and not _own_level(part) and bool(_text(part).strip())


def _value(element: Element | None) -> str:
    return "" if element is None else element.get(f"{W}val", "")
