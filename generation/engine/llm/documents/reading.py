"""Files as documents, one after the other: what each is, its content tells, else its name; a zip is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from generation.engine.errors import DocumentError
from generation.engine.llm.documents.document import Block, BlockKind, Document, Unread, one_line, worded
from generation.engine.llm.documents.docx import read_docx
from generation.engine.llm.documents.encoding import decoded
from generation.engine.llm.documents.html import read_html
from generation.engine.llm.documents.markdown import front_matter, read_markdown
from generation.engine.llm.documents.office import OLE, body_of, is_other, refused
from generation.engine.llm.documents.pdf.pages import read_pdf
from generation.engine.llm.documents.plain import read_plain

ENDINGS = (".md", ".markdown", ".txt", ".html", ".htm", ".pdf", ".docx", ".zip")
_MARKDOWN = (".md", ".markdown", ".mdx")
_HTML = (".html", ".htm", ".xhtml")
_PLAIN = (".txt", ".text", "")
# Software may put something before the beginning of a PDF (ISO 32000, appendix H.3).
_PDF_BEGINS_WITHIN = 1024
_OPENING_CHARACTERS = 3_000
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError)
_DATE = re.compile(
    r"\b(?:last (?:updated|reviewed|changed)|updated|effective(?: date| from)?|valid from|as of|date(?:d)?|published|"
    r"in force (?:since|from))\b\s*(?:on)?\s*[:\-]?\s*"
    r"(\d{4}-\d{2}-\d{2}|\d{1,2}\.? [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2},? \d{4}|[A-Z][a-z]+ \d{4}|"
    r"\d{1,2}[./]\d{1,2}[./]\d{4})",
    re.I,
)
_VERSION = re.compile(
    r"\b(?:version|revision|rev\.|release)\s*[:\-]?\s*v?(\d+(?:\.\d+){0,3})\b|\bv(\d+(?:\.\d+){1,3})\b", re.I
)


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """How much is read: bytes of a file after unpacking, files of an archive, and bytes of all of them."""

    file_bytes: int = 200 * 2**20
    files: int = 10_000
    archive_bytes: int = 4 * 2**30


def read_documents(source: BinaryIO, name: str, limits: DocumentLimits | None = None) -> Iterator[Document | Unread]:
    """The document in a seekable file called `name`, or those of an archive, read one at a time in order of name.

    A file that gives no document comes as `Unread` with the reason, and the others go on. Never an error because of
    what a file holds.
    """
    limits = limits or DocumentLimits()
    try:
        if _is_archive(source):
            yield from _unpacked(source, limits)
            return
        yield _read(source, name, limits)
    except DocumentError as why:
        yield Unread(name, why.code, why.sentence)


def _is_archive(source: BinaryIO) -> bool:
    """Whether it is a zip of documents, and no DOCX. DocumentError for another file of an office, or a damaged one."""
    source.seek(0)
    if source.read(4) not in (b"PK\x03\x04", b"PK\x05\x06"):
        return False
    try:
        with zipfile.ZipFile(source) as archive:
            is_document, is_other_one = bool(body_of(archive)), is_other(archive)
    except _ZIP_ERRORS:
        raise DocumentError("damaged", "The file is damaged or cut off. Save it again.") from None
    if is_other_one and not is_document:
        raise DocumentError("unknown", "The file is a table, slides or OpenDocument. Save it as .docx or PDF.")
    return not is_document


def _unpacked(source: BinaryIO, limits: DocumentLimits) -> Iterator[Document | Unread]:
    with zipfile.ZipFile(source) as archive:
        members = sorted((one for one in archive.infolist() if _is_wanted(one)), key=lambda one: one.filename)
        if len(members) > limits.files:
            raise DocumentError("too_many", f"The archive holds more than {limits.files:,} files. Split it.")
        if not members:
            raise DocumentError("empty", "The archive holds no files.")
        left = limits.archive_bytes
        for member in members:
            try:
                data = _member(archive, member, min(limits.file_bytes, left))
                left -= len(data)
                yield _read(io.BytesIO(data), member.filename, limits)
            except DocumentError as why:
                yield Unread(member.filename, why.code, why.sentence)


def _is_wanted(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return not member.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith(".")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """What a file unpacks to; what the archive says of its size is not believed."""
    if member.flag_bits & 1:
        raise DocumentError("locked", "The file in the archive needs a password. Pack it without one.")
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)
    except _ZIP_ERRORS:
        raise DocumentError("damaged", "The file in the archive is damaged. Pack it again.") from None
    if len(data) > most:
        raise DocumentError("too_large", "The file unpacks to more than is allowed. Split it.")
    return data


def _read(source: BinaryIO, name: str, limits: DocumentLimits) -> Document:
    size = source.seek(0, io.SEEK_END)
    if size > limits.file_bytes:
        raise DocumentError("too_large", "The file is larger than is allowed. Split it.")
    if not size:
        raise DocumentError("empty", "The file is empty: it holds no words. Save it again.")
    document = _by_content(source, name)
    if not document.blocks:
        raise DocumentError("empty", "The document holds no words.")
    return document


def _by_content(source: BinaryIO, name: str) -> Document:
    if _is_archive(source):
        raise DocumentError("nested", "A zip inside a zip is not opened. Unpack it and pack its files instead.")
    source.seek(0)
    head = source.read(_PDF_BEGINS_WITHIN)
    source.seek(0)
    if head.startswith(b"%PDF") or (b"%PDF-" in head and name.lower().endswith(".pdf")):
        printed = read_pdf(source)
        document = _document(name, "pdf", printed.blocks, printed.about, printed.pages)
        return replace(document, notes=printed.notes)
    if head.startswith(b"PK\x03\x04"):
        blocks, about = read_docx(source)
        return _document(name, "docx", blocks, about)
    if head.startswith(OLE):
        raise refused(source.read())
    return _of_text(decoded(source.read()), name)


def _of_text(text: str, name: str) -> Document:
    ending = PurePosixPath(name).suffix.lower()
    if ending in _HTML or re.match(r"\s*(?:<!doctype html|<html)", text, re.I):
        blocks, title, date = read_html(text)
        return _document(name, "html", blocks, {"title": title, "date": date})
    if ending in _MARKDOWN:
        return _document(name, "markdown", list(read_markdown(text)), front_matter(text))
    if ending in (".pdf", ".docx"):
        raise DocumentError("damaged", f"The file is called {ending} and holds something else. Save it again as that.")
    if ending not in _PLAIN:
        raise DocumentError(
            "unknown", "Documents are Markdown, text, HTML, PDF, DOCX or a zip of those; this file is none of them."
        )
    return _document(name, "text", list(read_plain(text)), {})


def _document(name: str, kind: str, blocks: list[Block], about: dict[str, str], pages: int = 0) -> Document:
    kept = worded(blocks)
    opening = "\n".join(block.text for block in kept)[:_OPENING_CHARACTERS]
    date, version = _DATE.search(opening), _VERSION.search(opening)
    first = next((block.text for block in kept if block.kind is BlockKind.HEADING), "")
    title = one_line(about.get("title", "")) or first or PurePosixPath(name).stem.replace("_", " ")
    return Document(
        name=name,
        format=kind,
        title=title,
        blocks=kept,
        pages=pages,
        date=about.get("date", "") or (date.group(1) if date else ""),
        version=about.get("version", "") or (next(filter(None, version.groups())) if version else ""),
    )
