"""Passages: stretches of a document that are read at once, each with its section, its offsets and an id that stays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generation.engine.llm.documents.document import BETWEEN_BLOCKS, Block, BlockKind, Document, digest

# A block is a passage; a shorter one is joined by what follows in its section, a longer one is cut between sentences.
FEWEST_WORDS = 40
MOST_WORDS = 260
SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"')\]]))\s+(?=[A-Z0-9\"'(])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document: `text` is that of the document from `start` to `end`. `page` is that of its beginning.

    `id` depends on the document's name and the words alone: it stays when something else in the document changes.
    `section` holds the headings above it, the highest first. `blocks` are its parts.
    """

    id: str
    document: str
    title: str
    section: tuple[str, ...]
    text: str
    start: int
    end: int
    page: int
    blocks: tuple[Block, ...]


def passages_of(document: Document) -> list[Passage]:
    """The passages of a document in order; together they hold all of its blocks but headings without anything below."""
    found: list[Passage] = []
    seen: dict[str, int] = {}
    for section, run in _sections(document):
        for start, blocks in _packed(run):
            text = BETWEEN_BLOCKS.join(block.text for block in blocks)
            seen[text] = seen.get(text, 0) + 1
            name = digest(document.name, text, str(seen[text]))
            page = blocks[0].page
            found.append(
                Passage(name, document.id, document.title, section, text, start, start + len(text), page, blocks)
            )
    return found


def all_passages(documents: Iterable[Document]) -> list[Passage]:
    """The passages of several documents, in their order."""
    return [passage for document in documents for passage in passages_of(document)]


Placed = list[tuple[int, Block]]


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], Placed]]:
    """The blocks between headings with where they begin, and the headings above them."""
    path: list[tuple[int, str]] = []
    run: Placed = []
    for start, block in zip(document.starts(), document.blocks, strict=True):
        if block.kind is BlockKind.HEADING:
            if run:
                yield tuple(text for _, text in path), run
            run = []
            path = [(level, text) for level, text in path if level < block.level] + [(block.level, block.text)]
        else:
            run.append((start, block))
    if run:
        yield tuple(text for _, text in path), run


def _packed(run: Placed) -> Iterator[tuple[int, tuple[Block, ...]]]:
    held: Placed = []
    words = 0
    for start, block in (part for whole in run for part in _cut(*whole)):
        size = len(block.text.split())
        if held and (words >= FEWEST_WORDS or words + size > MOST_WORDS) and not _leads_to(held[-1][1], block):
            yield held[0][0], tuple(block for _, block in held)
            held, words = [], 0
        held.append((start, block))
        words += size
    if held:
        yield held[0][0], tuple(block for _, block in held)


def _leads_to(before: Block, block: Block) -> bool:
    """Whether a paragraph announces the list or table behind it."""
    return before.text.endswith(":") and block.kind in (BlockKind.LIST, BlockKind.TABLE)


def _cut(start: int, block: Block) -> Iterator[tuple[int, Block]]:
    """A paragraph that is too long, in parts of whole sentences."""
    if block.kind is not BlockKind.PARAGRAPH or len(block.text.split()) <= MOST_WORDS:
        yield start, block
        return
    begin = words = 0
    last = 0
    for end in [match.start() for match in SENTENCE_END.finditer(block.text)] + [len(block.text)]:
        words = len(block.text[begin:end].split())
        if words > MOST_WORDS and last > begin:
            yield start + begin, Block(BlockKind.PARAGRAPH, block.text[begin:last].rstrip(), page=block.page)
            begin = last + (len(block.text[last:]) - len(block.text[last:].lstrip()))
        last = end
    yield start + begin, Block(BlockKind.PARAGRAPH, block.text[begin:], page=block.page)
