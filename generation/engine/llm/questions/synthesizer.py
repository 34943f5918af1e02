"""Questions over documents as a synthesizer of the portal: it keeps the minimised documents, and asks about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.kinds.documents import QUESTION_COLUMNS
from generation.engine.llm.counts import by_number, counted
from generation.engine.llm.documents.document import Document
from generation.engine.llm.documents.passages import all_passages
from generation.engine.llm.documents.table import documents_of
from generation.engine.llm.questions.asking import SHARES, ask_questions
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Form, Question, QuestionSet
from generation.engine.llm.questions.records import record_of
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut


class Questions:
    """Questions whose answers are stretches of the documents. Nothing is learned: the model is the documents."""

    left_out: tuple[LeftOut, ...] = ()

    def __init__(self, documents: list[Document], own: list[str], shares: Mapping[Form, float]) -> None:
        self.documents, self.own, self.shares = documents, own, dict(shares)
        self.notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. FitError where there is nothing to ask about, or no form is asked for."""
        documents, own = documents_of(training.rename(columns={spec.name: spec.label for spec in schema}))
        if not all_passages(documents):
            raise FitError("no_passages", "The documents hold no text to ask about.")
        shares = {form: float(str(parameters[parameter_of(form)])) for form in SHARES}
        if not any(shares.values()):
            raise FitError("no_form", "Ask for at least one kind of question: all shares are 0.")
        return cls(documents, own, shares)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` questions or fewer; `notes` say how many lack, and why."""
        if first_row:
            raise FitError("too_many", "So many questions cannot be asked at once. Ask for at most 100,000.")
        made = ask_questions(self.documents, rows, seed=seed, shares=self.shares, own=self.own)
        corpus = Corpus(all_passages(self.documents))
        questions, told = self.worded(made.questions, corpus, seed)
        self.notes = (*_notes(made, len(self.documents)), *told)
        records = [record_of(question, corpus) for question in questions]
        return pd.DataFrame(records, columns=[spec.name for spec in QUESTION_COLUMNS], dtype=object)

    def worded(self, questions: Sequence[Question], corpus: Corpus, seed: int) -> tuple[Sequence[Question], list[str]]:
        """The questions in their last words, and what is to be told of these: here the templates' own."""
        return questions, []

    def dump(self) -> bytes:
        """The documents, minimised: sealed and deleted like the source's own records."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


def parameter_of(form: Form) -> str:
    """The parameter that says which share of the questions has this form."""
    return form.value.replace("-", "_")


def _notes(made: QuestionSet, documents: int) -> list[str]:
    """How many were asked of how many documents, every shortfall and form that lacks some, and what was left out."""
    forms = ", ".join(f"{count:,} {form}" for form, count in made.forms().items())
    were = "question was" if made.asked == 1 else "questions were"
    told = [f"{made.delivered:,} of {made.asked:,} {were} made over {counted(documents, 'document')}: {forms}."]
    told += [
        f"{by_number(count, 'question is missing', 'questions are missing')}. {why}"
        for why, count in made.shortfall.items()
    ]
    left_out = [f"{count:,} because {why[:1].lower()}{why[1:-1]}" for why, count in made.rejected.items()]
    return [
        *told,
        *made.notes,
        *made.short_forms,
        *([f"Candidates left out: {', '.join(left_out)}."] if left_out else []),
    ]
