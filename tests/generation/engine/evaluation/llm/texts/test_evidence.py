"""Planted files are stopped by the check that is made for them, and real texts that nobody copied pass."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from generation.engine.evaluation.limits.policy import default_policy, only, unmet
from generation.engine.evaluation.llm.texts.cards import CHECKS
from generation.engine.evaluation.llm.texts.copies import Contrast, contrasted
from generation.engine.evaluation.llm.texts.sides import Side, Sides
from generation.engine.evaluation.llm.texts.variety import compression, distinct_2, self_bleu, unique
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.model import fit_phrases
from generation.engine.llm.texts.writing import even_quotas, write
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.tables.cut.persons import PERSON
from tests.generation.engine.llm.messages import messages

SCHEMA = (
    ColumnSpec("text", Sdtype.TEXT, ColumnRole.OTHER, "text"),
    ColumnSpec("label", Sdtype.CATEGORICAL, ColumnRole.TARGET, "label"),
)
NAMES = frozenset(check.name for check in CHECKS)
POLICY = only(default_policy("fine_tuning"), NAMES)
SOURCE, HOLDOUT, FRESH = messages(1200, 1), messages(1200, 2), messages(1000, 3)


def frame(corpus):
    return pd.DataFrame({"text": corpus.texts, "label": corpus.labels})


def evidence_of(made, holdout=HOLDOUT, checks=NAMES):
    """The metrics by name, judged as for fine-tuning."""
    held = None if holdout is None else frame(holdout)
    found = evaluate_tables(
        frame(SOURCE), held, frame(made), SCHEMA, target="label", purpose="fine_tuning", policy=POLICY, seed=1,
        progress=silent, only=checks,
    )  # fmt: skip
    return {metric.name: metric for metric in found.metrics}


@pytest.fixture(scope="module")
def written():
    draft = write(fit_phrases(SOURCE, k=5), even_quotas(SOURCE.classes, 1000), seed=1)
    return Corpus.of(draft.texts, draft.labels)


def test_real_texts_that_nobody_learned_from_pass_every_check():
    found = evidence_of(FRESH)
    assert not unmet(found.values(), POLICY)
    assert abs(found["text_skill_ratio"].value - 1) < 0.1


def test_what_the_phrase_grammar_writes_leaks_nothing_that_is_proven(written):
    found = evidence_of(written)
    assert {name for name in unmet(found.values(), POLICY) if found[name].group == "privacy"} == set()
    assert found["text_copies"].value <= 0


def test_ten_verbatim_texts_in_a_thousand_are_stopped_and_named(written):
    made = Corpus.of([*written.texts[:-10], *SOURCE.texts[5:105:10]], written.labels)
    copies = evidence_of(made, checks={"text_copies"})["text_copies"]
    assert copies.status is Status.BLOCK
    assert {record.row for record in copies.named} >= set(range(990, 1000))
    assert {record.reason for record in copies.named} == {"matches a source record"}


def test_texts_of_the_source_with_one_word_changed_are_stopped_as_near_copies():
    edited = Corpus.of([f"{text} ok" for text in SOURCE.texts[:300]] + list(FRESH.texts[300:]), FRESH.labels)
    found = evidence_of(edited, checks={"text_near_copies", "text_runs"})
    assert found["text_near_copies"].status is Status.BLOCK


def test_a_grammar_of_few_templates_is_stopped_as_generic():
    templates = [
        f"{ask} {thing}?" for ask in ("how do I", "can you", "I want to", "please") for thing in "abcdefghijkl"
    ]
    found = evidence_of(Corpus.of((templates * 21)[:1000], FRESH.labels))
    blocked = {name for name, metric in found.items() if metric.status is Status.BLOCK}
    assert {"text_unique", "text_compression", "text_skill_ratio"} <= blocked


def test_a_rare_name_that_comes_again_is_carried_over():
    real = Corpus.of([*SOURCE.texts[:-40], *(f"I am {name}" for name in PEOPLE)], SOURCE.labels)
    made = Corpus.of([*FRESH.texts[:-40], *(f"Please ask {name} about it" for name in PEOPLE)], FRESH.labels)
    found = evaluate_tables(
        frame(real), frame(HOLDOUT), frame(made), SCHEMA, target="label", purpose="fine_tuning", policy=POLICY, seed=1,
        progress=silent, only={"text_entities"},
    )  # fmt: skip
    assert found.metrics[0].status is Status.BLOCK


PEOPLE = [f"{first} {last}" for first in ("Anna", "Peter", "Julia", "Oscar", "Nina") for last in
          ("Miller", "Jensen", "Rossi", "Novak", "Silva", "Weber", "Moreau", "Kowalski")]  # fmt: skip


def by_one_person(corpus, rows):
    """A frame in which these rows are one person's, and every other row is somebody's own."""
    numbers = pd.Series(range(len(corpus)), dtype="int64")
    numbers[list(rows)] = rows[0]
    return frame(corpus).assign(**{PERSON: numbers})


@pytest.mark.parametrize(
    ("check", "signature"),
    [
        ("text_runs", "greetings from the windy lighthouse keeper at the bay"),
        ("text_entities", "ask Peter Lindqvist"),
    ],
)
def test_what_one_person_wrote_thirty_times_is_no_common_phrase(check, signature):
    def signed(corpus, rows):
        texts = [f"{text} {signature}" if place in rows else text for place, text in enumerate(corpus.texts)]
        return Corpus.of(texts, corpus.labels)

    rows, statuses = range(100, 130), {}
    for name, source in {"one": by_one_person, "many": lambda corpus, _: frame(corpus)}.items():
        found = evaluate_tables(
            source(signed(SOURCE, rows), rows), frame(HOLDOUT), frame(signed(FRESH, rows)), SCHEMA, target="label",
            purpose="fine_tuning", policy=POLICY, seed=1, progress=silent, only={check},
        )  # fmt: skip
        statuses[name] = found.metrics[0].status
    assert statuses == {"one": Status.BLOCK, "many": Status.PASS}


def test_a_name_in_one_of_ten_thousand_source_texts_is_found_again():
    """A sample of the source would miss most of what is rare in it."""
    real = Corpus.of([*messages(9_000, 1).texts, *(f"I am {name}" for name in PEOPLE)], ["fee"] * (9_000 + len(PEOPLE)))
    made = Corpus.of([*FRESH.texts[:-40], *(f"Please ask {name} about it" for name in PEOPLE)], FRESH.labels)
    found = evaluate_tables(
        frame(real), frame(HOLDOUT), frame(made), SCHEMA, target="label", purpose="fine_tuning", policy=POLICY, seed=1,
        progress=silent, only={"text_entities"},
    )  # fmt: skip
    assert {record.row for record in found.metrics[0].named} >= set(range(960, 1000))


def test_texts_whose_labels_are_none_of_the_source_teach_nothing_that_can_be_measured(written):
    found = evidence_of(Corpus.of(written.texts, ["elsewhere"] * len(written.texts)))
    assert found["text_skill_ratio"].status is Status.NOT_COMPUTED


def test_without_a_holdout_nothing_is_computed_and_nothing_passes():
    found = evidence_of(FRESH, holdout=None)
    assert {metric.status for metric in found.values()} == {Status.NOT_COMPUTED}
    assert {"text_copies", "text_membership_auc"} <= set(unmet(found.values(), POLICY))


def test_a_table_is_not_asked_for_what_only_texts_have():
    """The checks of a table, and what its gate needs, name no text."""
    plain = default_policy("training")
    assert not any(name.startswith("text_") for name in plain.needed | only(plain, None).limits.keys())
    assert {"text_copies", "text_runs"} <= POLICY.needed


def test_figures_of_variety_by_hand():
    twice = [("a", "b", "c", "d"), ("a", "b", "c", "d")]
    assert distinct_2(twice) == 0.5  # three pairs, each twice
    assert unique(twice) == 0.5
    assert self_bleu(twice) == pytest.approx(1.0)
    assert self_bleu([("a", "b", "c", "d"), ("e", "f", "g", "h")]) < 0.3
    assert compression([("a",) * 400]) > 5


def test_every_form_of_copying_is_told_and_what_any_of_them_found_is_named():
    """Ten texts letter by letter and five more in capitals: 1.0 % by one form, 1.5 % by the other."""
    texts = [*SOURCE.texts[:10], *(text.upper() for text in SOURCE.texts[10:15]), *FRESH.texts[15:]]
    copies = evidence_of(Corpus.of(texts, FRESH.labels), checks=frozenset({"text_copies"}))["text_copies"]
    assert "letter by letter" in copies.sentence
    assert "but for case and punctuation" in copies.sentence
    assert set(range(15)) <= {record.row for record in copies.named}


def test_a_form_that_does_not_decide_hides_nothing_that_it_found():
    """Two forms of equal length: the surer decides, and rows that the other alone found are named behind its own."""
    made = np.zeros(1000, dtype=bool)
    many, few = made.copy(), made.copy()
    many[:50], few[100:102] = True, True
    sides = Sides(*(Side(FRESH, np.arange(len(FRESH))) for _ in range(3)))
    study = SimpleNamespace(seed=1)
    found = [Contrast("one", few, made), Contrast("other", many, made)]
    metric = contrasted(study, sides, "x", "texts are copies", found)
    assert [record.row for record in metric.named] == [*range(50), 100, 101]
    assert metric.value == 0.05
    assert metric.sentence == (
        "5.00% of the synthetic texts are copies (other), beside 0.00% of the holdout's; 0.20% (one), beside 0.00%."
    )
