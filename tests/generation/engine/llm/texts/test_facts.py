"""What the texts of a source are, told without any of them."""

import json

import pandas as pd

from generation.engine.llm.conversations.columns import profile_chat_table
from generation.engine.llm.texts.columns import profile_text_table
from generation.engine.profiling.profile import TableProfile

GERMAN = "Ich habe die Karte nicht und bitte um Ersatz"  # nine words
ENGLISH = "the card is not here and I have to go to the bank"  # thirteen words
SHORT = "ok"


def test_lengths_languages_and_repetitions_are_counted():
    table = pd.DataFrame({"text": [*[f"{GERMAN} {n}" for n in range(6)], *[ENGLISH] * 20, SHORT, "Je suis là et vous"]})
    (facts,) = profile_text_table(table).texts
    assert (facts.column, facts.texts, facts.repeated, facts.read) == ("text", 28, 19, 28)
    # By words from 0, 5, 10, 15, ...: "ok"; five in French; ten with a number behind nine; thirteen.
    assert facts.lengths == (1, 1, 26, 0, 0, 0, 0, 0, 0, 0)
    assert facts.median_words == 13
    # One text in French points at who wrote it: it is told with those that tell nothing.
    assert facts.languages == (("en_US", 20), ("de_DE", 6), ("", 2))


def test_conversations_are_counted_by_their_turns():
    talk = [{"role": "user", "content": ENGLISH}, {"role": "assistant", "content": "Of course"}]
    cells = [json.dumps(talk * turns) for turns in (1, 1, 1, 2, 2, 3)]
    (facts,) = profile_chat_table(pd.DataFrame({"messages": cells})).texts
    assert facts.turns == ((2, 3), (4, 2), (6, 1))
    assert facts.texts == 6


def test_a_profile_with_texts_is_read_back_as_it_was_and_one_of_before_has_none():
    profile = profile_text_table(pd.DataFrame({"text": [ENGLISH] * 30}))
    stored = json.loads(json.dumps(profile.as_json()))
    assert TableProfile.from_json(stored) == profile
    del stored["texts"]
    assert TableProfile.from_json(stored).texts == ()
