"""The conversations that a check compares, whole and turn by turn: learned from, held out, and synthetic ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.llm.texts.sides import Side, Sides
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.conversations.acts import with_acts
from generation.engine.llm.conversations.cells import conversation_in
from generation.engine.llm.conversations.conversation import Conversation, Turn
from generation.engine.llm.conversations.masking import masked
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.minimisation.messages import messages_in
from generation.engine.schema import Sdtype

Said = Callable[[str], str]


@dataclass(frozen=True)
class Chats:
    """Conversations of one table with their acts, each held by a person or else by itself; and the row of each in its
    file."""

    talks: tuple[Conversation, ...]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.talks)

    @cached_property
    def turns(self) -> Side:
        """Every turn that says something as a text; whoever holds the conversation holds its turns."""
        return self._turns(lambda text: text)

    @cached_property
    def masked_turns(self) -> Side:
        """The same with values as tags: a turn with another name in it is the same turn."""
        return self._turns(masked)

    @cached_property
    def whole(self) -> Side:
        """Each conversation as one text."""
        texts = ["\n".join(turn.text for turn in one.turns) for one in self.talks]
        return Side(Corpus.of(texts, None, [one.holder for one in self.talks]), self.rows)

    @cached_property
    def places(self) -> npt.NDArray[np.intp]:
        """Of each of the `turns` the place of its conversation."""
        return np.array([place for place, one in enumerate(self.talks) for turn in one.turns if turn.text], np.intp)

    def _turns(self, said: Said) -> Side:
        texts = [said(turn.text) for one in self.talks for turn in one.turns if turn.text]
        holders = [self.talks[place].holder for place in self.places]
        return Side(Corpus.of(texts, None, holders), self.rows[self.places])

    def sample(self, count: int, rng: np.random.Generator) -> Chats:
        """As many of them at random, in their order; all, where they are fewer."""
        if count >= len(self):
            return self
        places = np.sort(rng.choice(len(self), count, replace=False))
        return Chats(tuple(self.talks[place] for place in places), self.rows[places])


@dataclass(frozen=True)
class ChatSides:
    """`source` was learned from, `holdout` was not, `made` is synthetic."""

    source: Chats
    holdout: Chats
    made: Chats

    def of(self, part: Callable[[Chats], Side]) -> Sides:
        """The three as texts of one kind."""
        return Sides(part(self.source), part(self.holdout), part(self.made))


def chat_sides(study: Study) -> ChatSides:
    """The conversations of a study. NotAssessable without a column of them, a holdout, or any conversation in one."""
    return study.once("chats", lambda: _sides(study))


def _sides(study: Study) -> ChatSides:
    holdout = study.need_holdout()
    column = next((one for one in study.columns if _holds_messages(one)), None)
    if column is None:
        raise NotAssessable("There is no column of conversations.")
    sides = [_side(table, column) for table in (study.training, holdout, study.synthetic)]
    if not all(len(side) for side in sides):
        raise NotAssessable("Source, holdout or synthetic records hold no conversation.")
    return ChatSides(*sides)


def _holds_messages(column: EncodedColumn) -> bool:
    some = column.categories[:1]
    return column.spec.sdtype is Sdtype.TEXT and len(some) > 0 and messages_in(some[0]) is not None


def _side(table: EncodedTable, column: EncodedColumn) -> Chats:
    """The conversations in the order of their file."""
    order = np.argsort(table.original, kind="stable")
    codes, rows, holders = table.codes(column)[order], table.original[order], table.holders
    found = [
        (one, row)
        for code, row, at in zip(codes.tolist(), rows.tolist(), order.tolist(), strict=True)
        if code >= 0 and (one := conversation_in(column.categories[code], f"#{row}", holder=holders[at] or f"#{row}"))
    ]
    return Chats(tuple(with_acts([one for one, _ in found])), np.array([row for _, row in found], dtype=np.int64))


def is_telling(turn: Turn) -> bool:
    """Whether a turn has enough words to be somebody's."""
    return len(turn.text.split()) > FEW_WORDS


FEW_WORDS = 5
