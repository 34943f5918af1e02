"""A fitted phrase grammar: one grammar a label, and what drawn texts are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generation.engine.errors import FitError
from generation.engine.llm.texts.casing import casing_of
from generation.engine.llm.texts.corpus import Corpus, without_decoys
from generation.engine.llm.texts.grammar import Grammar, fit_grammar, shared_phrases
from generation.engine.llm.texts.guard import Guard
from generation.engine.llm.texts.labels import LabelClassifier
from generation.engine.llm.texts.ranking import Ranker, Trigrams
from generation.engine.llm.texts.thinning import Balance
from generation.engine.progress import Progress, silent

FEWEST_K = 2
# A label of fewer than so many times k texts gives little: said before the run.
ENOUGH = 4


@dataclass(frozen=True)
class PhraseModel:
    """What `write` draws from. It holds the source's texts, to refuse copies of them: it is as sensitive as they are.

    `decoys` and `texts` are how many were set aside and how many were learned from; `untold` how many labels fewer than
    k people have: they have no grammar, for a label itself may tell of somebody. `casing` is how k people write a word.
    """

    k: int
    grammars: Mapping[str, Grammar]
    balances: Mapping[str, Balance]
    guard: Guard
    classifier: LabelClassifier | None
    ranker: Ranker
    texts: int
    decoys: int
    untold: int
    casing: Mapping[str, str]

    @property
    def scarce(self) -> tuple[str, ...]:
        """Labels with too few texts to say much: fewer than 4k."""
        return tuple(label for label, grammar in self.grammars.items() if grammar.texts < ENOUGH * self.k)


def fit_phrases(
    corpus: Corpus, *, k: int = 5, ranker: str = "trigram", seed: int = 0, progress: Progress = silent
) -> PhraseModel:
    """Learn a corpus whose entities are slots already (`slots.slotted`). A tenth of its holders become decoys first.

    `ranker` is "trigram" or "gru" (which needs torch). FitError where there is nothing to learn from.
    """
    if k < FEWEST_K:
        raise FitError("bad_k", f"At least {FEWEST_K} people must stand behind every phrase.")
    source, decoys = without_decoys(corpus, seed)
    shared, grammars, balances = shared_phrases(source, k), {}, {}
    labels = source.labels_of(k)
    for done, label in enumerate(labels):
        progress("learning phrases", done, len(labels))
        own = source.of_label(label)
        grammars[label], balances[label] = fit_grammar(own, label, shared, k), Balance.of(own, k)
    if not any(() in grammar.steps for grammar in grammars.values()):
        raise FitError("no_phrases", f"No phrase of these texts is shared by {k} people, so there is nothing to write.")
    progress("learning labels", 0, 0)
    return PhraseModel(
        k,
        grammars,
        balances,
        Guard.of(source, decoys, k),
        LabelClassifier.fit(source.texts, source.labels),
        _ranker(ranker, source, k, seed, progress),
        len(source),
        len(decoys),
        len(corpus.classes) - len(labels),
        casing_of(source, k),
    )


def _ranker(name: str, source: Corpus, k: int, seed: int, progress: Progress) -> Ranker:
    if name == "trigram":
        return Trigrams.of(source, k)
    from generation.engine.llm.texts.gru import GruRanker

    return GruRanker.fit(source, seed, progress)
