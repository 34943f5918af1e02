"""A document as blocks in order, and the one text that all offsets count in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

BETWEEN_BLOCKS = "\n\n"
BETWEEN_CELLS = " | "
BULLET = "- "
_DEPTH = "  "
_MARK = re.compile(rf"(?:{_DEPTH})*(?:{BULLET}|\d{{1,3}}\. )")
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

    `text` is what the document's text holds of it: of a list a line for each item behind its mark, of a table a
    line for each row.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int = 0
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def marks(self) -> tuple[str, ...]:
        """What stands before each item of a list: its indentation, and a bullet or its number."""
        lines = self.text.split("\n") if self.items else []
        return tuple(line[: len(line) - len(item)] for line, item in zip(lines, self.items, strict=True))


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


def listing(items: Iterable[str], page: int = 0, marks: Iterable[str] = ()) -> Block:
    """A list. `marks` are what stands before its items, as `mark_of` writes it: bullets where none are given."""
    given = [one_line(item) for item in items]
    pairs = zip_longest(given, list(marks)[: len(given)], fillvalue=BULLET)
    kept = [(mark, item) for item, mark in pairs if item]
    text = "\n".join(mark + item for mark, item in kept)
    return Block(BlockKind.LIST, text, page=page, items=tuple(item for _, item in kept))


def relisted(text: str, page: int = 0) -> Block:
    """The list whose text this is."""
    pairs = [(found.group() if (found := _MARK.match(line)) else "", line) for line in text.split("\n")]
    return listing((line[len(mark) :] for mark, line in pairs), page, (mark or BULLET for mark, _ in pairs))


def mark_of(depth: int, number: int = 0) -> str:
    """What stands before an item inside `depth` others, with its number in its list where the list has an order."""
    return _DEPTH * depth + (f"{number}. " if 0 < number < 1000 else BULLET)


def depth_of(mark: str) -> int:
    """Inside how many other items the one behind this mark stands."""
    return (len(mark) - len(mark.lstrip())) // len(_DEPTH)


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
