"""Review policies in words: what each field is called, how its value reads, what a change does. No web framework."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.acceptance.words import percent
from reviews.engine.policy.policy import FRACTIONS, ReviewPolicy
from reviews.engine.policy.workload import Workload


@dataclass(frozen=True, slots=True)
class FieldWords:
    """A field of a policy as people say it: its name, what it means, what is counted."""

    title: str
    help: str
    unit: str = ""


FIELDS = {
    "ltpd": FieldWords("Leak rate to be refused", "A file in which this share of the records leaks is refused."),
    "confidence": FieldWords("Confidence", "How sure the signed sentence is."),
    "accept": FieldWords(
        "Leaks the sample is sized for",
        "Gives a plan that may stop early its room, and costs records. A confirmed leak keeps the bytes back all the "
        "same.",
        "leaks",
    ),
    "plan_kind": FieldWords("When to stop", "Early stops are decided on the fixed order of the draw alone."),
    "reviews_per_record": FieldWords("Annotators per record", "Each record is judged by so many people.", "people"),
    "double_share": FieldWords("Judged once more", "Share of the records that one more person judges."),
    "control_rate": FieldWords(
        "Controls",
        "Fabricated leaks and nonsense among the records, as a share of the sample, at least 20. 0: none, and the "
        "sentence then says “if they miss nothing”.",
    ),
    "missable_controls": FieldWords(
        "Controls that may be missed", "Together. The sample grows to allow for it.", "controls"
    ),
    "control_floor": FieldWords("Pause below", "An annotator who finds a smaller share of the controls is paused."),
    "realism_limit": FieldWords("Unrealistic records allowed", "The upper bound of their share must stay below."),
    "min_annotators": FieldWords("Different annotators", "At least so many people must have judged.", "people"),
    "hunt_records": FieldWords(
        "Records searched out", "The most suspicious ones, judged beside the sample.", "records"
    ),
    "spend_attempts": FieldWords(
        "Attempts share the risk", "The first review of a dataset may spend half of the risk, the second a quarter."
    ),
}
KINDS = {
    PlanKind.FIXED: "after all records",
    PlanKind.THREE_LOOK: "at one of three looks",
    PlanKind.SEQUENTIAL: "as soon as it is settled (Wald)",
}


def value_words(name: str, value: object) -> str:
    """A field's value as people read it: 1 %, yes, 30."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, PlanKind):
        return KINDS[value]
    if name in FRACTIONS and isinstance(value, int | float):
        return percent(value)
    return f"{value:,}" if isinstance(value, int) else str(value)


def difference(before: ReviewPolicy, after: ReviewPolicy) -> list[str]:
    """What differs between two policies, a sentence each; nothing for equal ones."""
    changed = (name for name in FIELDS if getattr(before, name) != getattr(after, name))
    return [
        f"{FIELDS[name].title}: {value_words(name, getattr(after, name))}, "
        f"before {value_words(name, getattr(before, name))}."
        for name in changed
    ]


def consequence(before: Workload, after: Workload) -> list[str]:
    """What a change does to a review: records, verdicts and time, a sentence each."""
    return [*_records(before, after), *_time(before, after)]


def _records(before: Workload, after: Workload) -> Iterator[str]:
    more = after.records - before.records
    if more == 0:
        yield f"The review stays {after.records:,} records long."
        return
    word = "record" if abs(more) == 1 else "records"
    yield (
        f"This makes the review {abs(more):,} {word} {'longer' if more > 0 else 'shorter'}: "
        f"{after.records:,} instead of {before.records:,}."
    )


def _time(before: Workload, after: Workload) -> Iterator[str]:
    if after.verdicts != before.verdicts:
        yield f"Verdicts: {after.verdicts:,} instead of {before.verdicts:,}."
    if round(after.hours, 1) != round(before.hours, 1):
        yield f"Hours of work: {after.hours:.1f} instead of {before.hours:.1f}."


LEAST_REASON, LEAST_WORDS, LEAST_LETTERS = 20, 3, 8
REAL_REASON = (
    f"at least {LEAST_REASON} characters, {LEAST_WORDS} different words and {LEAST_LETTERS} different letters."
)


def is_real_reason(text: str) -> bool:
    """Whether a text could be a reason: long enough, of several words, and not one key held down."""
    words = {word for word in text.lower().split() if any(letter.isalpha() for letter in word)}
    letters = {letter for letter in text.lower() if letter.isalpha()}
    return len(text.strip()) >= LEAST_REASON and len(words) >= LEAST_WORDS and len(letters) >= LEAST_LETTERS
