import pytest

from generation.engine.errors import FitError
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.guard import Reason
from generation.engine.llm.texts.model import fit_phrases
from generation.engine.llm.texts.ranking import Trigrams
from generation.engine.llm.texts.support import holders_of_runs, runs_of
from generation.engine.llm.texts.words import plain
from generation.engine.llm.texts.writing import even_quotas, write
from tests.generation.engine.llm.messages import messages

K = 5
SOURCE = messages(800, 1)
QUOTAS = {"arrival": 30, "fee": 20, "limit": 25, "lost": 25}


@pytest.fixture(scope="module")
def model():
    return fit_phrases(SOURCE, k=K, seed=4)


@pytest.fixture(scope="module")
def draft(model):
    return write(model, QUOTAS, seed=7)


def test_exactly_as_many_of_each_label_as_asked_are_written(draft):
    assert {label: draft.labels.count(label) for label in QUOTAS} == QUOTAS
    assert not draft.shortfalls


@pytest.mark.parametrize("workers", [2, 4])
def test_the_texts_are_the_same_whatever_the_number_of_workers(model, draft, workers):
    assert write(model, QUOTAS, seed=7, workers=workers) == draft
    assert write(model, QUOTAS, seed=8, workers=workers).words != draft.words


def test_no_text_is_one_of_the_source_whether_it_was_learned_from_or_set_aside(draft):
    """The corpus holds the decoys too, so a hole around the source would have to lie around all of it."""
    assert not {plain(words) for words in draft.words} & {plain(words) for words in SOURCE.words}
    assert len({plain(words) for words in draft.words}) == len(draft.words)


def test_no_eight_words_in_a_row_are_those_of_fewer_than_k_people(draft):
    holders = holders_of_runs(SOURCE, [8])
    assert all(holders[run] == 0 or holders[run] >= K for words in draft.words for run in runs_of(words, 8))


def test_what_was_refused_is_kept_with_its_reason(draft):
    assert {refused.reason for refused in draft.rejected} <= set(Reason)
    assert {Reason.REPEATED, Reason.RARE_RUN} & {refused.reason for refused in draft.rejected}


def test_the_closest_texts_are_likelier_than_the_widest(model, draft):
    judge = Trigrams.of(messages(400, 9), 1)
    closest = write(model, QUOTAS, seed=7, keep=0.25)
    assert judge.scores(closest.words).mean() > judge.scores(draft.words).mean()


def test_a_shortfall_says_why_and_how_many_were_refused(model):
    """Four openings and nothing else cannot give a hundred different texts."""
    few = Corpus.of([f"{opening} my card please" for opening in ("block", "stop", "send", "find") for _ in range(30)])
    draft = write(fit_phrases(few, k=K), {"": 100}, seed=1)
    (shortfall,) = draft.shortfalls
    assert (shortfall.wanted, shortfall.written) == (100, len(draft.texts))
    assert shortfall.reasons[Reason.REPEATED] + shortfall.reasons[Reason.COPY] + shortfall.reasons[Reason.NEAR_COPY] > 0
    assert "of 100 were written" in shortfall.sentence


def test_a_label_that_the_source_lacks_is_a_shortfall_and_no_error(model):
    (shortfall,) = write(model, {"nowhere": 3}, seed=1).shortfalls
    assert (shortfall.label, shortfall.wanted, shortfall.written) == ("nowhere", 3, 0)


def test_texts_that_share_nothing_are_refused_in_one_sentence():
    with pytest.raises(FitError) as error:
        fit_phrases(Corpus.of([f"{3 * chr(97 + place)} {4 * chr(97 + place)}" for place in range(26)]), k=K)
    assert error.value.code == "no_phrases"


def test_quotas_share_out_the_rest_to_the_first_labels():
    assert even_quotas(["a", "b", "c", "d"], 10) == {"a": 3, "b": 3, "c": 2, "d": 2}


def test_a_label_of_fewer_than_four_k_texts_is_said_to_be_scarce():
    source = Corpus.of([*SOURCE.texts, *["this is my own wish"] * 12], [*SOURCE.labels, *["rare"] * 12])
    assert fit_phrases(source, k=K).scarce == ("rare",)


def test_a_network_ranks_with_the_same_figures_every_time():
    gru = pytest.importorskip("generation.engine.llm.texts.gru", reason="torch is not installed")
    few = messages(200, 2)
    fits = [gru.GruRanker.fit(few, 3, lambda *_: None) for _ in range(2)]
    scores = [fit.scores(few.words[:20]).tolist() for fit in fits]
    assert scores[0] == scores[1]
    shuffled = [tuple(reversed(words)) for words in few.words[:20]]
    assert fits[0].scores(few.words[:20]).mean() > fits[0].scores(shuffled).mean()
