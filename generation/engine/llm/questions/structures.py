"""Questions that lists and tables allow: what a list names, what follows what, what a cell says, what is highest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from generation.engine.llm.documents.document import BETWEEN_BLOCKS, BETWEEN_CELLS, Block, BlockKind, depth_of
from generation.engine.llm.documents.passages import Passage
from generation.engine.llm.questions.candidates import Candidate
from generation.engine.llm.questions.grammar.frames import Frames, frames_of, spoken_language
from generation.engine.llm.questions.grammar.language import ENGLISH
from generation.engine.llm.questions.grammar.measures import comparable
from generation.engine.llm.questions.grammar.words import STOP_WORDS, without_full_stop
from generation.engine.llm.questions.question import Evidence, Kind, Spot
from generation.engine.pii.entities import word_set

MOST_LIST_ITEMS = 12
MOST_LIST_WORDS = 45
MOST_ITEM_WORDS = 18
MOST_CELL_WORDS = 10
MOST_DEFINITION_WORDS = 40  # of a table with two columns, whose second says what the first means
_LABELLED = re.compile(r"^([^:–—]{3,80}?)(?::\s+|\s+[–—-]\s+)(\S.*)$")
_FOLLOWING = re.compile(r"\b(?:the )?following (\w[\w ]*?)\s*:?\s*$", re.I)
# Labels such as "per hour" or "collected" say of a thing how it is: nobody asks what "the collected" is.
_NO_NOUNS = STOP_WORDS | word_set("per via within without since until valid due how last next only if every")
_PARTICIPLE = re.compile(r"\w{2}[^e\W]ed$", re.I)
_POINTING = word_set("it its they their them this that these those he his she her")


def structured(passages: Sequence[Passage], foreign: Mapping[str, str] | None = None) -> Iterator[Candidate]:
    """What the lists and tables of these passages can be asked, in order.

    `foreign` says for passages that are not English, by id, which language they are in. They are asked about in their
    own language where it has frames, and labels are only quoted: no English phrase is made of them.
    """
    known = foreign or {}
    for passage in passages:
        language = known.get(passage.id, ENGLISH)
        place = _Place(passage, 0, frames_of(language), spoken_language(language), passage.id in known)
        yield from _of_passage(place)


@dataclass(frozen=True, slots=True)
class _Place:
    """A block of a passage begins at `at`. `is_quoted`: labels are quoted and no phrase is made of them."""

    passage: Passage
    at: int
    frames: Frames
    language: str
    is_quoted: bool

    @property
    def topic(self) -> str:
        """What the passage is about: its section, else its document; a heading that asks loses its question mark."""
        return (self.passage.section[-1] if self.passage.section else self.passage.title).rstrip(" ?:.!")

    def candidate(
        self, start: int, text: str, kind: Kind, wordings: Sequence[str], spot: Spot | None = None
    ) -> Candidate:
        """A question whose answer is the stretch of the passage that begins at `start` and says `text`."""
        end = start + len(text)
        evidence = Evidence(self.passage.id, self.passage.document, start, end, self.passage.text[start:end])
        some = tuple(wordings[:1] if self.is_quoted else wordings)
        return Candidate(evidence, kind, some, True, spot=spot, language=self.language)

    def spot(self, row: str, column: str = "", *, is_step: bool = False) -> Spot:
        return Spot(self.topic, row, column, (self.passage.id, self.at), is_step)


def _of_passage(first: _Place) -> Iterator[Candidate]:
    at, before = 0, ""
    for block in first.passage.blocks:
        place = _Place(first.passage, at, first.frames, first.language, first.is_quoted)
        if block.kind is BlockKind.LIST:
            yield from _of_list(place, block, before)
        elif block.kind is BlockKind.TABLE:
            yield from _of_table(place, block)
        before = block.text if block.kind is BlockKind.PARAGRAPH else ""
        at += len(block.text) + len(BETWEEN_BLOCKS)


def _of_list(place: _Place, block: Block, before: str) -> Iterator[Candidate]:
    starts = _starts(block, place.at)
    yield from _whole_lists(place, block, starts, before)
    for start, item in zip(starts, block.items, strict=True):
        if found := _LABELLED.match(item):
            label = found.group(1).strip()
            texts = [place.frames.labelled.format(row=label, topic=place.topic)]
            texts.append(f"Under “{place.topic}”, what goes with “{label}”?")
            answer = without_full_stop(found.group(2))
            yield place.candidate(start + found.start(2), answer, Kind.ITEM, texts, place.spot(label))
    yield from _neighbours(place, block, starts)


def _whole_lists(place: _Place, block: Block, starts: Sequence[int], before: str) -> Iterator[Candidate]:
    """What a list names, all of it; of a list with others inside, what each of those names."""
    depths = [depth_of(mark) for mark in block.marks]
    if not any(depths):
        texts = list(_list_wordings(place, before, len(block.items)))
        yield from _whole(place, block, starts, range(len(starts)), texts)
        return
    for parent, depth in enumerate(depths):
        below = _below(depths, parent)
        row = without_full_stop(block.items[parent])
        if all(depths[at] == depth + 1 for at in below) and not _is_pointing(row):
            text = place.frames.inner.format(count=len(below), row=row, topic=place.topic)
            yield from _whole(place, block, starts, below, [text])


def _below(depths: Sequence[int], parent: int) -> Sequence[int]:
    """The places of the items that stand inside that of `parent`."""
    return list(takewhile(lambda at: depths[at] > depths[parent], range(parent + 1, len(depths))))


def _whole(
    place: _Place, block: Block, starts: Sequence[int], items: Sequence[int], texts: Sequence[str]
) -> Iterator[Candidate]:
    if not 2 <= len(items) <= MOST_LIST_ITEMS:
        return
    begin, end = starts[items[0]], starts[items[-1]] + len(block.items[items[-1]])
    text = place.passage.text[begin:end]
    if len(text.split()) <= MOST_LIST_WORDS:
        yield place.candidate(begin, without_full_stop(text), Kind.LIST, texts)


def _list_wordings(place: _Place, before: str, count: int) -> Iterator[str]:
    """The plainest wording first."""
    intro = before.rstrip(" :").rsplit(". ", 1)[-1]
    announced = place.frames.announced.format(count=count, intro=intro)
    is_said = bool(intro) and len(intro.split()) <= 16
    if is_said and place.is_quoted and before.rstrip().endswith(":"):
        yield announced
    yield place.frames.listed.format(count=count, topic=place.topic)
    if is_said:
        yield announced
    owned = re.search(r"^(?:Each|Every|An?|The) (.+?) (?:has|have|contains?|includes?)\b", intro)
    if owned and (found := _FOLLOWING.search(intro)):
        yield f"Which {found.group(1)} does {intro[: owned.end(1)][:1].lower()}{intro[1 : owned.end(1)]} have?"


def _neighbours(place: _Place, block: Block, starts: Sequence[int]) -> Iterator[Candidate]:
    """What follows an item of a list that has numbers: the order of others means nothing."""
    marks = block.marks
    for at, after in pairwise(range(len(marks))):
        if not _is_next(marks[at], marks[after]):
            continue
        said, answer = without_full_stop(block.items[at]), without_full_stop(block.items[after])
        is_short = max(len(said.split()), len(answer.split())) <= MOST_ITEM_WORDS
        if is_short and not _LABELLED.match(answer) and not _is_pointing(answer) and not _is_pointing(said):
            texts = [place.frames.after.format(row=said, topic=place.topic)]
            yield place.candidate(starts[after], answer, Kind.ITEM, texts, place.spot(said, is_step=True))


def _is_next(mark: str, other: str) -> bool:
    """Whether the second mark has the number after that of the first, in the same list."""
    numbers = [re.sub(r"\D", "", one) for one in (mark, other)]
    return depth_of(mark) == depth_of(other) and all(numbers) and int(numbers[1]) == int(numbers[0]) + 1


def _is_pointing(item: str) -> bool:
    """Whether an item means something only beside the one before."""
    return item.split(" ", 1)[0].lower() in _POINTING


def _starts(block: Block, at: int) -> list[int]:
    found = []
    for mark, item in zip(block.marks, block.items, strict=True):
        found.append(at + len(mark))
        at += len(mark) + len(item) + 1
    return found


def _of_table(place: _Place, block: Block) -> Iterator[Candidate]:
    """What stands where a row and a column meet, and which row has most."""
    labels, *rows = block.rows
    if not rows or not all(labels[1:]):
        return
    places = _cell_places(block, place.at)
    keys = key_columns(rows)
    most = MOST_CELL_WORDS if len(labels) > 2 else MOST_DEFINITION_WORDS
    for number, row in enumerate(rows, start=1):
        for column in range(keys, len(row)) if keys and row[0] else ():
            if row[column] and len(row[column].split()) <= most:
                texts = list(_cell_wordings(place, labels, row[:keys], column))
                spot = place.spot(_named(row[:keys]), labels[column])
                yield place.candidate(places[number][column], row[column], Kind.CELL, texts, spot)
    for column in range(1, len(labels)) if keys == 1 else ():
        yield from _highest(place, block, column, places)


def key_columns(rows: Sequence[Sequence[str]]) -> int:
    """How many columns from the left tell every row from the others; 0 where all but the last do not."""
    width = len(rows[0])
    return next((most for most in range(1, width) if len({tuple(row[:most]) for row in rows}) == len(rows)), 0)


def _named(keys: Sequence[str]) -> str:
    return ", ".join(filter(None, keys))


def _cell_wordings(place: _Place, labels: Sequence[str], keys: Sequence[str], column: int) -> Iterator[str]:
    label, frames = labels[column], place.frames
    pairs = [(name, key) for name, key in zip(labels, keys, strict=False) if name and key]
    where = frames.joined.join(frames.where.format(name=name, key=key) for name, key in pairs)
    frame = frames.cell if labels[0] else frames.cell_of
    yield frame.format(topic=place.topic, column=label, where=where, row=_named(keys))
    if _is_thing(label):
        verb = "are" if _is_plural(label) else "is"
        yield f"What {verb} the {_lowered(label)} for “{_named(keys)}” under “{place.topic}”?"


def _is_thing(label: str) -> bool:
    """Whether a column's label names something, as "full day" does; "how", "per day" and "collected" do not."""
    words = label.lower().split()
    is_noun = 0 < len(words) <= 4 and words[0] not in _NO_NOUNS and words[-1] not in _NO_NOUNS
    return is_noun and label.replace(" ", "").replace("-", "").isalnum() and not _PARTICIPLE.search(words[-1])


def _is_plural(label: str) -> bool:
    return bool(re.search(r"[^sui]s$", label.rsplit(maxsplit=1)[-1])) and not label.isupper()


def _lowered(label: str) -> str:
    return label if label[:2].isupper() or label[:1].isdigit() else label[:1].lower() + label[1:]


def _highest(place: _Place, block: Block, column: int, places: Sequence[Sequence[int]]) -> Iterator[Candidate]:
    labels, *rows = block.rows
    known = comparable([row[column] for row in rows]) if len(rows) > 1 and _is_thing(labels[0]) else None
    if known is None or len(set(known)) != len(known):
        return
    frames = (("highest", place.frames.highest, max), ("lowest", place.frames.lowest, min))
    for word, frame, pick in frames:
        at = known.index(pick(known))
        text = frame.format(topic=place.topic, row=labels[0], column=labels[column])
        if _is_thing(labels[column]) and not place.is_quoted:
            text = f"Which {_lowered(labels[0])} has the {word} {_lowered(labels[column])} under “{place.topic}”?"
        yield place.candidate(places[at + 1][0], rows[at][0], Kind.CELL, [text])


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
