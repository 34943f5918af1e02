"""The review desk: claim and show the next record, take a verdict or a skip, undo it, hold a record for longer.

Plain forms first: every verb answers with a redirect or a page. The desk's script asks with the header X-Desk and gets
the same as JSON: the record it may go on with, the one after it, and the words for both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from generation.permissions import owns, runs_for
from reviews.engine.reading.judgement import REASONS, Judgement
from reviews.models import Edit, Review, ReviewRecord
from reviews.pages.desk.card import card_of, seconds_left
from reviews.pages.desk.nothing import nothing_context
from reviews.pages.desk.page import (
    closed_as,
    desk_context,
    frame_context,
    judgement_from,
    last_context,
    spare_card,
    token_from,
)
from reviews.pages.desk.seat import take_seat
from reviews.permissions import (
    desk_reviews_for,
    flag_reviews_for,
    may_judge,
    may_see,
    reviews_for,
    watched_reviews_for,
)
from reviews.repositories.progress import progress_of
from reviews.repositories.samples import faults_of
from reviews.repositories.standstill import standstills_in
from reviews.stages.review import State, claim_record, hold_record, judge_record, skip_record
from reviews.stages.undo import take_back_skip, undo_verdict, where_it_is
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.web.refusals import refuse


@login_required
@require_safe
@never_cache
def desk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next record for an annotator; where the review stands for everybody else who sees it."""
    person = signed_in(request)
    review = get_object_or_404(with_names(reviews_for(person)), pk=pk)
    if not may_judge(person, review):
        return render(request, "reviews/home/review.html", _watched(review, person))
    record = claim_record(review, by=person)
    if record is None:
        return render(request, "reviews/desk/page.html", _empty(review, person))
    return render(
        request,
        "reviews/desk/page.html",
        desk_context(record, take_seat(review, person)) | {"body": "reviews/desk/_desk.html"},
    )


@login_required
@require_POST
def verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Save a verdict and move on; a refusal comes back in words with everything that was typed."""
    person, record = signed_in(request), _record_for(request, pk)
    judgement = judgement_from(request.POST)

    def save() -> str:
        judge_record(record, judgement, token=token_from(request.POST), by=person)
        return f"Saved record {record.position} as {judgement.decision}."

    return _saved(request, record, judgement, save)


@login_required
@require_POST
def skip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Pass a record on to others, with a reason, and move on."""
    person, record = signed_in(request), _record_for(request, pk)
    reason, note = request.POST.get("reason", ""), request.POST.get("skip_note", "")

    def save() -> str:
        skip_record(record, reason, note=note, token=token_from(request.POST), by=person)
        return f"Skipped record {record.position}."

    return _saved(request, record, Judgement("", note=note), save)


@login_required
@require_POST
def undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back one's last verdict or skip and show its record again."""
    person = signed_in(request)
    review = get_object_or_404(with_names(desk_reviews_for(person)), pk=pk)
    try:
        record = undo_verdict(review, by=person)
    except Conflict as conflict:
        if not wants_step(request):
            raise
        refuse(request, conflict)
        return JsonResponse({"reasons": conflict.reasons, "is_held": True}, status=conflict.status)
    return moved_on(request, review, person, f"Taken back: record {record.position} {where_it_is(record, person)}.")


@login_required
@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back one's own skip of a record and show the record again."""
    person, record = signed_in(request), _record_for(request, pk)
    record = take_back_skip(record, by=person)
    where = where_it_is(record, person)
    return moved_on(request, record.review, person, f"Skip taken back: record {record.position} {where}.")


@login_required
@require_POST
def hold(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold a record for longer, also after the hold ran out, unless somebody else has it by now."""
    person, record = signed_in(request), _record_for(request, pk)
    try:
        hold_record(record, token=token_from(request.POST), by=person)
    except Conflict as conflict:
        if not wants_step(request):
            raise
        return JsonResponse({"reasons": conflict.reasons}, status=conflict.status)
    record.refresh_from_db()
    return JsonResponse({"left": seconds_left(record)}) if wants_step(request) else redirect("desk", record.review_id)


def with_names(reviews: Any) -> Any:
    """The reviews with the names of their run and dataset."""
    return reviews.select_related("run__dataset")


def wants_step(request: HttpRequest) -> bool:
    """Whether the desk's script asks, and not a plain form."""
    return "X-Desk" in request.headers


def _record_for(request: HttpRequest, pk: UUID) -> ReviewRecord:
    record = get_object_or_404(ReviewRecord.objects.select_related("review__run__dataset"), pk=pk)
    if not may_see(signed_in(request), record.review):
        raise Http404
    return record


def _watched(review: Review, person: Person) -> dict[str, Any]:
    sees_gate = runs_for(person).filter(pk=review.run_id).exists()
    found, is_rejected = progress_of(review), review.status == Review.Status.REJECTED
    return {
        "action": {"label": "Open the gate", "url": reverse("gate", args=[review.run_id])} if sees_gate else None,
        "review": review,
        "crumbs": [{"label": "Reviews", "url": reverse("reviews")}],
        "facts": [f"{review.lot:,} records", f"policy {review.policy['name']}"],
        "closed_as": closed_as(review),
        "found": found,
        "standstills": standstills_in([review], {review.pk: found})[review.pk],
        "said": f"{found.rejection}." if is_rejected else found.claim.sentence,
        "is_edited": owns(person, review.run.dataset) and Edit.objects.filter(record__review=review).exists(),
        "prepares": has_role(person, Role.STEWARD),
        "settles": flag_reviews_for(person).filter(pk=review.pk).exists(),
        "watches": watched_reviews_for(person).filter(pk=review.pk).exists(),
    }


def _empty(review: Review, person: Person, saved: str = "") -> dict[str, Any]:
    return nothing_context(take_seat(review, person)) | {"body": "reviews/desk/_empty.html", "saved": saved}


def _saved(request: HttpRequest, record: ReviewRecord, typed: Judgement, save: Callable[[], str]) -> HttpResponse:
    """Do what was asked and move on; else say why not, with what was typed."""
    person = signed_in(request)
    try:
        words = save()
    except Conflict as conflict:
        if not faults_of(typed, record.review):
            refuse(request, conflict)
        return _not_saved(request, record, typed, conflict, person)
    return moved_on(request, record.review, person, words)


def moved_on(request: HttpRequest, review: Review, person: Person, saved: str) -> HttpResponse:
    """The next record, or the truth about an empty desk."""
    if not wants_step(request):
        return redirect("desk", pk=review.pk)
    return JsonResponse(step_of(request, review, person, saved))


def step_of(request: HttpRequest, review: Review, person: Person, saved: str) -> dict[str, Any]:
    """What the desk's script goes on with. It has the card that it names in X-Desk already."""
    review = with_names(Review.objects).get(pk=review.pk)
    record = claim_record(review, by=person) if review.status == Review.Status.OPEN else None
    if record is None:
        context = _empty(review, person, saved)
        return {"saved": saved, "desk": render_to_string(context["body"], context, request)}
    record.review, seat = review, take_seat(review, person)
    context = frame_context(seat)
    is_shown = request.headers["X-Desk"] == str(record.pk)
    return {
        "saved": f"{saved} Record {record.position} of {context['standing'].total}.",
        "record": str(record.pk),
        "left": seconds_left(record),
        "token": record.token,
        "bar": render_to_string("reviews/desk/_bar.html", context | {"card": record}, request),
        "last": render_to_string("reviews/desk/_last.html", context, request),
        "card": "" if is_shown else _card(context, card_of(record, person, seat.keys), request),
        "spare": _card(context, spare_card(seat), request),
    }


def _card(context: dict[str, Any], card: dict[str, Any] | None, request: HttpRequest) -> str:
    return render_to_string("reviews/desk/_card.html", context | {"card": card}, request) if card else ""


def _not_saved(
    request: HttpRequest, record: ReviewRecord, judgement: Judgement, conflict: Conflict, person: Person
) -> HttpResponse:
    """The same record with the reasons, while this person holds it; else what was typed, to copy and go on."""
    record.refresh_from_db(fields=["state", "claimed_by", "token", "lease_until"])
    is_held = record.state == State.CLAIMED and record.claimed_by_id == person.pk
    if wants_step(request):
        return JsonResponse({"reasons": conflict.reasons, "is_held": is_held}, status=conflict.status)
    if is_held:
        context = desk_context(record, take_seat(record.review, person), judgement, conflict.reasons)
        return render(
            request, "reviews/desk/page.html", context | {"body": "reviews/desk/_desk.html"}, status=conflict.status
        )
    known = REASONS.get(judgement.decision, {})
    context = {
        "title": str(record.review.run),
        "review": record.review,
        "reasons": conflict.reasons,
        "judgement": judgement,
        "chosen": [known.get(reason, reason) for reason in judgement.reasons],
        **last_context(take_seat(record.review, person)),
    }
    return render(
        request, "reviews/desk/page.html", context | {"body": "reviews/desk/_not_saved.html"}, status=conflict.status
    )
