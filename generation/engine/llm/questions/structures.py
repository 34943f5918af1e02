"""Questions that lists and tables allow: what a list names, what follows what, what a cell says, what is highest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from generation.engine.llm.documents.document import BETWEEN_BLOCKS, BETWEEN_CELLS, Block, BlockKind
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.grammar.words import STOP_WORDS
from generation.engine.llm.questions.question import Evidence, Kind

MOST_LIST_ITEMS = 12
MOST_LIST_WORDS = 45
MOST_ITEM_WORDS = 18
MOST_CELL_WORDS = 10
_LABELLED = re.compile(r"^([^:–—]{3,80}?)(?::\s+|\s+[–—-]\s+)(\S.*)$")
_FOLLOWING = re.compile(r"\b(?:the )?following (\w[\w ]*?)\s*:?\s*$", re.I)
_NUMBER = re.compile(r"^[^\d-]{0,3}(-?\d[\d,]*(?:\.\d+)?)\s*[^\d]*$")


def structured(passages: Sequence[Passage]) -> Iterator[Candidate]:
    """What the lists and tables of these passages can be asked, in order."""
    for passage in passages:
        at, before = 0, ""
        for block in passage.blocks:
            if block.kind is BlockKind.LIST:
                yield from _of_list(passage, block, at, before)
            elif block.kind is BlockKind.TABLE:
                yield from _of_table(passage, block, at)
            before = block.text if block.kind is BlockKind.PARAGRAPH else ""
            at += len(block.text) + len(BETWEEN_BLOCKS)


def topic(passage: Passage) -> str:
    """What the passage is about: its section, else its document."""
    return passage.section[-1] if passage.section else passage.title


def _of_list(passage: Passage, block: Block, at: int, before: str) -> Iterator[Candidate]:
    starts = _starts(block, at)
    yield from _whole_list(passage, block, at, before)
    for place, item in enumerate(block.items):
        if found := _LABELLED.match(item):
            start = starts[place] + found.start(2)
            evidence = _evidence(passage, start, found.group(2).rstrip(" .;,"))
            label = found.group(1).strip()
            texts = (
                f"What is given for “{label}” under “{topic(passage)}”?",
                f"Under “{topic(passage)}”, what goes with “{label}”?",
            )
            yield Candidate(evidence, Kind.ITEM, texts, True)
    if len(block.items) > 2:
        yield from _neighbours(passage, block, starts)


def _whole_list(passage: Passage, block: Block, at: int, before: str) -> Iterator[Candidate]:
    """What a list names, all of it."""
    if not 2 <= len(block.items) <= MOST_LIST_ITEMS or len(block.text.split()) > MOST_LIST_WORDS:
        return
    evidence = _evidence(passage, at + len("- "), block.text[len("- ") :].rstrip(" .;"))
    yield Candidate(evidence, Kind.LIST, tuple(_list_wordings(before, len(block.items), topic(passage))), True)


def _list_wordings(before: str, count: int, about: str) -> Iterator[str]:
    """The plainest wording first."""
    intro = before.rstrip(" :").rsplit(". ", 1)[-1]
    yield f"Which {count} points are listed under “{about}”?"
    if intro and len(intro.split()) <= 16:
        yield f"Which {count} points follow the words “{intro}”?"
    owned = re.search(r"^(?:Each|Every|An?|The) (.+?) (?:has|have|contains?|includes?)\b", intro)
    if owned and (found := _FOLLOWING.search(intro)):
        yield f"Which {found.group(1)} does {intro[: owned.end(1)][:1].lower()}{intro[1 : owned.end(1)]} have?"


def _neighbours(passage: Passage, block: Block, starts: Sequence[int]) -> Iterator[Candidate]:
    """What follows an item. Where the order means nothing it is still what the document says."""
    for place in range(len(block.items) - 1):
        item, after = block.items[place], block.items[place + 1]
        if max(len(item.split()), len(after.split())) <= MOST_ITEM_WORDS and not _LABELLED.match(after):
            evidence = _evidence(passage, starts[place + 1], after.rstrip(" .;,"))
            said = item.rstrip(" .;,")
            texts = (f"Under “{topic(passage)}”, which point comes directly after “{said}”?",)
            yield Candidate(evidence, Kind.ITEM, texts, True)


def _starts(block: Block, at: int) -> list[int]:
    found = []
    for item in block.items:
        at += len("- ")
        found.append(at)
        at += len(item) + 1
    return found


def _of_table(passage: Passage, block: Block, at: int) -> Iterator[Candidate]:
    """What stands where a row and a column meet, and which row has most."""
    labels, *rows = block.rows
    if not rows or not all(labels):
        return
    places = _cell_places(block, at)
    for number, row in enumerate(rows, start=1):
        for column in range(1, len(row)):
            if row[0] and row[column] and len(row[column].split()) <= MOST_CELL_WORDS:
                evidence = _evidence(passage, places[number][column], row[column])
                texts = tuple(_cell_wordings(labels, row[0], column, topic(passage)))
                yield Candidate(evidence, Kind.CELL, texts, True)
    for column in range(1, len(labels)):
        yield from _highest(passage, block, column, places)


def _cell_wordings(labels: Sequence[str], row: str, column: int, about: str) -> Iterator[str]:
    label = labels[column]
    said = label if label.isupper() or label[:1].isdigit() else label[:1].lower() + label[1:]
    yield f"In the table under “{about}”, what stands in the column “{label}” where {labels[0]} is {row}?"
    if _is_thing(label):
        yield f"What is the {said} for {row} under “{about}”?"


def _is_thing(label: str) -> bool:
    """Whether a column's label names something, as "full day" does and "how" does not."""
    words = label.split()
    return len(words) <= 4 and words[0].lower() not in STOP_WORDS and words[-1].lower() not in STOP_WORDS


def _highest(passage: Passage, block: Block, column: int, places: Sequence[Sequence[int]]) -> Iterator[Candidate]:
    labels, *rows = block.rows
    numbers = [as_number(row[column]) for row in rows]
    known = [number for number in numbers if number is not None]
    if len(known) < max(2, len(rows)) or len(set(known)) != len(known) or not _is_thing(labels[0]):
        return
    for word, pick in (("highest", max), ("lowest", min)):
        at = known.index(pick(known))
        evidence = _evidence(passage, places[at + 1][0], rows[at][0])
        text = f"Which {labels[0]} has the {word} {labels[column]} under “{topic(passage)}”?"
        yield Candidate(evidence, Kind.CELL, (text,), True)


def as_number(cell: str) -> float | None:
    """The one number of a cell such as "28 euros"; None where there is none or more than one."""
    found = _NUMBER.match(cell)
    return float(found.group(1).replace(",", "")) if found else None


def _cell_places(block: Block, at: int) -> list[list[int]]:
    """Where each cell begins in the passage."""
    found = []
    for row in block.rows:
        places = []
        for cell in row:
            places.append(at)
            at += len(cell) + len(BETWEEN_CELLS)
        at += 1 - len(BETWEEN_CELLS)
        found.append(places)
    return found


def _evidence(passage: Passage, start: int, text: str) -> Evidence:
    """The stretch of the passage that begins there and says `text`."""
    return Evidence(passage.id, passage.document, start, start + len(text), passage.text[start : start + len(text)])
