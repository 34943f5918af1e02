"""What a question is, and a set of them that was asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Form(StrEnum):
    """What answering a question takes."""

    SINGLE = "single-hop"
    MULTI = "multi-hop"
    COMPARISON = "comparison"
    UNANSWERABLE = "unanswerable"
    ADVERSARIAL = "adversarial"
    CONVERSATIONAL = "conversational"


class Kind(StrEnum):
    """What the answer is."""

    YEAR = "year"
    DATE = "date"
    NUMBER = "number"
    AMOUNT = "amount"
    NAME = "name"
    PLACE = "place"
    DEFINITION = "definition"
    REASON = "reason"
    LIST = "list"
    ITEM = "list item"
    CELL = "table cell"
    RULE = "yes or no"
    PHRASE = "phrase"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where it stands: offsets into the text of a passage; `text` is what stands there."""

    passage: str
    document: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a list, a table or a rule that can be named, from which other questions about it are made.

    `topic` is what its section is called, "" for a rule; `row` what leads its row, its label, the item before it, or
    the rule's sentence; `column` the label of its column, "" in lists. `block` tells its list or table from others, by
    passage and where it begins. `is_step`: the answer is what comes after `row`.
    """

    topic: str
    row: str
    column: str
    block: tuple[str, int]
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked and answered before."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer, "" where the documents hold none.

    The first piece of `evidence` is the answer itself; further ones are what else has to be read. `verdict` is "yes" or
    "no" for a question about a rule, whose answer is the rule's sentence. `absent` is what an unanswerable question
    asks about and no document holds. `attack` names what makes it adversarial; `forbidden` is what an injected
    instruction asks for, `distractors` are passages that look right and are not. `language` is that of its words, ""
    for English.
    """

    text: str
    answer: str
    form: Form
    kind: Kind
    evidence: tuple[Evidence, ...]
    turns: tuple[Turn, ...] = ()
    persona: str = ""
    verdict: str = ""
    absent: str = ""
    attack: str = ""
    forbidden: str = ""
    distractors: tuple[str, ...] = ()
    id: str = ""
    language: str = ""

    @property
    def is_answerable(self) -> bool:
        return bool(self.answer)

    @property
    def document(self) -> str:
        """The document it is about."""
        return self.evidence[0].document


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """What was made of a wish for `asked` questions. `shortfall` counts those that are missing by reason, as sentences;
    `rejected` counts candidates that were made and not kept, by reason. `short_forms` says in a sentence for each form
    of which fewer were made than wanted, how many and why. `notes` are sentences about the rest.
    """

    asked: int
    seed: int
    questions: tuple[Question, ...]
    shortfall: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    short_forms: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def delivered(self) -> int:
        return len(self.questions)

    def forms(self) -> dict[str, int]:
        return counted([question.form for question in self.questions])

    def kinds(self) -> dict[str, int]:
        return counted([question.kind for question in self.questions])


def real_question(line: str) -> tuple[str, str]:
    """A real question as its owner gives it: its words, and behind a tab the answer, "" where none is told."""
    text, _, answer = line.partition("\t")
    return text.strip(), answer.strip()


def said_before(question: Question) -> str:
    """Everything that is asked: the turns before, and the question."""
    return " ".join([*(turn.question for turn in question.turns), question.text])


def counted(words: Sequence[str]) -> dict[str, int]:
    """How often each stands there, the most frequent first."""
    return {str(word): count for word, count in Counter(words).most_common()}
