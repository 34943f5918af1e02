"""The phrase grammar as a synthesizer of the portal: it learns a table's column of texts, and its labels if any."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Self

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.texts.columns import text_column
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.guard import Reason
from generation.engine.llm.texts.model import PhraseModel, fit_phrases
from generation.engine.llm.texts.slots import filled
from generation.engine.llm.texts.writing import DIAL, Draft, even_quotas, write
from generation.engine.progress import Progress
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut
from generation.engine.tables.cut.persons import holders_in, said_of_persons

_LABELS = frozenset({Sdtype.CATEGORICAL, Sdtype.BOOLEAN})
AS_SOURCE, EVEN = "as in the source", "as many of each"


class PhraseGrammar:
    """Texts and labels; every other column is left out.

    The model holds the texts it learned from, to refuse copies of them: see `PhraseModel`.
    """

    def __init__(
        self,
        model: PhraseModel,
        schema: Schema,
        texts: Mapping[str, int],
        parameters: Mapping[str, object],
        persons: str = "",
    ):
        self.model, self.texts = model, dict(texts)
        self.keep, self.balance = DIAL[str(parameters["dial"])], str(parameters["balance"])
        self.text, self.label = _columns(schema)
        kept = {spec.name for spec in (self.text, self.label) if spec}
        self.left_out = tuple(
            LeftOut(spec.name, "The phrase grammar writes texts and their labels alone.")
            for spec in schema
            if spec.name not in kept
        )
        self.persons = persons
        self.notes: tuple[str, ...] = self._notes_before()

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. FitError where there is no column of texts, or nothing is shared in it."""
        text, label = _columns(schema)
        known = training[training[text.name].notna()]
        labels = (
            [""] * len(known) if label is None else known[label.name].astype(str).where(known[label.name].notna(), "")
        )
        corpus = Corpus.of(known[text.name].astype(str).tolist(), list(labels), holders_in(known))
        k, ranker = int(str(parameters["k"])), str(parameters["ranker"])
        model = fit_phrases(corpus, k=k, ranker=ranker, seed=seed, progress=progress)
        return cls(model, schema, Counter(corpus.labels), parameters, said_of_persons(known))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` texts or fewer; `notes` say how many lack, and why."""
        draft = write(self.model, self.quotas(rows), seed, keep=self.keep)
        self.notes = (*self._notes_before(), *_notes_after(draft, rows))
        order = np.random.default_rng([seed, 4]).permutation(len(draft.words))
        texts = filled(draft.texts, seed, first=first_row)
        frame = pd.DataFrame({self.text.name: [texts[place] for place in order]}, dtype=object)
        if self.label is not None:
            frame[self.label.name] = pd.Series([draft.labels[place] or None for place in order], dtype=object)
        return frame

    def dump(self) -> bytes:
        """The model, texts included: sealed and deleted like the source's own records."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)

    def _notes_before(self) -> tuple[str, ...]:
        model = self.model
        scarce, total = len(model.scarce), model.decoys + model.texts
        few = f"{scarce:,} of {len(model.grammars):,} labels have so few texts that little can be said of them."
        labels = model.untold + len(model.grammars)
        untold = f"Labels of fewer than {model.k} people are left out, {model.untold:,} of {labels:,}: no text has one."
        return (
            f"{model.decoys:,} of {total:,} texts were set aside as decoys: copies were refused against them and "
            "against the others alike.",
            *([self.persons] if self.persons else []),
            *([few] if scarce else []),
            *([untold] if model.untold else []),
        )

    def quotas(self, rows: int) -> dict[str, int]:
        """How many of each label that k people have: as many of each, or in the shares of the source, the largest rests
        rounded up."""
        labels = [label for label, grammar in self.model.grammars.items() if () in grammar.steps]
        if self.balance == EVEN:
            return even_quotas(sorted(labels), rows)
        total = sum(self.texts[label] for label in labels)
        shares = {label: rows * self.texts[label] / total for label in labels}
        quotas = {label: int(share) for label, share in shares.items()}
        for label in sorted(labels, key=lambda label: (quotas[label] - shares[label], label))[
            : rows - sum(quotas.values())
        ]:
            quotas[label] += 1
        return quotas


def _columns(schema: Schema) -> tuple[ColumnSpec, ColumnSpec | None]:
    """(texts, labels): the column of texts, and the target where it is a category."""
    text = text_column(schema)
    if text is None:
        raise FitError("no_texts", "There is no column of texts to learn from.")
    return text, next((spec for spec in schema if spec.role is ColumnRole.TARGET and spec.sdtype in _LABELS), None)


def _notes_after(draft: Draft, rows: int) -> list[str]:
    """The shortfall over all labels, which are not named: they are values."""
    if not draft.shortfalls:
        return []
    refused = Counter[Reason]()
    for short in draft.shortfalls:
        refused.update(short.reasons)
    told = ", ".join(f"{count:,} as {reason}" for reason, count in refused.most_common() if count)
    lacking = rows - len(draft.words)
    return [
        f"{lacking:,} of {rows:,} texts could not be written, of {len(draft.shortfalls):,} labels. Refused were {told}."
    ]
