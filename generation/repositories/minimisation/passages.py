"""The documents of a source as a tree of sections and passages, as they will be asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from generation.models import Dataset
from generation.repositories.tables import labels_of, read_sealed

if TYPE_CHECKING:
    from generation.engine.llm.documents.document import Document

MOST_DOCUMENTS = 100


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


def documents_shown(dataset: Dataset) -> tuple[list[ShownDocument], int]:
    """The first documents, and how many there are: minimised where the plan was applied, else as they were read."""
    from generation.engine.llm.documents.table import documents_of

    table = read_sealed(dataset.key_id, dataset.minimised_sha256 or dataset.training_sha256)
    documents, _ = documents_of(table.rename(columns=labels_of(dataset)))
    return list(_shown(documents[:MOST_DOCUMENTS])), len(documents)


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
