"""The documents of a source as a tree of sections and passages, as they will be asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from generation.engine.errors import FitError
from generation.models import Dataset
from generation.repositories.tables import labels_of
from synthportal.errors import Conflict
from synthportal.storage.vault import open_sealed

if TYPE_CHECKING:
    from generation.engine.llm.documents.document import Document


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage: its id, page (0: none), words and text; `repeats` says that it nearly repeats one before it."""

    id: str
    page: int
    words: int
    text: str
    repeats: bool


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document with its passages under the headings above them."""

    title: str
    name: str
    facts: tuple[str, ...]
    sections: tuple[tuple[str, tuple[ShownPassage, ...]], ...]


def document_rows(dataset: Dataset) -> list[range]:
    """The rows of each document, which stand together; the owner's real questions belong to none. One column is read:
    a page of documents needs no others. Raises Conflict where the plan leaves out what documents are made of.
    """
    import numpy as np

    from generation.engine.tables.loading import first_few, load_table

    column = next(name for name, label in labels_of(dataset).items() if label == "number")
    with open_sealed(dataset.key_id, _table_of(dataset)) as source:
        _documents(first_few(source, 1), dataset)
        numbers = load_table(source, [column])[column].to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=-2))
    ends = [*starts[1:], len(numbers)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True) if numbers[start] >= 0]


def documents_shown(dataset: Dataset, rows: Sequence[range]) -> list[ShownDocument]:
    """The documents in these rows, and what repeats among them."""
    from generation.engine.tables.loading import rows_at

    with open_sealed(dataset.key_id, _table_of(dataset)) as source:
        found = rows_at(source, [row for own in rows for row in own])
    return list(_shown(_documents(found, dataset)))


def _documents(rows: list[dict[str, Any]], dataset: Dataset) -> list[Document]:
    import pandas as pd

    from generation.engine.llm.documents.table import documents_of

    try:
        return documents_of(pd.DataFrame(rows).rename(columns=labels_of(dataset)))[0]
    except FitError as error:
        raise Conflict(error.sentence) from error


def _table_of(dataset: Dataset) -> str:
    """Minimised where the plan was applied, else as it was read."""
    return dataset.minimised_sha256 or dataset.training_sha256


def _shown(documents: list[Document]) -> Iterator[ShownDocument]:
    from generation.engine.llm.documents.passages import all_passages, passages_of
    from generation.engine.llm.documents.repeats import clusters

    leads = iter(enumerate(clusters([passage.text for passage in all_passages(documents)])))
    for document in documents:
        made = []
        for passage in passages_of(document):
            at, lead = next(leads)
            shown = ShownPassage(passage.id, passage.page, len(passage.text.split()), passage.text, at != lead)
            made.append((" / ".join(passage.section), shown))
        sections = tuple((name, tuple(one for _, one in own)) for name, own in groupby(made, lambda pair: pair[0]))
        pages = f"{document.pages} pages" if document.pages else ""
        stated = (document.format, pages, f"version {document.version}" if document.version else "", document.date)
        yield ShownDocument(document.title, document.name, tuple(filter(None, stated)), sections)
