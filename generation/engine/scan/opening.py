"""Which reader a file gets: by its content where that says it, else by its name."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import BinaryIO, TypeVar, cast

from generation.engine.errors import TableError
from generation.engine.pii.entities import word_set
from generation.engine.scan.batch import Contents, Manner
from generation.engine.scan.readers.pdf import open_pdf
from generation.engine.scan.readers.plain import Packing, open_lines
from generation.engine.scan.readers.records import open_json, open_json_lines
from generation.engine.scan.readers.sheets import open_sheets
from generation.engine.scan.readers.tables import open_cells
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.detection import BYTE_ORDER_MARKS, CONTROL, KNOWN_OTHERS, text_encoding
from generation.engine.tables.formats.streams import UNPACKING_ERRORS, Borrowed, unpacked

T = TypeVar("T")
SAMPLE_BYTES = 1 << 16
# Source code, markup and settings are written by hand, and short; data may be long and is streamed.
MAX_CODE_BYTES = 8 * 2**20
TABLES = word_set("csv tsv tab psv parquet xlsx")
TEXTS = word_set("md markdown mdx rst adoc txt text log") | {""}
TEMPLATES = word_set("prompt j2 jinja jinja2 tmpl tpl mustache hbs handlebars liquid")
MACHINE_LINE_BYTES = 2_000
# What a program wrote for itself: no person reads or types in it.
MACHINE_MADE = re.compile(
    r"(?:^|/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum|[^/]+\.(?:lock|map|svg|po|mo|pyi?c))$"
    r"|[.-]min\.(?:js|css)$"
)
# The voice of a prompt, whatever the file is called.
_ADDRESSED = re.compile(
    r"\bYou are (?:a|an|the)\b|^\W{0,3}(?:system|user|assistant|human)\W{0,3}:", re.MULTILINE | re.I
)
_UNREADABLE = frozenset({"wrong_encoding", "damaged", "too_large", "locked", "no_text", "entities"})


class Passed(Exception):
    """A file that is not looked at, and why; nothing is wrong with it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read. `in_tree`: as part of a source tree. `by_line`: a text's lines are texts of their own."""

    in_tree: bool = False
    by_line: bool = False
    limits: Limits = field(default_factory=Limits)


def open_contents(source: BinaryIO, name: str, reading: Reading) -> Contents:
    """The texts of a file called `name`. Passed for what holds no text, TableError for what cannot be read."""
    borrowed = Borrowed(source)
    if not borrowed.size:
        raise Passed("empty")
    if borrowed.size > reading.limits.max_bytes:
        raise Passed(f"larger than {reading.limits.max_bytes / 2**30:.0f} GiB")
    head = borrowed.read(8) or b""
    if head.startswith(b"%PDF"):
        return open_pdf(borrowed)
    if head.startswith((b"PAR1", b"PK\x03\x04")):
        return _packed(borrowed, head, reading.limits)
    return _text(borrowed, name, head.startswith(b"\x1f\x8b"), reading)


def is_code(name: str) -> bool:
    """Whether a file of this name is source code, markup or settings, and so makes its folder a source tree."""
    ending, _ = _endings(name)
    return ending not in TABLES | TEXTS | TEMPLATES | {"jsonl", "ndjson", "json", "pdf"}


def read_contents(source: BinaryIO, name: str, use: Callable[[Contents], T], reading: Reading) -> T:
    """What `use` makes of a file's contents; it is called anew with the bare text of one that is not what it seems.

    Raises Passed for what holds no text, TableError for what cannot be read.
    """
    try:
        return use(open_contents(source, name, reading))
    except TableError as why:
        if why.code in _UNREADABLE:
            raise
        return use(_as_lines(source, reading, why))


def _as_lines(source: BinaryIO, reading: Reading, why: TableError) -> Contents:
    """A file that is not what its name says, as the text that it is all the same. `why` where it is no text either."""
    borrowed = Borrowed(source)
    is_gzip = (borrowed.read(2) or b"") == b"\x1f\x8b"
    sample = _sample(borrowed, is_gzip)
    if _is_binary(sample):
        raise why
    packing = Packing(is_gzip, text_encoding(sample))
    return open_lines(
        borrowed, packing, limits=reading.limits, manner=Manner.PROSE, kind="text", by_line=reading.by_line
    )


def _packed(source: Borrowed, head: bytes, limits: Limits) -> Contents:
    if head.startswith(b"PK"):
        try:
            with zipfile.ZipFile(cast(BinaryIO, source)) as archive:
                is_book = "xl/workbook.xml" in archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise TableError("damaged", "The file is a damaged or cut off archive or workbook.") from None
        if not is_book:
            raise Passed("an archive or another Office document")
        return open_sheets(source, limits)
    return open_cells(source, limits)


def _text(source: Borrowed, name: str, is_gzip: bool, reading: Reading) -> Contents:
    sample = _sample(source, is_gzip)
    if _is_binary(sample):
        raise Passed("binary")
    packing = Packing(is_gzip, text_encoding(sample))
    ending, inner = _endings(name)
    if ending in TABLES:
        return open_cells(source, reading.limits)
    if ending in ("jsonl", "ndjson"):
        return open_json_lines(source, packing, reading.limits)
    if reading.in_tree and (MACHINE_MADE.search(name) or (is_code(name) and _is_one_line(sample))):
        raise Passed("written by a program for itself")
    if ending == "json":
        return open_json(source, packing, as_settings=reading.in_tree)
    manner = _manner(name, ending, inner, sample.decode(packing.encoding, "replace"), in_tree=reading.in_tree)
    if manner is Manner.TREE and source.size > MAX_CODE_BYTES:
        raise Passed(f"larger than {MAX_CODE_BYTES // 2**20} MiB, and no data")
    kind = "code" if is_code(name) else "text"
    return open_lines(source, packing, limits=reading.limits, manner=manner, kind=kind, by_line=reading.by_line)


def _manner(name: str, ending: str, inner: str, sample: str, *, in_tree: bool) -> Manner:
    is_called_one = "prompt" in name.casefold() or "template" in PurePath(name).stem.casefold()
    is_prompt = is_called_one or bool(_ADDRESSED.search(sample))
    if ending in TEMPLATES:
        return Manner.PROSE if not inner or inner in TEXTS or is_prompt else Manner.TREE
    if ending in TEXTS:
        return Manner.PROSE if is_prompt or not in_tree else Manner.TREE
    return Manner.PROSE if is_prompt and ending in ("yaml", "yml", "toml", "xml") else Manner.TREE


def _endings(name: str) -> tuple[str, str]:
    """The ending of a file's name, less that of gzip, and the one before it."""
    found = [ending.removeprefix(".").casefold() for ending in PurePath(name).suffixes]
    if found and found[-1] == "gz":
        found.pop()
    return (found[-1] if found else ""), (found[-2] if len(found) > 1 else "")


def _sample(source: Borrowed, is_gzip: bool) -> bytes:
    try:
        return unpacked(source, is_gzip).read(SAMPLE_BYTES)
    except UNPACKING_ERRORS:
        raise TableError("damaged", "The gzip file is damaged or cut off. Make it again.") from None


def _is_one_line(sample: bytes) -> bool:
    """Whether code stands in lines that nobody would write: it was packed for a browser."""
    return len(sample) > MACHINE_LINE_BYTES * (sample.count(b"\n") + 1)


def _is_binary(sample: bytes) -> bool:
    if any(sample.startswith(mark) for mark, _ in BYTE_ORDER_MARKS):
        return False
    if any(sample.startswith(magic) for magic, _ in KNOWN_OTHERS if magic != b"ORC"):
        return True
    encoded = text_encoding(sample)
    controls = len(sample) - len(sample.translate(None, CONTROL))
    return controls > len(sample) // 20 or (b"\0" in sample and not encoded.startswith("utf-16"))
