"""The review desk: claim and show the next record, take a verdict, undo it. Plain forms first; htmx swaps the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generation.permissions import runs_for
from reviews.desk import desk_context, judgement_from, last_context, nothing_context
from reviews.models import Review, ReviewRecord
from reviews.permissions import desk_reviews_for, flag_reviews_for, reviews_for
from reviews.progress import progress_of
from reviews.stages.review import REASONS, Judgement, State, claim_record, judge_record, undo_verdict
from synthportal.errors import Conflict, refuse
from synthportal.models import Person
from synthportal.views import signed_in


@login_required
@require_safe
def desk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next record for an annotator; where the review stands for everybody else who sees it."""
    person = signed_in(request)
    review = get_object_or_404(_with_names(reviews_for(person)), pk=pk)
    if not desk_reviews_for(person).filter(pk=pk).exists():
        return render(request, "reviews/review.html", _watched(review, person))
    return _next_record(request, review, person)


@login_required
@require_POST
def verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save a verdict and move on; a refusal comes back in words with everything that was typed."""
    person = signed_in(request)
    record = get_object_or_404(ReviewRecord, pk=pk, review__in=reviews_for(person))
    judgement, token = judgement_from(request.POST), request.POST.get("token", "")
    try:
        judge_record(record, judgement, token=int(token) if token.isdecimal() else 0, by=person)
    except Conflict as conflict:
        if not judgement.faults():
            refuse(request, conflict)
        return _not_saved(request, record, judgement, conflict, person)
    return _moved_on(request, record.review, person, f"Saved record {record.position} as {judgement.decision}.")


@login_required
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back one's last verdict and show its record again."""
    person = signed_in(request)
    review = get_object_or_404(_with_names(desk_reviews_for(person)), pk=pk)
    record = undo_verdict(review, by=person)
    return _moved_on(request, review, person, f"Taken back: record {record.position} is yours again.")


def _watched(review: Review, person: Person) -> dict[str, Any]:
    sees_gate = runs_for(person).filter(pk=review.run_id).exists()
    return {
        "action": {"label": "Open the gate", "url": reverse("gate", args=[review.run_id])} if sees_gate else None,
        "review": review,
        "crumbs": [{"label": "Reviews", "url": reverse("reviews")}],
        "facts": [f"{review.lot:,} records", f"policy {review.policy['name']}"],
        "found": progress_of(review),
        "settles": flag_reviews_for(person).filter(pk=review.pk).exists(),
    }


def _with_names(reviews: Any) -> Any:
    return reviews.select_related("run__dataset")


def _is_fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")


def _show(request: HttpRequest, body: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The desk's body alone for htmx (422 is swapped, other errors are not), else the page around it."""
    if _is_fragment(request):
        return render(request, body, context, status=422 if status >= 400 else status)
    return render(request, "reviews/desk.html", {**context, "body": body}, status=status)


def _next_record(request: HttpRequest, review: Review, person: Person, saved: str = "") -> HttpResponse:
    record = claim_record(review, by=person)
    if record is None:
        return _show(request, "reviews/_desk_empty.html", {**nothing_context(review, person), "saved": saved})
    return _show(request, "components/desk.html", {**desk_context(record, person), "saved": _where(saved, record)})


def _where(saved: str, record: ReviewRecord) -> str:
    return saved and f"{saved} Now record {record.position}."


def _moved_on(request: HttpRequest, review: Review, person: Person, saved: str) -> HttpResponse:
    if not _is_fragment(request):
        return redirect("desk", pk=review.pk)
    review.refresh_from_db()
    if review.status != Review.Status.OPEN:
        return _show(request, "reviews/_desk_empty.html", {**nothing_context(review, person), "saved": saved})
    return _next_record(request, review, person, saved)


def _not_saved(
    request: HttpRequest, record: ReviewRecord, judgement: Judgement, conflict: Conflict, person: Person
) -> HttpResponse:
    """The same record with the reasons, while this person holds it; else what was typed, to copy and go on."""
    record.refresh_from_db()
    if record.state == State.CLAIMED and record.claimed_by_id == person.pk:
        context = desk_context(record, person, judgement, conflict.reasons)
        return _show(request, "components/desk.html", context, conflict.status)
    known = REASONS.get(judgement.decision, {})
    context = {
        "title": str(record.review.run),
        "review": record.review,
        "reasons": conflict.reasons,
        "judgement": judgement,
        "chosen": [known.get(reason, reason) for reason in judgement.reasons],
        **last_context(record.review, person),
    }
    return _show(request, "reviews/_not_saved.html", context, conflict.status)
