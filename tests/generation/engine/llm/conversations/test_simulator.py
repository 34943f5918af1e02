from dataclasses import replace

import pytest

from generation.engine.errors import FitError
from generation.engine.llm.conversations.acts import acts_of
from generation.engine.llm.conversations.conversation import ASSISTANT, TOOL, USER, Conversation, Turn
from generation.engine.llm.conversations.likeness import act_bigram_distance, sequences_found
from generation.engine.llm.conversations.masking import masked
from generation.engine.llm.conversations.persona import Persona
from generation.engine.llm.conversations.simulator import fit_simulator, simulate
from tests.generation.engine.llm.talks import PLACES, talks

SOURCE, OTHERS = talks(240, 1), talks(240, 2)


@pytest.fixture(scope="module")
def model():
    return fit_simulator(SOURCE, k=5, seed=1)


@pytest.fixture(scope="module")
def written(model):
    return simulate(model, 100, seed=3)


def test_as_many_conversations_as_asked_are_written_and_again_the_same(model, written):
    assert (len(written.conversations), written.shortfall) == (100, "")
    assert simulate(model, 100, seed=3) == written
    assert simulate(model, 100, seed=4) != written


def test_what_is_done_follows_what_people_do_nearly_as_closely_as_other_people_would(written):
    between_people = act_bigram_distance(SOURCE, OTHERS)
    assert act_bigram_distance(written.conversations, OTHERS) <= max(1.3 * between_people, 0.08)


def test_sequences_of_the_source_come_again_no_more_often_than_among_other_people(written):
    share = sequences_found(written.conversations, SOURCE) / len(written.conversations)
    assert share - sequences_found(OTHERS, SOURCE) / len(OTHERS) <= 0.02


def test_every_kind_of_value_is_one_throughout_unless_somebody_changes_it(written):
    assert any(one.changes for one in written.simulated)
    for one in written.simulated:
        for kind in {kind for kind, _ in one.spoken}:
            assert len({value for of, value in one.spoken if of == kind}) <= 1 + one.changes


def test_no_value_of_the_source_is_said(written):
    text = " ".join(turn.text for one in written.conversations for turn in one.turns)
    assert not [place for place in PLACES if place in text]


def test_no_turn_of_more_than_five_words_is_that_of_one_conversation():
    odd = Turn(USER, "My grandmother keeps seven blue parrots in the attic there", (("ASK_FOR", "place"),))
    first = Conversation("odd", (odd, *SOURCE[0].turns[1:]), SOURCE[0].topic)
    found = simulate(fit_simulator([first, *SOURCE[1:]], k=5, seed=1), 60, seed=2)
    assert not any("parrots" in turn.text for one in found.conversations for turn in one.turns)


def courses(count, *kinds):
    """Conversations of as many people that all go through these acts; `{}` in one is each person's own."""
    texts = {USER: "Please tell me more about the card", ASSISTANT: "Of course I can help you with that"}
    return [
        Conversation(f"c{place}", tuple(
            Turn((USER, ASSISTANT)[at % 2], texts[(USER, ASSISTANT)[at % 2]], ((kind.format(place), ""),))
            for at, kind in enumerate(kinds)
        ))
        for place in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "kinds",
    [("INFORM", "ASK", "INFORM", "CLOSE_{}"), ("INFORM", "CLOSE_{}", "BYE"), ("INFORM", "BYE"), ("OWN_{}", "OWN_{}")],
)
def test_courses_that_end_in_what_only_one_person_does_come_to_an_end(kinds):
    """Nothing beyond what people share is done, and what cannot be done is said instead of sought without end."""
    found = simulate(fit_simulator(courses(60, *kinds), k=5, seed=1), 20, seed=2)
    done = {name for one in found.conversations for turn in one.turns for name, _ in turn.acts}
    assert done <= set(kinds)
    assert len(found.conversations) == 20 or "of 20 conversations were possible" in found.shortfall


def test_more_is_drawn_until_there_are_as_many_as_asked(model):
    """There are no words for any offer, and four of ten conversations have one."""
    pools = {key: said for key, said in model.wording.pools.items() if "OFFER" not in key}
    scarce = replace(model, wording=replace(model.wording, pools=pools))
    found = simulate(scarce, 150, seed=3)
    assert found.refused > 64
    assert len(found.conversations) == 150


def test_too_few_conversations_are_refused_in_one_sentence():
    with pytest.raises(FitError) as error:
        fit_simulator(SOURCE[:10], k=5)
    assert "at least 20 people" in error.value.sentence.lower()


def with_tool(one):
    """The conversation with a call of a tool and its answer, as OpenAI writes them."""
    call = {"id": f"call_{one.id}", "type": "function", "function": {"name": "book", "arguments": '{"seats": 2}'}}
    calls = Turn(ASSISTANT, "", calls=(call,))
    answer = Turn(TOOL, '{"booked": true}', rest={"tool_call_id": call["id"]})
    return replace(one, turns=(*one.turns[:1], calls, answer, *one.turns[1:]))


def test_conversations_that_use_tools_are_not_learned_from_and_no_half_of_a_call_is_written():
    model = fit_simulator([with_tool(one) for one in SOURCE[:120]] + SOURCE[120:], k=5, seed=1)
    assert model.with_tools == 120
    found = simulate(model, 60, seed=3).conversations
    assert {turn.role for one in found for turn in one.turns} == {USER, ASSISTANT}
    assert not any("booked" in turn.text for one in found for turn in one.turns)


def test_conversations_that_all_use_tools_are_refused_in_plain_words():
    with pytest.raises(FitError) as error:
        fit_simulator([with_tool(one) for one in SOURCE], k=5)
    assert "240 use tools and are not learned from" in error.value.sentence


def test_sequences_are_compared_by_what_is_done_and_not_by_the_words():
    one, other = (Conversation("x", (Turn(USER, text, (("THANK", ""),)),)) for text in ("Thanks!", "Thank you"))
    assert act_bigram_distance([one], [other]) == 0
    assert sequences_found([one], [other]) == 1
    asks = Conversation("y", (Turn(USER, "Why?", (("ASK", ""),)),))
    assert act_bigram_distance([one], [asks]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Call 555-010-1234 tomorrow at 11:30 am", "Call <phone> <date> at <time>"),
        ("It costs $12.50 for three at half past 2", "It costs <money> for <count> at <time>"),
        ("Meet me at Blue Moon Cafe on the 4th of this month", "Meet me at <name> on <date>"),
        ("I am fine.", "I am fine."),
    ],
)
def test_values_become_tags_by_their_form(text, expected):
    assert masked(text) == expected


def test_acts_are_told_from_the_form_where_the_source_names_none():
    assert acts_of("No thanks, goodbye.") == (("GOODBYE", ""), ("NEGATE", ""), ("THANK", ""))
    assert acts_of("What time?") == (("ASK", ""),)
    assert acts_of("At 5 pm.") == (("TELL", "time"),)


def test_a_persona_says_one_value_until_it_changes():
    persona = Persona(1, 7)
    first = persona.said("<time> and <time>")
    assert first == persona.said("<time>") + " and " + persona.said("<time>")
    persona.change("time")
    assert persona.said("<time>") != first.split(" and ")[0]
    assert Persona(1, 7).said("<name> in <place>") == Persona(1, 7).said("<name> in <place>")
