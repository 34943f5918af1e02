"""What is to train with holds no item of a set to test with: neither word for word nor nearly, whatever its length."""

import json

import pandas as pd
import pytest

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.policy import default_policy, only
from generation.engine.evaluation.llm.texts.apart import LONGEST_RUN, Items
from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.kinds.catalogue import kind_of
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from tests.generation.engine.llm.messages import messages

SCHEMA = (ColumnSpec("c0", Sdtype.TEXT, ColumnRole.OTHER, "text"),)
SHORT = "My card has not arrived"
MIDDLE = "Which form does somebody send in who pays for a hotel"  # eleven words
LONG = "A customer whose parcel was lost on Monday asks for the money back and wants it paid to another account today"
TESTS = (SHORT, MIDDLE, LONG)


def apart_of(texts, tests=TESTS, purpose="fine_tuning"):
    tables = [pd.DataFrame({"c0": side}, dtype=object) for side in (list(messages(150, 1).texts), list(texts))]
    policy = only(default_policy(purpose), {"tests_apart"})
    found = evaluate_tables(
        tables[0], None, tables[1], SCHEMA, target=None, purpose=purpose, policy=policy, seed=1, progress=silent,
        only={"tests_apart"}, apart=tests,
    )  # fmt: skip
    return found.metrics[0]


def test_items_of_every_length_are_found_whole_and_nearly():
    known = Items(TESTS)
    held = [
        "my card has not arrived!",
        f"Hello there. {MIDDLE}? Thanks.",
        f"Well: {LONG.lower()}, please.",
        # Thirteen of its words in a row, between others.
        f"So it is true that {' '.join(LONG.split()[4 : 4 + LONGEST_RUN])} which nobody could tell before",
        # One of its words is another.
        LONG.replace("Monday", "Friday"),
    ]
    assert known.held_by(held) == [True] * 5


def test_what_is_only_said_alike_is_no_item():
    known = Items(TESTS)
    free = [
        "My card arrived",
        "Somebody sends in a form and pays for a hotel",
        # Twelve words in a row are one too few of a long item.
        f"So it is true that {' '.join(LONG.split()[4 : 4 + LONGEST_RUN - 1])} which nobody could tell before",
        "",
    ]
    assert known.held_by(free) == [False] * 4
    assert Items([]).held_by(free) == [False] * 4


def test_texts_that_share_nothing_with_a_test_set_pass():
    found = apart_of(messages(200, 3).texts)
    assert (found.status, found.value, found.n) == (Status.PASS, 0.0, 200)
    assert found.sentence == "Of 200 records 0 overlap 3 texts of the portal's sets to test with."


def test_one_record_in_two_hundred_asks_for_eyes_and_three_block_and_are_named():
    texts = list(messages(200, 3).texts)
    texts[7] = LONG
    found = apart_of(texts)
    assert (found.status, found.value) == (Status.REVIEW, 1 / 200)
    assert [(one.row, one.reason) for one in found.named] == [(7, "overlaps a set to test with")]
    texts[11], texts[180] = MIDDLE, f"Hello. {LONG}"
    found = apart_of(texts)
    assert found.status is Status.BLOCK
    assert [one.row for one in found.named] == [7, 11, 180]


def test_every_turn_of_a_conversation_is_looked_at_and_what_anybody_says_in_five_words_is_not():
    def talk(text):
        return json.dumps([{"role": "user", "content": text}, {"role": "assistant", "content": "I see."}])

    found = apart_of([talk(f"Is it {place}?") for place in range(120)] + [talk(LONG), talk(SHORT)])
    assert [one.row for one in found.named] == [120]


def test_without_a_set_to_test_with_it_is_not_computed_and_shuts_nothing():
    found = apart_of(messages(200, 3).texts, ())
    assert found.status is Status.NOT_COMPUTED
    assert found.reason == "The portal has no set to test with: there is nothing to be apart from."
    assert not only(default_policy("fine_tuning"), {"tests_apart"}).is_needed("tests_apart")


def test_what_is_to_test_with_is_held_against_what_is_to_train_with():
    texts = list(messages(200, 3).texts)
    texts[7] = LONG
    found = apart_of(texts, purpose="evaluation")
    assert found.sentence == "Of 200 records 1 overlap 3 texts of the portal's sets to train with."


@pytest.mark.parametrize("kind", ["text", "chat"])
def test_texts_and_conversations_are_both_asked(kind):
    assert "tests_apart" in kind_of(kind).checks
    assert cards()["tests_apart"].group == "utility"


def test_a_purpose_that_neither_trains_nor_tests_models_is_not_asked():
    assert apart_of(messages(200, 3).texts, purpose="testing").reason.startswith("Not assessed")
