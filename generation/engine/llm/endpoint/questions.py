"""Questions over documents, in an endpoint's words where that was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.endpoint.closed_book import closed_book
from generation.engine.llm.endpoint.door import Asker
from generation.engine.llm.endpoint.rewording import Rewording
from generation.engine.llm.questions.corpus import Corpus
from generation.engine.llm.questions.question import Question
from generation.engine.llm.questions.synthesizer import Questions
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.sets import BY_ENDPOINT, MAY_LEAVE

UNASKED = "No endpoint is connected to this run, so no question could be worded by one."


class EndpointQuestions(Questions):
    """Questions of templates; where `is_asked`, `connect` it before it samples: an endpoint words them anew."""

    is_asked, may_leave = False, False
    _asker: Asker | None = None

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`: nothing is asked here."""
        model = super().fit(training, schema, parameters, seed, progress)
        model.is_asked, model.may_leave = parameters.get(BY_ENDPOINT) is True, parameters.get(MAY_LEAVE) is True
        return model

    def connect(self, asker: Asker) -> None:
        """Who words the questions."""
        self._asker = asker

    def worded(self, questions: Sequence[Question], corpus: Corpus, seed: int) -> tuple[Sequence[Question], list[str]]:
        """See `Questions.worded`: as many as before, each with the answer that it had."""
        if not self.is_asked:
            return super().worded(questions, corpus, seed)
        if self._asker is None:
            raise FitError("no_endpoint", UNASKED)
        rewording = Rewording(questions, corpus, self.own, may_leave=self.may_leave)
        found = rewording.ask(self._asker, seed)
        return found, [*rewording.told(), closed_book(found, self._asker, seed)]

    def dump(self) -> bytes:
        """See `Questions.dump`: who answers is no part of it."""
        asker, self._asker = self._asker, None
        payload = super().dump()
        self._asker = asker
        return payload
