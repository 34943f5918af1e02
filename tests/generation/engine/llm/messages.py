"""Messages of customers who do not exist: four wishes, said in thousands of ways, with a rare word here and there."""

from __future__ import annotations

import numpy as np

from generation.engine.llm.texts.corpus import Corpus

OPENINGS = [
    "Hello,", "Hi there,", "Good morning,", "Please help:", "I have a question,", "Dear team,", "Sorry to bother you,",
    "Hey,", "Quick one:", "", "", "", "",
]  # fmt: skip
SAYINGS = {
    "arrival": (
        ["where is", "still waiting for", "please track", "when comes", "no sign of"],
        ["my new card", "the card", "my replacement", "that letter", "my post"],
    ),
    "fee": (
        ["why charge for", "explain the fee on", "what costs", "who took money for", "too expensive is"],
        ["a withdrawal", "my transfer", "cash abroad", "one payment", "topping up"],
    ),
    "lost": (
        ["I lost", "somebody stole", "cannot find", "please block", "left behind"],
        ["my wallet", "the phone", "my bag", "this card", "my purse"],
    ),
    "limit": (
        ["what limit has", "how much fits", "please raise", "is there a maximum for", "how often works"],
        ["my top up", "one transfer", "the machine", "my account", "each day"],
    ),
}
TIMES = ["since monday", "for two weeks", "as of today", "this morning", "last night", "for days now", "again", ""]
ENDINGS = ["Thanks.", "Can you tell me?", "Please answer soon.", "It is urgent!", "Kind regards", "", "", ""]
RARE = [
    "gravel", "bucket", "hinge", "ladder", "nozzle", "pebble", "rivet", "shovel", "valve", "wedge", "anvil", "bolt",
    "crate", "drill", "funnel", "gasket", "hammer", "kettle",
]  # fmt: skip


def messages(count: int, seed: int) -> Corpus:
    """`count` messages, the labels in turn. A seed is a group of other people who want the same things."""
    rng = np.random.default_rng(seed)
    labels = [sorted(SAYINGS)[place % len(SAYINGS)] for place in range(count)]
    return Corpus.of([_message(label, rng) for label in labels], labels)


def _message(label: str, rng: np.random.Generator) -> str:
    asks, things = SAYINGS[label]
    parts = [_one(OPENINGS, rng), _one(asks, rng), _one(things, rng), _one(TIMES, rng)]
    parts[3:3] = [_one(RARE, rng) for _ in range(4)]
    parts[-1] += "?" if rng.random() < 0.5 else "."
    return " ".join(part for part in [*parts, _one(ENDINGS, rng)] if part)


def _one(choices: list[str], rng: np.random.Generator) -> str:
    return choices[rng.integers(len(choices))]
