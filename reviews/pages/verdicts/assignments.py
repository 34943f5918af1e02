"""Who is asked to judge in a review, by which day, and who may be asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from reviews.models import Review
from synthportal.errors import Conflict
from synthportal.people.messages.notices import everybody
from synthportal.roles import Role


def assignments_context(review: Review) -> dict[str, Any]:
    """Those that stand, and the annotators who have no part in the dataset or run and are not asked yet."""
    standing = list(review.assignments.filter(ended_at__isnull=True).select_related("person", "by"))
    own = {review.run.dataset.owner_id, review.run.requested_by_id, *(one.person_id for one in standing)}
    own.update(review.run.dataset.co_owners.values_list("person", flat=True))
    people = [one for one in everybody(Role.ANNOTATOR) if one.pk not in own]
    return {
        "assignments": standing,
        "candidates": sorted(people, key=lambda one: one.display_name) if review.status == Review.Status.OPEN else [],
        "today": timezone.localdate(),
    }


def day_from(typed: str) -> date:
    """A day as a form sends it. Raises Conflict."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Conflict("Choose the day by which they shall have judged.") from None
