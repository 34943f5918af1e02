"""From an untrusted file of documents to the portal's Parquet, a row per block of each document."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import pyarrow as pa

from generation.engine.errors import TableError
from generation.engine.llm.counts import by_number, counted
from generation.engine.llm.documents.document import Document, Unread
from generation.engine.llm.documents.reading import read_documents
from generation.engine.llm.documents.table import SDTYPES, Row, rows_of, rows_of_questions
from generation.engine.progress import Progress, silent
from generation.engine.schema import Sdtype
from generation.engine.tables.facts import ColumnFacts, Limits, TableFacts
from generation.engine.tables.writing import NormalisedWriter

# A file of an archive that is no document: real questions, one a line, the answer behind a tab where it is known. None
# is repeated, and ours are measured beside them.
OWN_QUESTIONS = "own-questions.txt"
MOST_NOTED = 20
_BATCH = 1_000
_MOST_BYTES = 10 * 2**20


def read_document_table(  # noqa: PLR0913 - the contract of every reader
    source: BinaryIO,
    sink: BinaryIO,
    limits: Limits | None = None,
    progress: Progress = silent,
    *,
    name: str = "",
    choices: Mapping[str, object] | None = None,
    place: object = None,
) -> TableFacts:
    """Reads a document or a ZIP of them, and writes its blocks to `sink`.

    A file that gives no document is told in a note, and the others go on. TableError where none gives any.
    """
    if source.seek(0, io.SEEK_END) > (limits or Limits()).max_bytes:
        raise TableError("too_large", "The file is larger than is allowed. Split it.")
    schema = pa.schema([(f"c{at}", _type(sdtype)) for at, sdtype in enumerate(SDTYPES.values())])
    unread: list[Unread] = []
    count = _Count()
    with NormalisedWriter(sink, schema) as writer:
        rows = count.through(_rows(source, name, unread, count.partly, progress))
        while some := list(islice(rows, _BATCH)):
            columns = {f"c{at}": [_plain(row[label]) for row in some] for at, label in enumerate(SDTYPES)}
            writer.write(pa.RecordBatch.from_pydict(columns, schema=schema))
    if not count.blocks:
        raise TableError("no_document", _why_none(unread))
    return TableFacts("documents", count.rows, _columns(), None, None, count.notes(unread))


class _Count:
    """What went through: rows, those of documents, and the documents."""

    def __init__(self) -> None:
        self.rows = self.blocks = 0
        self.partly: list[str] = []
        self._documents: set[int] = set()

    def through(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.rows += 1
            self.blocks += row["number"] >= 0
            self._documents.add(row["number"])
            yield row

    def notes(self, unread: list[Unread]) -> tuple[str, ...]:
        """How many documents were read, and each file that was not or only in part, with the reason."""
        documents, own = len(self._documents - {-1}), self.rows - self.blocks
        found = [f"Read {counted(documents, 'document')} in {counted(self.blocks, 'block')}."]
        beside = by_number(
            own, "real question stands beside them: it is not", "real questions stand beside them: none is"
        )
        found += [f"{beside} repeated."] if own else []
        found += [f"Not read: {one.name}. {one.sentence}" for one in unread[:MOST_NOTED]]
        more = by_number(len(unread) - MOST_NOTED, "more file was", "more files were")
        found += [f"{more} not read."] if len(unread) > MOST_NOTED else []
        found += self.partly[:MOST_NOTED]
        left = len(self.partly) - MOST_NOTED
        partly = by_number(left, "more file was", "more files were")
        return (*found, f"{partly} read in part.") if left > 0 else tuple(found)


def _rows(source: BinaryIO, name: str, unread: list[Unread], partly: list[str], progress: Progress) -> Iterator[Row]:
    yield from rows_of_questions(_own_questions(source))
    source.seek(0)
    read = 0
    for one in read_documents(source, name or "document"):
        if PurePosixPath(one.name).name == OWN_QUESTIONS:
            continue
        if isinstance(one, Document):
            progress("reading documents", read, 0)
            partly += [f"Read in part: {one.name}. {note}" for note in one.notes]
            yield from rows_of(read, one)
            read += 1
        else:
            unread.append(one)


def _own_questions(source: BinaryIO) -> list[str]:
    """The lines of the archive's file of real questions; none where there is no such file."""
    source.seek(0)
    if source.read(2) != b"PK":
        return []
    try:
        with zipfile.ZipFile(source) as archive:
            inside = [one for one in archive.namelist() if PurePosixPath(one).name == OWN_QUESTIONS]
            if not inside:
                return []
            with archive.open(inside[0]) as file:
                text = file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, NotImplementedError):
        return []
    return [line.strip() for line in text.splitlines() if line.strip()]


def _why_none(unread: list[Unread]) -> str:
    if len(unread) == 1:
        return unread[0].sentence
    return f"None of {len(unread):,} files gave a document. The first: {unread[0].sentence}" if unread else _EMPTY


_EMPTY = "The file holds no document."


def _plain(value: Any) -> Any:
    """A text without halves of letters, which some PDFs hold and UTF-8 does not."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _type(sdtype: Sdtype) -> Any:
    return pa.int64() if sdtype is Sdtype.NUMERICAL else pa.string()


def _columns() -> tuple[ColumnFacts, ...]:
    return tuple(ColumnFacts(f"c{at}", label, str(_type(sdtype))) for at, (label, sdtype) in enumerate(SDTYPES.items()))
