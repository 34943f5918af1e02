"""A steward's view of a review: its verdicts with filters, re-queueing, the people and their controls, the export."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.engine.reading.judgement import REASONS
from reviews.models import Pause, Review, Verdict
from reviews.pages.verdicts.assignments import assignments_context
from reviews.pages.verdicts.list import (
    LANES,
    STATES,
    Sought,
    annotators_of,
    column_labels,
    line_of,
    page_after,
    verdicts_of,
)
from reviews.permissions import watched_reviews_for
from reviews.repositories.export import review_record
from reviews.repositories.people import agreement_in, reviewers_of
from reviews.repositories.progress import progress_of, set_aside_in
from reviews.repositories.samples import policy_of
from reviews.stages.pause import lift_pause, requeue_verdicts
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record
from synthportal.web.lists import address_with
from synthportal.web.refusals import refuse


@login_required
@require_safe
def verdicts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The verdicts of a review by decision, reason, annotator, column, lane and what became of them."""
    return render(request, "reviews/verdicts/list.html", _verdicts(request, _watched(request, pk)))


@login_required
@require_POST
def requeue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the chosen clean verdicts aside, so that other people judge those records."""
    review, person = _watched(request, pk), signed_in(request)
    reason = request.POST.get("reason", "")
    try:
        count = requeue_verdicts(review, _uuids(request.POST.getlist("verdicts")), reason=reason, by=person)
    except Conflict as conflict:
        refuse(request, conflict)
        typed = {"errors": conflict.reasons, "typed": reason}
        return render(request, "reviews/verdicts/list.html", _verdicts(request, review) | typed, status=409)
    messages.success(request, f"{count:,} {'record waits' if count == 1 else 'records wait'} for another person.")
    return redirect(request.get_full_path().replace("/requeue/", "/verdicts/"))


@login_required
@require_safe
def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How well each annotator finds the controls, how far they agree, and who is paused. For stewards alone."""
    return render(request, "reviews/verdicts/people.html", people_context(of_steward(request, pk)))


@login_required
@require_POST
def lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a paused annotator go on."""
    pause = get_object_or_404(Pause.objects.select_related("person"), pk=pk)
    review, reason = of_steward(request, pause.review_id), request.POST.get("reason", "")
    try:
        lift_pause(pause, reason=reason, by=signed_in(request))
    except Conflict as conflict:
        refuse(request, conflict)
        typed = {"errors": conflict.reasons, "typed": reason, "failed": pause.pk}
        return render(request, "reviews/verdicts/people.html", people_context(review) | typed, status=409)
    messages.success(request, f"{pause.person.display_name} can go on.")
    return redirect("review_people", pk=review.pk)


@login_required
@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The record of the review as JSON, without the content of any record."""
    review = _watched(request, pk)
    with transaction.atomic():
        record("review exported", review, by=signed_in(request))
    answer = JsonResponse(review_record(review), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="review-{review.pk}.json"'
    return answer


def _watched(request: HttpRequest, pk: UUID) -> Review:
    return get_object_or_404(watched_reviews_for(signed_in(request)).select_related("run__dataset"), pk=pk)


def of_steward(request: HttpRequest, pk: UUID) -> Review:
    """The review, for a steward who cannot judge in it."""
    if not has_role(signed_in(request), Role.STEWARD):
        raise Http404
    return _watched(request, pk)


def _uuids(given: list[str]) -> list[str]:
    return [value for value in given if _is_uuid(value)]


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _verdicts(request: HttpRequest, review: Review) -> dict[str, Any]:
    sought, labels = Sought.from_query(request.GET), column_labels(review)
    found, cursor = page_after(verdicts_of(review, sought), request.GET.get("after", ""))
    chosen = request.POST.getlist("verdicts")
    may_requeue = has_role(signed_in(request), Role.STEWARD) and review.status == Review.Status.OPEN
    return {
        **_frame(review, signed_in(request)),
        "title": f"Verdicts on {review.run}",
        "lines": [line_of(verdict, labels) | {"is_chosen": str(verdict.pk) in chosen} for verdict in found],
        "next_url": address_with(request, after=cursor) if cursor else "",
        "first_url": address_with(request, after=None) if request.GET.get("after") else "",
        "query": request.GET.urlencode(),
        "may_requeue": may_requeue,
        "filters": _filters(review, sought, labels),
    }


def _filters(review: Review, sought: Sought, labels: list[str]) -> list[dict[str, Any]]:
    """Every filter as a list of choices with the chosen one."""
    reasons = {name: label for names in REASONS.values() for name, label in names.items()}
    choices: dict[str, tuple[str, dict[str, str]]] = {
        "decision": ("Verdict", {str(one.value): str(one.label) for one in Verdict.Decision}),
        "reason": ("Reason", reasons),
        "annotator": ("Annotator", {str(person.pk): person.display_name for person in annotators_of(review)}),
        "field": ("Column marked", {str(place): label for place, label in enumerate(labels)}),
        "lane": ("Lane", LANES),
        "state": ("What became of it", {state: state for state in STATES}),
    }
    return [
        {"name": name, "label": label, "choices": list(known.items()), "chosen": getattr(sought, name)}
        for name, (label, known) in choices.items()
    ]


def people_context(review: Review) -> dict[str, Any]:
    """What reviews/verdicts/people.html takes."""
    found = progress_of(review)
    return {
        **_frame(review, None),
        "title": f"People of {review.run}",
        "lines": reviewers_of(review),
        "found": found,
        "set_aside": set_aside_in(review),
        "floor": policy_of(review).control_floor,
        "agreement": agreement_in(review),
        "alone": found.annotators == 1,
        **assignments_context(review),
        "lifted": review.pauses.filter(lifted_at__isnull=False).select_related("person", "lifted_by"),
    }


def _frame(review: Review, person: Person | None) -> dict[str, Any]:
    desk = reverse("desk", args=[review.pk])
    crumbs = [{"label": "Reviews", "url": reverse("reviews")}, {"label": str(review.run), "url": desk}]
    is_steward = person is None or has_role(person, Role.STEWARD)
    return {"review": review, "crumbs": crumbs, "is_steward": is_steward}
