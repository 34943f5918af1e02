"""Personal data in documents: where it stands, and documents with it taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from generation.engine.llm.documents.document import BETWEEN_CELLS, Block, BlockKind, Document, relisted, table
from generation.engine.pii import Span, find


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a document that points at a person: offsets into the document's text."""

    document: str
    start: int
    end: int
    entity: str


def personal_data(documents: Sequence[Document]) -> list[Found]:
    """Where personal data and secrets stand in documents, in order."""
    found = []
    for document, spans_of_blocks in zip(documents, _spans(documents), strict=True):
        for at, spans in zip(document.starts(), spans_of_blocks, strict=True):
            found += [Found(document.id, at + span.start, at + span.end, span.entity) for span in spans]
    return found


def treated(documents: Sequence[Document], entities: frozenset[str]) -> tuple[list[Document], dict[str, int]]:
    """The documents with spans of these entities replaced by the entity in angle brackets, and how many of each."""
    made, counts = [], Counter[str]()
    for document, spans_of_blocks in zip(documents, _spans(documents), strict=True):
        blocks = []
        for block, spans in zip(document.blocks, spans_of_blocks, strict=True):
            kept = [span for span in spans if span.entity in entities]
            counts.update(span.entity for span in kept)
            blocks.append(_without(block, kept) if kept else block)
        made.append(replace(document, blocks=tuple(blocks)))
    return made, dict(counts)


def _spans(documents: Sequence[Document]) -> list[list[tuple[Span, ...]]]:
    """The spans of each block of each document; all texts are read together, so that what repeats is read once."""
    found = iter(find([block.text for document in documents for block in document.blocks]))
    return [[next(found) for _ in document.blocks] for document in documents]


def _without(block: Block, spans: Sequence[Span]) -> Block:
    from generation.engine.pii.text import redact

    text = redact(block.text, spans)
    if block.kind is BlockKind.LIST:
        return relisted(text, block.page)
    if block.kind is BlockKind.TABLE:
        return table([line.split(BETWEEN_CELLS) for line in text.split("\n")], block.page)
    return replace(block, text=text)
