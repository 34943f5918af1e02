"""Documents that are versions of one another, and what each is called so that no other is meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from generation.engine.llm.documents.document import Document, one_line

_STATED = re.compile(r"\b(?:version|revision|rev|v)\.?\s*\d[\d.]*|\b\d[\d./-]*\b|[^\w\s]", re.I)


class Names:
    """What each document is called, by id, and the ids of those that have another version among the documents."""

    def __init__(self, documents: Sequence[Document]) -> None:
        families = Counter(map(_family, documents))
        self.versions = frozenset(one.id for one in documents if families[_family(one)] > 1)
        said = [_ways(one) for one in documents]
        counts = [Counter(map(str.lower, way)) for way in zip(*said, strict=True)]
        self.labels = {
            one.id: next((way for way, count in zip(ways, counts, strict=True) if count[way.lower()] == 1), ways[-1])
            for one, ways in zip(documents, said, strict=True)
        }


def _ways(document: Document) -> list[str]:
    """Title, title with version, title with date, and path."""
    title = document.title
    version = f"{title} (version {document.version})" if document.version else title
    dated = f"{title} ({document.date})" if document.date else title
    return [title, version, dated, document.name]


def _family(document: Document) -> str:
    """The title without what tells versions apart."""
    return one_line(_STATED.sub(" ", document.title)).lower() or document.title
