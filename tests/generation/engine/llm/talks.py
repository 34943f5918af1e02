"""Conversations about tables and rooms that nobody had: who asks, what is missing, what is confirmed."""

from __future__ import annotations

import numpy as np

from generation.engine.llm.conversations.conversation import ASSISTANT, USER, Conversation, Turn

TOPICS = {"table": "a table", "room": "a room"}
PLACES = ["Northton", "Eastville", "Southam", "Westbury", "Middleford"]
_WISHES = ["I want to book {}", "Please find me {}", "Can you get me {}", "I need {}", "Could you reserve {}"]
_WHEN = ["What time would you like?", "At which time?", "When should it be?"]
_GO = ["That is right.", "Yes, please.", "Yes, that works."]


def talks(count: int, seed: int) -> list[Conversation]:
    """`count` conversations of as many people."""
    rng = np.random.default_rng(seed)
    return [_talk(number, seed, rng) for number in range(count)]


def _talk(number: int, seed: int, rng: np.random.Generator) -> Conversation:
    topic = sorted(TOPICS)[number % 2]
    place, time = PLACES[rng.integers(len(PLACES))], f"{rng.integers(1, 12)}:30 pm"
    turns = [Turn(USER, f"{_one(_WISHES, rng).format(TOPICS[topic])} in {place}.", (("ASK_FOR", "place"),))]
    if rng.random() < 0.7:
        turns += [
            Turn(ASSISTANT, _one(_WHEN, rng), (("REQUEST", "time"),)),
            Turn(USER, f"At {time}.", (("INFORM", "time"),)),
        ]
    while rng.random() < 0.4:
        turns += [
            Turn(ASSISTANT, f"I can offer you {TOPICS[topic]} at {time}. Is that fine?", (("OFFER", "time"),)),
            Turn(USER, f"No, make it {rng.integers(1, 12)}:15 am.", (("NEGATE", ""), ("INFORM", "time"))),
        ]
    turns += [
        Turn(ASSISTANT, f"Shall I book {TOPICS[topic]} in {place} at {time}?", (("CONFIRM", "time"),)),
        Turn(USER, _one(_GO, rng), (("AFFIRM", ""),)),
        Turn(ASSISTANT, "Your booking is made. Have a nice day!", (("GOODBYE", ""),)),
    ]
    return Conversation(f"{seed}-{number}", tuple(turns), topic)


def _one(choices: list[str], rng: np.random.Generator) -> str:
    return choices[rng.integers(len(choices))]
