"""The endpoint as a writer of labelled texts: the phrase grammar says what about, the endpoint words it, the guard of
the source refuses what comes from it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Self

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.endpoint.door import Answers, Asker, Prompt
from generation.engine.llm.endpoint.prompts import (
    BY_FORM,
    LENGTHS,
    MANNERS,
    SYSTEM,
    TEXT,
    TEXT_SCHEMA,
    filled_in,
    redacted,
    repeats,
)
from generation.engine.llm.texts.slots import filled
from generation.engine.llm.texts.synthesizer import PhraseGrammar
from generation.engine.llm.texts.words import Words, plain, words_of
from generation.engine.llm.texts.writing import write
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut

NOTES = 3
ROUNDS = 4
UNASKED = "No endpoint is connected to this run, so nothing could be written."


class EndpointTexts:
    """Texts and labels, worded by an endpoint. `connect` it before it samples."""

    def __init__(self, grammar: PhraseGrammar, terms: str):
        self.grammar, self.terms = grammar, "".join(redacted([terms], by=BY_FORM))
        self.left_out: tuple[LeftOut, ...] = grammar.left_out
        self.notes: tuple[str, ...] = grammar.notes
        self._asker: Asker | None = None

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`: nothing is asked here."""
        own = {"k": parameters["k"], "balance": parameters["balance"], "dial": "closest", "ranker": "trigram"}
        return cls(PhraseGrammar.fit(training, schema, own, seed, progress), str(parameters["terms"]).strip())

    def connect(self, asker: Asker) -> None:
        """Who words the texts."""
        self._asker = asker

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`: `rows` texts or fewer; `notes` say how many lack, and why."""
        if self._asker is None:
            raise FitError("no_endpoint", UNASKED)
        made = _Round(self, seed)
        for number in range(ROUNDS):
            if not made.ask(self._asker, number, self.grammar.quotas(rows)):
                break
        texts = filled(made.texts, seed, first=first_row)
        order = np.random.default_rng([seed, 4]).permutation(len(texts))
        frame = pd.DataFrame({self.grammar.text.name: [texts[place] for place in order]}, dtype=object)
        if self.grammar.label is not None:
            frame[self.grammar.label.name] = pd.Series([made.labels[place] or None for place in order], dtype=object)
        self.notes = (*self.grammar.notes, *made.told(rows))
        return frame

    def dump(self) -> bytes:
        """The model, texts included: sealed and deleted like the source's own records."""
        asker, self._asker = self._asker, None
        payload = model_bytes.to_bytes(self)
        self._asker = asker
        return payload

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


class _Round:
    """The texts of one sample on their way: what was taken, and what was refused for what."""

    def __init__(self, writer: EndpointTexts, seed: int):
        self.writer, self.seed = writer, seed
        self.texts: list[str] = []
        self.labels: list[str] = []
        self.refused: Counter[str] = Counter()
        self.why, self.words = "", ""
        self._seen: set[str] = set()

    def ask(self, asker: Asker, number: int, quotas: Mapping[str, int]) -> bool:
        """Ask for what lacks of each label; whether anything was asked and answered."""
        lacking = {label: quota - self.labels.count(label) for label, quota in quotas.items()}
        cells = list(self._cells({label: count for label, count in lacking.items() if count > 0}, number))
        if not cells:
            return False
        answers: Answers = asker.ask([prompt for _, prompt in cells])
        self.why, self.words = answers.why, answers.words or self.words
        if not any(answers.found) and not self.texts:
            said = f" It said: “{answers.words}”." if answers.words else ""
            raise FitError("endpoint", f"The endpoint answered nothing that could be used ({answers.why}).{said}")
        found = [
            (label, prompt, str(answer["text"]).strip())
            for (label, prompt), answer in zip(cells, answers.found, strict=True)
            if answer
        ]
        texts = redacted([text for _, _, text in found], but=self.writer.terms)
        for (label, prompt, _), text in zip(found, texts, strict=True):
            self._take(label, prompt, text)
        return bool(found)

    def _cells(self, lacking: Mapping[str, int], number: int) -> Iterator[tuple[str, Prompt]]:
        """A prompt for each text that lacks, made of texts that the phrase grammar writes; none without any."""
        model = self.writer.grammar.model
        draft = write(model, {label: NOTES * count for label, count in lacking.items()}, self.seed + 7_919 * number)
        notes: defaultdict[str, list[str]] = defaultdict(list)
        for label, text in zip(draft.labels, redacted(draft.texts), strict=True):
            notes[label].append(text)
        for label in sorted(notes):
            rng = np.random.default_rng([self.seed, number, len(label), *label.encode()])
            for at in range(lacking[label]):
                some = notes[label][NOTES * at : NOTES * (at + 1)] or notes[label][:NOTES]
                yield label, self._prompt(label, some, rng)

    def _prompt(self, label: str, notes: list[str], rng: np.random.Generator) -> Prompt:
        terms = self.writer.terms
        slots = {
            "label": label.replace("_", " ") or "what the notes say",
            "terms": f"Words of the trade: {terms}\n" if terms else "",
            "manner": str(rng.choice(MANNERS)),
            "length": str(rng.choice(LENGTHS)),
            "notes": "\n".join(f"- {note}" for note in notes),
        }
        return Prompt(SYSTEM, filled_in(TEXT, slots), TEXT_SCHEMA, int(rng.integers(2**31)))

    def _take(self, label: str, prompt: Prompt, text: str) -> None:
        """A text joins unless something speaks against it."""
        words = words_of(text)
        if reason := self._against(label, prompt, text, words):
            self.refused[reason] += 1
            return
        self._seen.add(plain(words))
        self.texts.append(text)
        self.labels.append(label)

    def _against(self, label: str, prompt: Prompt, text: str, words: Words) -> str:
        model, form = self.writer.grammar.model, plain(words)
        if reason := model.guard.reason(words, form):
            return str(reason)
        if form in self._seen:
            return "written before"
        if repeats(text, prompt.user):
            return "eight words in a row of their own prompt"
        if model.guard.near([form])[0]:
            return "nearly a copy of a real text"
        if model.classifier is not None and model.classifier.predict([text])[0] != label:
            return "a classifier of the source takes it for another label"
        return ""

    def told(self, rows: int) -> list[str]:
        """The shortfall in words; labels are values and are not named."""
        if len(self.texts) >= rows:
            return []
        refused = ", ".join(f"{count:,} as {reason}" for reason, count in self.refused.most_common())
        parts = [f"Refused were {refused}." if refused else "", f"Without an answer: {self.why}." if self.why else ""]
        return [" ".join([f"{rows - len(self.texts):,} of {rows:,} texts lack.", *filter(None, parts)])]
