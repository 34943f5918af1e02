"""Adjudication: a second person looks at every leak flag and settles it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.desk import reasons_in_words, rows_of
from reviews.models import Review, Verdict
from reviews.permissions import flag_reviews_for
from reviews.progress import progress_of
from reviews.stages.review import flags_for, settle_flag, why_not_settle
from synthportal.errors import Conflict, refuse
from synthportal.models import Person
from synthportal.views import signed_in

SHOWN_AT_ONCE = 5


@login_required
@require_safe
def flags(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The flags of a review that wait for this person, each beside its record."""
    person = signed_in(request)
    review = get_object_or_404(flag_reviews_for(person).select_related("run__dataset"), pk=pk)
    return render(request, "reviews/flags.html", _context(review, person))


@login_required
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm a leak or dismiss the flag."""
    person = signed_in(request)
    verdict = get_object_or_404(Verdict, pk=pk, record__review__in=flag_reviews_for(person))
    is_leak, note = request.POST.get("is_leak") == "yes", request.POST.get("note", "")
    try:
        settle_flag(verdict, is_leak=is_leak, note=note, by=person)
    except Conflict as conflict:
        refuse(request, conflict)
        context = _context(verdict.record.review, person) | {"errors": conflict.reasons, "note": note}
        return render(request, "reviews/flags.html", context | {"failed": verdict.pk}, status=409)
    found = "a leak" if is_leak else "no leak"
    messages.success(request, f"Record {verdict.record.position}: settled as {found}.")
    return redirect("flags", pk=verdict.record.review_id)


def _context(review: Review, person: Person) -> dict[str, Any]:
    waiting = flags_for(person, review).select_related("record__review__run__dataset", "by")
    is_open = review.status == Review.Status.OPEN
    shown = [_flag(verdict) for verdict in waiting[:SHOWN_AT_ONCE] if not why_not_settle(person, verdict)]
    count = waiting.count() if is_open else 0
    return {
        "review": review,
        "title": f"Leak flags of {review.run}",
        "facts": [f"{count} waiting for a second person"] if count else [],
        "crumbs": [{"label": "Reviews", "url": reverse("reviews")}],
        "flags": shown,
        "waiting": count,
        "found": progress_of(review),
    }


def _flag(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict,
        "position": verdict.record.position,
        "rows": rows_of(verdict.record, verdict.fields),
        "reasons": reasons_in_words(verdict),
        "why": verdict.record.reasons,
    }
