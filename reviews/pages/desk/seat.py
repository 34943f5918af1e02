"""A person's seat at the desk of a review: what every answer of the desk needs of it, read once for the answer."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from reviews.models import Review, Skip, Verdict
from reviews.pages.desk.keys import Keys, keys_of
from reviews.repositories import tally
from reviews.stages.undo import last_skip, last_verdict, later_of
from synthportal.models import Person

PACE_FROM = 5  # verdicts; fewer say nothing of the time that is left
PACE_OF = 20  # one's last verdicts, whose median is the pace


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review stands for somebody at the desk: all records alike, whatever put them there."""

    judged: int
    total: int
    mine: int
    skipped: int
    seconds_each: float | None

    @property
    def pace(self) -> str:
        """The median of one's last verdicts, in words."""
        return "" if self.seconds_each is None else f"{time_in_words(self.seconds_each)} each"

    @property
    def time_left(self) -> str:
        """What is left for one person at this pace, in words."""
        if self.seconds_each is None or self.judged >= self.total:
            return ""
        return f"about {time_in_words(self.seconds_each * (self.total - self.judged))} left"


def time_in_words(seconds: float) -> str:
    """12 s, 8 min, 3.5 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def standing_of(review: Review, person: Person) -> Standing:
    """Counted now."""
    counted, total = tally.counters_of(review), tally.places_of(review)
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    skipped = Skip.objects.filter(record__review=review, by=person, undone_at__isnull=True).count()
    seconds = list(mine.order_by("-created_at").values_list("seconds", flat=True)[:PACE_OF])
    return Standing(
        counted.all_judged,
        total,
        counted.given_by(person),
        skipped,
        median(seconds) if len(seconds) >= PACE_FROM else None,
    )


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits where, and how things stood when they took the seat. `last` is what Undo takes back."""

    review: Review
    person: Person
    keys: Keys
    standing: Standing
    last: Verdict | Skip | None
    last_verdict: Verdict | None


def take_seat(review: Review, person: Person) -> Seat:
    """Read it now: after what was asked for has been done, so that the answer tells of it."""
    verdict = last_verdict(review, person)
    last = later_of(verdict, last_skip(review, person))
    return Seat(review, person, keys_of(person), standing_of(review, person), last, verdict)
