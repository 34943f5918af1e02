"""How much work waits for a person in one review."""

from __future__ import annotations

from reviews.models import Review
from reviews.repositories.queue import waiting_in
from synthportal.models import Person


def waiting_for(person: Person, review: Review) -> int:
    """How many records this person could judge now, the one they hold included."""
    return waiting_in(person, [review])[review.pk]
