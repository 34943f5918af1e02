"""Five records to practise on, written by hand: what they are is known, and why. Standard library only.

None is of a dataset and none is a control: who practises learns the words, and nothing of what waits in a queue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reviews.engine.reading.judgement import Decision


@dataclass(frozen=True, slots=True)
class Exercise:
    """A record with the decision that fits, and why it does."""

    content: Sequence[tuple[str, Any]]
    decision: Decision
    why: str

    def answer(self, decision: str) -> str:
        """What to say to somebody who decided so."""
        return f"Right. {self.why}" if decision == self.decision else f"It is {self.decision}. {self.why}"


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        (("age", 41), ("occupation", "nurse"), ("town", "(of 50,000 to 100,000)"), ("visits", 3)),
        Decision.CLEAN,
        "A nurse of 41 in a town of that size is one of many: nothing points at anybody, and all of it can be.",
    ),
    Exercise(
        (
            ("age", 58),
            ("occupation", "teacher"),
            ("visits", 2),
            ("note", "Asked to call back on 01632 960144, after five, and to ask for Dorota."),
        ),
        Decision.LEAKAGE,
        "A telephone number with a first name reaches one person. Mark the note, reason: direct identifier.",
    ),
    Exercise(
        (("age", 34), ("born", "1951-02-30"), ("occupation", "retired"), ("visits", -4)),
        Decision.UNREALISTIC,
        "February has no 30th, and nobody visits minus four times. It tells of nobody; it would teach what is false.",
    ),
    Exercise(
        (("age", 103), ("occupation", "lighthouse keeper"), ("town", "(below 500)"), ("visits", 1)),
        Decision.LEAKAGE,
        "Each value alone is harmless, all of them together fit one person. Reason: rare combination. In doubt, flag.",
    ),
    Exercise(
        (
            ("age", 29),
            ("occupation", "sales"),
            ("visits", 5),
            ("note", "Wants the newsletter by e-mail. Prefers mornings. No complaint."),
        ),
        Decision.CLEAN,
        "It is about a person and says nothing that leads to one. Being about somebody is no leak: a false alarm here "
        "costs a second person's time.",
    ),
)
