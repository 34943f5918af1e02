"""A document as blocks in order, and the one text that all offsets count in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

BETWEEN_BLOCKS = "\n\n"
BETWEEN_CELLS = " | "
ID_DIGITS = 12


class BlockKind(StrEnum):
    """What a stretch of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (`level` from 1), paragraph, list, table or piece of code. `page` counts from 1, 0 where there is none.

    `text` is what the document's text holds of it: of a list a line per item, of a table a line per row.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was read. `name` is its path in what was uploaded; `date` and `version` are those it states."""

    name: str
    format: str
    title: str
    blocks: tuple[Block, ...]
    pages: int = 0
    date: str = ""
    version: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def id(self) -> str:
        """The same for the same name, whatever stands in it: a new version of a document stays that document."""
        return digest(self.name)

    @property
    def text(self) -> str:
        return BETWEEN_BLOCKS.join(block.text for block in self.blocks)

    def starts(self) -> list[int]:
        """Where each block begins in `text`, in characters."""
        found, at = [], 0
        for block in self.blocks:
            found.append(at)
            at += len(block.text) + len(BETWEEN_BLOCKS)
        return found


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that gave no document, and why in one sentence."""

    name: str
    code: str
    sentence: str


def digest(*parts: str) -> str:
    """A short name for texts, the same on every machine."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:ID_DIGITS]


def heading(text: str, level: int, page: int = 0) -> Block:
    return Block(BlockKind.HEADING, one_line(text), max(1, level), page)


def paragraph(text: str, page: int = 0) -> Block:
    return Block(BlockKind.PARAGRAPH, one_line(text), page=page)


def listing(items: Iterable[str], page: int = 0) -> Block:
    kept = tuple(item for item in (one_line(item) for item in items) if item)
    return Block(BlockKind.LIST, "\n".join(f"- {item}" for item in kept), page=page, items=kept)


def table(rows: Iterable[Sequence[str]], page: int = 0) -> Block:
    """A table; its first row holds the labels. Rows are made equally long, and those without a word are left out."""
    cells = [tuple(one_line(cell) for cell in row) for row in rows]
    cells = [row for row in cells if any(row)]
    width = max((len(row) for row in cells), default=0)
    filled = tuple(row + ("",) * (width - len(row)) for row in cells)
    return Block(BlockKind.TABLE, "\n".join(BETWEEN_CELLS.join(row) for row in filled), page=page, rows=filled)


def code(text: str, page: int = 0) -> Block:
    return Block(BlockKind.CODE, text.strip("\n"), page=page)


def one_line(text: str) -> str:
    """The text with every run of white space as one blank."""
    return " ".join(text.split())


def worded(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks that hold a word."""
    return tuple(block for block in blocks if any(map(str.isalnum, block.text)))
