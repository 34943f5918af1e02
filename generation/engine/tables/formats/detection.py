"""What a file is, told from its bytes alone, and in which encoding a text is written."""

from __future__ import annotations

import codecs
import zipfile
from dataclasses import dataclass

import charset_normalizer

from generation.engine.errors import TableError
from generation.engine.tables.facts import Format
from generation.engine.tables.formats.code_pages import WESTERN, code_page
from generation.engine.tables.formats.streams import UNPACKING_ERRORS, Borrowed, unpacked

SAMPLE_BYTES = 1 << 18
ACCEPTED = "Upload a table as CSV, Parquet, JSON Lines or XLSX."
# The start of a file, and what to call it.
KNOWN_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\xd0\xcf\x11\xe0", "an old Office file (.xls or .doc), which has to be saved as .xlsx"),
    (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"ARROW1", "an Arrow or Feather file"),
    (b"ORC", "an ORC file"),
    (b"\x1f\x8b", "a gzip file inside a gzip file"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PAR1", "a packed Parquet file, which has to be unpacked first"),
)
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WIDE_ENCODINGS = [WESTERN, "cp1251", "shift_jis", "gb18030", "big5", "euc_kr"]
# Below this share of bytes beyond ASCII, statistics of letters mislead: a few accents or a pound sign mean Western.
MOSTLY_ASCII = 0.05
# With fewer of them statistics of letters say little.
ENOUGH_BYTES = 64
CONTROL = bytes(set(range(32)) - set(b"\t\n\r\f\0"))


@dataclass(frozen=True, slots=True)
class Detected:
    """The format; for a text also whether it is packed by gzip, its encoding, and its first characters.

    `is_sure` says that the encoding is Unicode's, or gives words of a language.
    """

    format: Format
    is_gzip: bool = False
    encoding: str = ""
    sample: str = ""
    is_sure: bool = True


def detect(source: Borrowed) -> Detected:
    """The format by content; a TableError that names what the file is when it is no table."""
    head = source.read(4) or b""
    if head == b"PAR1":
        return Detected("parquet")
    if head == b"PK\x03\x04":
        _require_workbook(source)
        return Detected("xlsx")
    is_gzip = head[:2] == b"\x1f\x8b"
    return _detect_text(_sample(source, is_gzip), is_gzip)


def _require_workbook(source: Borrowed) -> None:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise TableError(
            "damaged", "The XLSX or ZIP file is damaged or cut off. Save it again and upload it."
        ) from None
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= names:
        raise TableError("not_a_table", f"This is a ZIP archive or another Office document, not a table. {ACCEPTED}")


def _sample(source: Borrowed, is_gzip: bool) -> bytes:
    try:
        return unpacked(source, is_gzip).read(SAMPLE_BYTES)
    except UNPACKING_ERRORS:
        raise TableError("damaged", "The gzip file is damaged or cut off. Make it again and upload it.") from None


def _detect_text(sample: bytes, is_gzip: bool) -> Detected:
    _refuse_known_others(sample)
    encoding, is_sure = _judged(sample)
    # The sample may end in the middle of a character; an undecodable byte before that is the reader's to refuse.
    text = codecs.getincrementaldecoder(encoding)("replace").decode(sample)
    start = text.lstrip("\ufeff \t\r\n")[:9].lower()
    if not start:
        raise TableError("empty", "The file is empty. Upload a table with a header and at least one row.")
    if start.startswith("["):
        raise TableError(
            "json_array", "This is a JSON array. Write one JSON object per line (JSON Lines) and upload it."
        )
    if start.startswith(("<!doctype", "<html", "<?xml")):
        raise TableError("not_a_table", f"This is a web page or an XML file, not a table. {ACCEPTED}")
    if start.startswith("{"):
        # JSON has no encodings of letters but Unicode's.
        return Detected("jsonl", is_gzip, encoding if encoding.startswith("utf") else "utf-8", text)
    return Detected("csv", is_gzip, encoding, text, is_sure)


def _refuse_known_others(sample: bytes) -> None:
    for magic, what in KNOWN_OTHERS:
        if sample.startswith(magic) and not (magic == b"ORC" and sample[3:4] in b",;|\t\r\n"):
            raise TableError("not_a_table", f"This is {what}, not a table, whatever its name says. {ACCEPTED}")
    is_marked = any(sample.startswith(mark) for mark, _ in BYTE_ORDER_MARKS)
    if not is_marked and len(sample) - len(sample.translate(None, CONTROL)) > len(sample) // 10:
        raise TableError("not_a_table", f"This is a binary file of an unknown kind, not a table. {ACCEPTED}")


def text_encoding(sample: bytes) -> str:
    """The encoding of a text by its mark, by being valid UTF-8, or else by its words."""
    return _judged(sample)[0]


def _judged(sample: bytes) -> tuple[str, bool]:
    """The encoding, and whether it is sure."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if sample.startswith(mark):
            return encoding, True
    if sample[1::2].count(0) > len(sample) // 5:
        return "utf-16-le", True
    if sample[0::2].count(0) > len(sample) // 5:
        return "utf-16-be", True
    return ("utf-8", True) if _is_utf8(sample) else _legacy_encoding(sample)


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(sample, final=len(sample) < SAMPLE_BYTES)
    except UnicodeDecodeError:
        return False
    return True


def _legacy_encoding(sample: bytes) -> tuple[str, bool]:
    page = code_page(sample)
    beyond_ascii = sum(byte > 127 for byte in sample)
    if page.is_sure or beyond_ascii < MOSTLY_ASCII * len(sample):
        return page.name, page.is_sure
    best = charset_normalizer.from_bytes(sample, cp_isolation=WIDE_ENCODINGS).best()
    if best is None or WESTERN in best.could_be_from_charset:
        return page.name, False
    return str(best.encoding), beyond_ascii >= ENOUGH_BYTES
