from itertools import islice

import numpy as np

from generation.engine.llm.texts.corpus import Corpus, without_decoys
from generation.engine.llm.texts.grammar import cut, fit_grammar, shared_phrases
from generation.engine.llm.texts.support import holders_of_runs, runs_of
from generation.engine.llm.texts.words import text_of, words_of
from tests.generation.engine.llm.messages import messages

K = 5


def test_words_come_back_as_a_person_writes_them():
    text = "Can I pay £12.50? I'm <PERSON>, (really)."
    assert text_of(words_of(text)) == "Can I pay £12.50? I'm <person>, (really)."


def test_a_text_is_cut_into_the_longest_phrases_and_loses_what_nobody_shares():
    phrases = frozenset({("my",), ("my", "card"), ("is",), ("lost",)})
    assert list(cut(("my", "card", "xyz", "is", "lost"), phrases)) == [
        (0, ("my", "card")),
        (3, ("is",)),
        (4, ("lost",)),
    ]


def test_k_means_k_people_and_not_k_texts():
    """Five texts of one person hold no phrase; of five persons they hold it."""
    texts = ["where is my card"] * 5
    of_one = Corpus.of(texts, persons=["p"] * 5)
    assert holders_of_runs(of_one, [4]) == {("where", "is", "my", "card"): 1}
    assert not fit_grammar(of_one, "", frozenset(), K).steps
    assert fit_grammar(Corpus.of(texts), "", frozenset(), K).steps


def test_every_phrase_and_every_seam_of_a_walk_has_k_people_behind_it():
    corpus = messages(600, 1)
    own, shared = corpus.of_label("fee"), shared_phrases(corpus, K)
    known = {run for run, who in holders_of_runs(own, range(1, 6)).items() if who >= K} | shared
    grammar = fit_grammar(own, "fee", shared, K)
    walks = list(islice(grammar.walks(np.random.default_rng(1)), 300))
    words = {word for walk in walks for word in walk}
    assert words <= {run[0] for run in known if len(run) == 1}
    # A pair of words is inside a phrase, at a join of two phrases of one text, or a seam: in each case somebody's.
    pairs = holders_of_runs(own, [2])
    assert all(pair in pairs or pair in known for walk in walks for pair in runs_of(walk, 2))


def test_a_grammar_whose_walks_come_to_no_end_gives_nothing_instead_of_walking_for_ever():
    """Everybody's text is sixty words long, and no text may be longer than forty-five."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    endless = " ".join(f"{one}{other}" for one in "abc" for other in letters[:20])
    grammar = fit_grammar(Corpus.of([endless] * 10), "", frozenset(), K)
    assert () in grammar.steps
    assert list(grammar.walks(np.random.default_rng(1))) == []


def test_decoys_are_whole_persons_and_no_text_is_on_both_sides():
    persons = [f"p{place % 40}" for place in range(200)]
    source, decoys = without_decoys(Corpus.of(list(map(str, range(200))), persons=persons), seed=3)
    assert len(decoys) == 20  # a tenth of 40 persons, five texts each
    assert not set(source.holders) & set(decoys.holders)
    assert sorted([*source.texts, *decoys.texts], key=int) == list(map(str, range(200)))
