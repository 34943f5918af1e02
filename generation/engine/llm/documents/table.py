"""Documents as a table, a row per block, and back: so that they go the way of every source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.documents.document import BETWEEN_CELLS, Block, BlockKind, Document, relisted, table
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import for_some
from generation.engine.minimisation.treatments import SpanTreatment, TreatmentKind
from generation.engine.pii.entities import AGE, DATE, LOCATION, ORGANIZATION, PERSON, POSTCODE, URL
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype

SDTYPES: Mapping[str, Sdtype] = {
    "number": Sdtype.NUMERICAL,
    "document": Sdtype.TEXT,
    "title": Sdtype.TEXT,
    "format": Sdtype.CATEGORICAL,
    "date": Sdtype.CATEGORICAL,
    "version": Sdtype.CATEGORICAL,
    "pages": Sdtype.NUMERICAL,
    "page": Sdtype.NUMERICAL,
    "kind": Sdtype.CATEGORICAL,
    "level": Sdtype.NUMERICAL,
    "heading": Sdtype.TEXT,
    "text": Sdtype.TEXT,
}
# A block of this kind is no part of a document: a real question of the owner, that none shall repeat.
OWN_QUESTION = "own question"
_NEEDED = ("number", "document", "title", "kind", "level", "heading", "text")
# Title case looks like names: in these columns nobody is looked for by the words around, only by form.
_TITLES = frozenset({"document", "title", "heading"})
# What documents are about, and says of nobody who they are.
_KEPT = dict.fromkeys((LOCATION, DATE, ORGANIZATION, AGE, POSTCODE, URL), SpanTreatment.KEEP.value)
Row = dict[str, Any]


def rows_of(number: int, document: Document) -> Iterator[Row]:
    """The blocks of a document; `number` tells documents apart whatever becomes of their names."""
    about = {"number": number, "document": document.name, "title": document.title, "format": document.format}
    about |= {"date": document.date, "version": document.version, "pages": document.pages}
    for block in document.blocks:
        is_heading = block.kind is BlockKind.HEADING
        texts = {"heading": block.text if is_heading else "", "text": "" if is_heading else block.text}
        yield about | {"page": block.page, "kind": block.kind.value, "level": block.level} | texts


def rows_of_questions(questions: Iterable[str]) -> Iterator[Row]:
    """Real questions of the owner, which belong to no document."""
    empty = {name: 0 if sdtype is Sdtype.NUMERICAL else "" for name, sdtype in SDTYPES.items()}
    for question in questions:
        yield empty | {"number": -1, "kind": OWN_QUESTION, "text": question}


def documents_of(frame: pd.DataFrame) -> tuple[list[Document], list[str]]:
    """The documents of a table with these labels, and the owner's real questions. FitError where it lacks a column."""
    if lacking := [name for name in _NEEDED if name not in frame.columns]:
        raise FitError("no_text", f"The plan leaves out what documents are made of: {', '.join(lacking)}. Keep it.")
    rows: list[Any] = frame.astype(object).where(frame.notna(), "").to_dict("records")
    own = [str(row["text"]) for row in rows if row["kind"] == OWN_QUESTION]
    blocks = (row for row in rows if row["kind"] != OWN_QUESTION)
    return [_document(list(group)) for _, group in groupby(blocks, lambda row: row["number"])], own


def _document(rows: Sequence[Row]) -> Document:
    first = rows[0]
    return Document(
        name=str(first["document"]),
        format=str(first.get("format", "")),
        title=str(first["title"]),
        blocks=tuple(map(_block, rows)),
        pages=int(first.get("pages") or 0),
        date=str(first.get("date", "")),
        version=str(first.get("version", "")),
    )


def _block(row: Row) -> Block:
    """Of lists and tables the parts are read from their lines again, as treatments left them."""
    kind, page = BlockKind(row["kind"]), int(row.get("page") or 0)
    text = str(row["heading"] if kind is BlockKind.HEADING else row["text"])
    if kind is BlockKind.LIST:
        return relisted(text, page)
    if kind is BlockKind.TABLE:
        return table([line.split(BETWEEN_CELLS) for line in text.split("\n")], page)
    return Block(kind, text, int(row["level"] or 0), page)


def profile_documents(  # noqa: PLR0913 - the contract of every profiler
    frame: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    target: str | None = None,
    person: str | None = None,
    sdtypes: Mapping[str, Sdtype] | None = None,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
) -> TableProfile:
    """What `profile_table` says of names, titles and texts; the other columns say where a text stands, and no more."""
    shown = labels or {}
    known = {name: SDTYPES[shown.get(name, name)] for name in frame.columns}
    found = profile_table(frame, labels, sdtypes=known, overruled=overruled, progress=progress)
    return replace(found, columns=tuple(_as_part(column) for column in found.columns))


def _as_part(column: ColumnProfile) -> ColumnProfile:
    """A column as a part of documents: what is structure points at nobody, and titles name nobody by their case."""
    if column.sdtype is not Sdtype.TEXT:
        return replace(column, role=ColumnRole.OTHER, why="It says where a text stands.", findings=())
    if column.label not in _TITLES:
        return column
    proven = tuple(one for one in column.findings if one.entity != PERSON)
    return replace(column, findings=proven, recall=(), role=ColumnRole.OTHER, why=_OF_TITLES)


_OF_TITLES = "Title case looks like names, so names are not searched for here; what is told by its form is."


def plan_documents(profile: TableProfile) -> Plan:
    """What points at people in texts, titles and names of files is redacted; the rest is structure and stays."""
    return Plan(tuple(map(_proposed, profile.columns)))


def _proposed(column: ColumnProfile) -> Treatment:
    if column.sdtype is not Sdtype.TEXT and column.holds_people:
        return for_some(column)
    if column.sdtype is not Sdtype.TEXT:
        return Treatment(column.name, TreatmentKind.KEEP, {}, column.why)
    if column.label in _TITLES:
        return Treatment(column.name, TreatmentKind.REDACT, _KEPT | {PERSON: SpanTreatment.KEEP.value}, column.why)
    why = "Documents may name people anywhere. Places, dates and organisations are what they are about, and stay."
    return Treatment(column.name, TreatmentKind.REDACT, _KEPT, why)
