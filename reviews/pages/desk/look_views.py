"""Looking closer and looking back: why a record is here, and one's own earlier verdicts, read-only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reviews.models import Review, ReviewRecord, Verdict
from reviews.pages.desk.card import common_in, found_in, key_of, reading_of, shown_record
from reviews.pages.desk.page import desk_context, judgement_from, last_context, reasons_in_words
from reviews.pages.desk.seat import take_seat
from reviews.pages.desk.views import wants_step
from reviews.permissions import reviews_for
from reviews.repositories.samples import content_of
from reviews.stages.review import ask_why
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in

SHADES: dict[str, str] = {Verdict.Decision.CLEAN: "met", Verdict.Decision.LEAKAGE: "blocked"}


@login_required
@require_POST
def why(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Why a record is here and what was found in it, for who holds it or has judged it. The question is recorded."""
    person = signed_in(request)
    records = ReviewRecord.objects.select_related("review__run__dataset")
    record = get_object_or_404(records, pk=pk, review__in=reviews_for(person))
    try:
        said = {"why": ask_why(record, by=person)}
    except Conflict as conflict:
        if not wants_step(request):
            raise
        return JsonResponse({"reasons": conflict.reasons}, status=conflict.status)
    page = _page_of(request, record, person) | said
    if wants_step(request):
        return JsonResponse({"record": render_to_string("reviews/desk/_record.html", page, request)})
    return render(request, "reviews/desk/page.html", page)


def _page_of(request: HttpRequest, record: ReviewRecord, person: Person) -> dict[str, Any]:
    """The desk with what was typed, or one's verdict on the record, either with what was found in it."""
    verdict = record.verdicts.filter(by=person, undone_at__isnull=True).first()
    if verdict is not None:
        return look_context(verdict, person)
    judgement, content = judgement_from(request.POST), content_of(record)
    page = desk_context(record, take_seat(record.review, person), judgement)
    reading = reading_of(record.review)
    page["card"]["shown"] = shown_record(content, reading, judgement.fields, with_found=True)
    said = {"found": found_in(content, reading), "common": common_in(content, reading)}
    return page | said | {"body": "reviews/desk/_desk.html"}


@login_required
@require_safe
@never_cache
def my_verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of one's own verdicts with its record, to read; the way to the one before, the one after and back."""
    person = signed_in(request)
    verdicts = Verdict.objects.select_related("record__review__run__dataset")
    mine = verdicts.filter(by=person, undone_at__isnull=True, record__review__in=reviews_for(person))
    context = look_context(get_object_or_404(mine, pk=pk), person)
    if wants_step(request):
        return JsonResponse({"look": render_to_string("reviews/desk/_look.html", context, request)})
    return render(request, "reviews/desk/page.html", context)


def look_context(verdict: Verdict, person: Person) -> dict[str, Any]:
    """What reviews/desk/_look.html takes."""
    record, review = verdict.record, verdict.record.review
    content, seat, reading = content_of(record), take_seat(review, person), reading_of(review)
    is_last = seat.last == verdict  # Undo takes that back, be it a skip
    return {
        "title": str(review.run),
        "review": review,
        "verdict": verdict,
        "said_css": "is-" + SHADES.get(verdict.decision, "attention"),
        "said_symbol": "met" if verdict.decision == Verdict.Decision.CLEAN else "flag",
        "reasons": reasons_in_words(verdict),
        "card": {
            "position": record.position,
            "shown": shown_record(content, reading, verdict.fields, with_found=True),
        },
        "is_read_only": True,
        "found": found_in(content, reading),
        "common": common_in(content, reading),
        "keys": {action: key_of(seat.keys, action) for action in ("previous", "next", "undo", "why")},
        "body": "reviews/desk/_look.html",
        "keys_on": seat.keys.are_on,
        **neighbours(verdict, review, person),
        "undo_url": last_context(seat)["undo_url"] if is_last else "",
        "can_go_on": review.status == Review.Status.OPEN,
    }


def neighbours(verdict: Verdict, review: Review, person: Person) -> dict[str, str]:
    """Addresses of the verdict before and after this one, in the order in which they were given."""
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    older = mine.filter(_before(verdict)).order_by("-created_at", "-pk").first()
    newer = mine.exclude(_before(verdict)).exclude(pk=verdict.pk).order_by("created_at", "pk").first()
    return {
        "older_url": reverse("my_verdict", args=[older.pk]) if older else "",
        "newer_url": reverse("my_verdict", args=[newer.pk]) if newer else "",
    }


def _before(verdict: Verdict) -> Q:
    return Q(created_at__lt=verdict.created_at) | Q(created_at=verdict.created_at, pk__lt=verdict.pk)
