"""A ZIP archive of text files as records, one a file. What it says of its own sizes is not believed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from generation.engine.errors import TableError
from generation.engine.llm.sources.lines import Record
from generation.engine.tables.formats.detection import text_encoding

ENDINGS = (".txt", ".md", ".text", ".log", ".eml")
MOST_FILES = 200_000
MOST_BYTES = 1 << 30
MOST_OF_ONE = 4 << 20


def is_archive_of_texts(source: BinaryIO) -> bool:
    """Whether this is a ZIP archive, and no workbook."""
    source.seek(0)
    if source.read(4) != b"PK\x03\x04":
        return False
    with _opened(source) as archive:
        return "xl/workbook.xml" not in archive.namelist()


def records_of_archive(source: BinaryIO) -> Iterator[Record]:
    """File name and text of each text file, in the archive's order. TableError for what cannot be read, or is too much.

    Folders, hidden files and files of other kinds are left out.
    """
    left, found = MOST_BYTES, 0
    with _opened(source) as archive:
        for entry in archive.infolist():
            name = entry.filename.rsplit("/", 1)[-1]
            if not name.casefold().endswith(ENDINGS) or name.startswith("."):
                continue
            found += 1
            text = _text(archive, entry)
            left -= len(text)
            if found > MOST_FILES or left < 0:
                raise TableError("too_large", f"The archive holds more than {MOST_FILES:,} files or 1 GiB. Split it.")
            yield {"file": name, "text": text}
    if not found:
        raise TableError("no_texts", f"The archive holds no text file ({', '.join(ENDINGS)}).")


def _text(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    try:
        with archive.open(entry) as file:
            content = file.read(MOST_OF_ONE + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise TableError("damaged", "A file in the archive is damaged, locked or packed in an unknown way.") from None
    if len(content) > MOST_OF_ONE:
        raise TableError("too_large", f"A file in the archive is larger than {MOST_OF_ONE >> 20} MiB. Split it.")
    return content.decode(text_encoding(content), errors="replace").strip()


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise TableError("damaged", "The ZIP file is damaged or cut off. Make it again, and upload it.") from None
