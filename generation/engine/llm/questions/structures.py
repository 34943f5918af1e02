"""Questions that lists and tables allow: what a list names, what follows what, what a cell says, what is highest."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import replace

from generation.engine.llm.documents.document import BETWEEN_BLOCKS, BETWEEN_CELLS, Block, BlockKind
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.grammar.measures import comparable
from generation.engine.llm.questions.grammar.words import STOP_WORDS
from generation.engine.llm.questions.question import Evidence, Kind

MOST_LIST_ITEMS = 12
MOST_LIST_WORDS = 45
MOST_ITEM_WORDS = 18
MOST_CELL_WORDS = 10
MOST_DEFINITION_WORDS = 40  # of a table with two columns, whose second says what the first means
_LABELLED = re.compile(r"^([^:–—]{3,80}?)(?::\s+|\s+[–—-]\s+)(\S.*)$")
_FOLLOWING = re.compile(r"\b(?:the )?following (\w[\w ]*?)\s*:?\s*$", re.I)


def structured(passages: Sequence[Passage], foreign: Container[str] = ()) -> Iterator[Candidate]:
    """What the lists and tables of these passages can be asked, in order.

    Of passages in `foreign`, by id, labels are only quoted: no English phrase is made of them.
    """
    for passage in passages:
        for candidate in _of_passage(passage):
            yield replace(candidate, wordings=candidate.wordings[:1]) if passage.id in foreign else candidate


def _of_passage(passage: Passage) -> Iterator[Candidate]:
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
    if not rows or not all(labels[1:]):
        return
    places = _cell_places(block, at)
    keys = key_columns(rows)
    most = MOST_CELL_WORDS if len(labels) > 2 else MOST_DEFINITION_WORDS
    for number, row in enumerate(rows, start=1):
        for column in range(keys, len(row)) if keys and row[0] else ():
            if row[column] and len(row[column].split()) <= most:
                evidence = _evidence(passage, places[number][column], row[column])
                texts = tuple(_cell_wordings(labels, row[:keys], column, topic(passage)))
                yield Candidate(evidence, Kind.CELL, texts, True)
    for column in range(1, len(labels)) if keys == 1 else ():
        yield from _highest(passage, block, column, places)


def key_columns(rows: Sequence[Sequence[str]]) -> int:
    """How many columns from the left tell every row from the others; 0 where all but the last do not."""
    width = len(rows[0])
    return next((most for most in range(1, width) if len({tuple(row[:most]) for row in rows}) == len(rows)), 0)


def _cell_wordings(labels: Sequence[str], keys: Sequence[str], column: int, about: str) -> Iterator[str]:
    label = labels[column]
    said = label if label.isupper() or label[:1].isdigit() else label[:1].lower() + label[1:]
    where = " and ".join(f"{name} is {key}" for name, key in zip(labels, keys, strict=False) if name and key)
    row = f"where {where}" if labels[0] else f"for {', '.join(filter(None, keys))}"
    yield f"In the table under “{about}”, what stands in the column “{label}” {row}?"
    if _is_thing(label):
        yield f"What is the {said} for {', '.join(filter(None, keys))} under “{about}”?"


def _is_thing(label: str) -> bool:
    """Whether a column's label names something, as "full day" does and "how" does not."""
    words = label.split()
    return 0 < len(words) <= 4 and words[0].lower() not in STOP_WORDS and words[-1].lower() not in STOP_WORDS


def _highest(passage: Passage, block: Block, column: int, places: Sequence[Sequence[int]]) -> Iterator[Candidate]:
    labels, *rows = block.rows
    known = comparable([row[column] for row in rows]) if len(rows) > 1 and _is_thing(labels[0]) else None
    if known is None or len(set(known)) != len(known):
        return
    for word, pick in (("highest", max), ("lowest", min)):
        at = known.index(pick(known))
        evidence = _evidence(passage, places[at + 1][0], rows[at][0])
        text = f"Which {labels[0]} has the {word} {labels[column]} under “{topic(passage)}”?"
        yield Candidate(evidence, Kind.CELL, (text,), True)


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
