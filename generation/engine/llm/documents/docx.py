"""DOCX: paragraphs, headings by their style's outline, lists and tables. Standard library; nothing in it is run."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree

from generation.engine.errors import DocumentError
from generation.engine.llm.documents.document import Block, heading, listing, paragraph, table

MAX_PART_BYTES = 64 * 2**20
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DOCTYPES = (b"<!DOCTYPE", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_HEADING_STYLE = re.compile(r"heading\s?(\d)", re.I)
Element = ElementTree.Element


def read_docx(source: BinaryIO) -> tuple[list[Block], dict[str, str]]:
    """The blocks, and the title and date the file states. DocumentError for a file that cannot be read."""
    try:
        with zipfile.ZipFile(source) as archive:
            body = _part(archive, "word/document.xml")
            levels = _levels(archive)
            about = _about(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError):
        raise DocumentError("damaged", "The DOCX file is damaged or needs a password. Save it again.") from None
    except ElementTree.ParseError:
        raise DocumentError("damaged", "The DOCX file holds XML that cannot be read. Save it again.") from None
    return list(_blocks(body.find(f"{W}body"), levels)), about


def _part(archive: zipfile.ZipFile, name: str) -> Element:
    with archive.open(name) as file:
        data = file.read(MAX_PART_BYTES + 1)
    if len(data) > MAX_PART_BYTES:
        raise DocumentError("too_large", "The DOCX file unpacks to more than is allowed. Split the document.")
    if any(doctype in data for doctype in _DOCTYPES):
        raise DocumentError("entities", "The DOCX file defines XML entities, which no word processor does.")
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
        yield table(_rows(part))
    elif part.tag == f"{W}sdt":
        yield from _blocks(part.find(f"{W}sdtContent"), levels)
    elif part.tag == f"{W}p" and (text := _text(part)).strip():
        level = levels.get(_style(part)) or _own_level(part)
        yield heading(text, level) if level else paragraph(text)


def _rows(part: Element) -> Iterator[list[str]]:
    for row in part.iter(f"{W}tr"):
        yield [" ".join(_text(inner) for inner in cell.iter(f"{W}p")) for cell in row.findall(f"{W}tc")]


def _text(part: Element) -> str:
    """The words of a paragraph; deleted ones of tracked changes are in `w:delText` and so left out."""
    words = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}noBreakHyphen": "-"}
    return "".join((run.text or "") if run.tag == f"{W}t" else words.get(run.tag, "") for run in part.iter())


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
