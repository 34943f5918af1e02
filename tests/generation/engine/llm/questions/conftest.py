"""A small house of documents: a handbook with a list, a table and rules, and notes about people and places."""

from __future__ import annotations

import io

import pytest

from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.documents.reading import read_documents
from generation.engine.llm.questions.corpus import Corpus

HANDBOOK = """# Travel handbook

Employees book trains at least 14 days before departure. A hotel room must not cost more than 160 euros per night.
The accounts team pays claims within ten working days. Receipts are kept for eight years because the tax office asks
for them. There are three kinds of trips.

## Who approves

- Trips of up to 500 euros: the team lead
- Trips over 3,000 euros: Helena Brandt

## Daily allowance

| Country | Full day | Half day |
|---------|----------|----------|
| Germany | 28 euros | 14 euros |
| France  | 45 euros | 30 euros |
| Norway  | 75 euros | 50 euros |
"""
HISTORY = """Nikola Tesla moved to Paris in 1882. Nikola Tesla designed an induction motor. The motor was shown to
engineers in Pittsburgh. In 1901, Guglielmo Marconi sent a signal across the Atlantic.

The Norwood Institute was founded by Ada Norwood in 1923. The Norwood Institute opened a laboratory in Bergen. Ada
Norwood led the Norwood Institute for twelve years.

Nikola Tesla lived in Colorado Springs in 1899. Ada Norwood wrote five books about magnetism.
"""


def read(text: str, name: str) -> Document:
    (document,) = read_documents(io.BytesIO(text.encode()), name)
    assert isinstance(document, Document)
    return document


@pytest.fixture(scope="session")
def documents() -> list[Document]:
    return [read(HANDBOOK, "handbook.md"), read(HISTORY, "history.txt")]


@pytest.fixture(scope="session")
def corpus(documents: list[Document]) -> Corpus:
    return Corpus(all_passages(documents))
